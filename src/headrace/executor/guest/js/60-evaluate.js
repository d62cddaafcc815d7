// Expressions: splitting, compiling, evaluating a whole batch, and packing the results.
(function (host) {
  "use strict";
  const BLANK = Object.freeze(Object.create(null));

  // The same rules as headrace.sdk.templates.py.
  const split = (text) => {
    const chunks = [];
    let from = 0;
    let inCode = false;
    let buffer = "";
    while (from < text.length) {
      const mark = inCode ? "}}" : "{{";
      const at = text.indexOf(mark, from);
      if (at < 0) { buffer += text.slice(from); break; }
      if (at > 0 && text[at - 1] === "\\" && !(at > 1 && text[at - 2] === "\\")) {
        buffer += inCode ? text.slice(from, at - 1) + mark : text.slice(from, at + 2);
        from = at + 2;
        continue;
      }
      buffer += text.slice(from, at);
      chunks.push([inCode, buffer]);
      buffer = "";
      inCode = !inCode;
      from = at + 2;
    }
    if (buffer !== "" || inCode || !chunks.length) chunks.push([inCode, buffer]);
    return chunks;
  };

  // The methods that parts/extensions.js offers, by name, so that it need not be compiled to know.
  const EXTENSIONS = new Set(`
    abs append average base64Decode base64Encode beginningOf ceil chunk compact diffTo diffToNow difference
    encrypt endOf endOfMonth equals extract extractDomain extractEmail extractUrl extractUrlPath first floor
    format getOnlyFirstCharacters hasField hasSame hash inBetween intersection isBetween isDomain isDst
    isEmail isEmpty isEven isFalse isInLast isInteger isNotEmpty isNumeric isOdd isPresent isTrue isUrl
    isWeekend keepFieldsContaining keys last length max merge min minus numericValue parseJson pluck plus
    quote random randomItem removeDuplicates removeField removeFieldsContaining removeMarkdown removeTags
    renameKeys replaceSpecialChars round set smartJoin startOf sum toBoolean toCamelCase toDate toDateTime
    toDecimalNumber toFloat toInt toJsonString toNumber toRelative toSentenceCase toSnakeCase toString
    toTitleCase toWholeNumber transliterate union unique urlDecode urlEncode values
  `.trim().split(/\s+/));
  const CALL = /\.\s*([A-Za-z]\w*)\s*(?:\?\.)?\s*\(/g;
  // Calls that are never extensions' and are written often: not worth a parser.
  const OWN_CALL = /(?:\$input|\$\((?:"[^"\\]*"|'[^'\\]*')\))\s*\.\s*(?:first|last)\s*\(|\b(?:Math|Object)\s*\.\s*\w+\s*\(/g;
  const rewrite = (code) => {
    // Calls of extension methods become calls of `extend`; found with a real parser, so that text in strings stays text.
    let found = false;
    for (const match of code.replace(OWN_CALL, "").matchAll(CALL)) if (EXTENSIONS.has(match[1])) { found = true; break; }
    if (!found) return code;
    const acorn = host.library("acorn");
    const tree = acorn.parse(`(${code}\n)`, { ecmaVersion: "latest", allowAwaitOutsideFunction: false });
    const source = `(${code}\n)`;
    const render = (node) => {
      const edits = [];
      collect(node, edits, node);
      return apply(node.start, node.end, edits);
    };
    const apply = (start, end, edits) => {
      let out = "";
      let at = start;
      for (const [from, to, text] of edits) { out += source.slice(at, from) + text; at = to; }
      return out + source.slice(at, end);
    };
    const collect = (node, edits, root) => {
      if (!node || typeof node.type !== "string") return;
      if (node.type === "CallExpression" && node.callee.type === "MemberExpression" && !node.callee.computed && EXTENSIONS.has(node.callee.property.name) && node.callee.object.type !== "Super") {
        const object = render(node.callee.object);
        const args = node.arguments.map(render).join(", ");
        const optional = node.callee.optional || hasOptional(node.callee.object);
        edits.push([node.start, node.end, `$$extend(${object}, ${JSON.stringify(node.callee.property.name)}, [${args}], ${optional})`]);
        return;
      }
      if (node.type === "ChainExpression" && node !== root) { edits.push([node.start, node.end, render(node)]); return; }
      for (const key of Object.keys(node)) {
        const value = node[key];
        if (Array.isArray(value)) for (const part of value) collect(part, edits, root);
        else if (value && typeof value.type === "string") collect(value, edits, root);
      }
      edits.sort((a, b) => a[0] - b[0]);
    };
    const hasOptional = (node) => node.type === "ChainExpression" || node.optional === true || (node.object ? hasOptional(node.object) : node.callee ? hasOptional(node.callee) : false);
    return render(tree.body[0].expression);
  };

  const compiled = new Map();
  const ABSENT = "process, require, window, self, Function, fetch, setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, queueMicrotask".replaceAll(",", " = undefined,");
  const invalid = () => new host.ExpressionError("invalid syntax");
  const compileCode = (code) => {
    if (/\.\s*constructor\b/.test(code)) throw new host.ExpressionError("Expression contains invalid constructor function call", "Constructor override attempt is not allowed due to security concerns");
    const bare = code.trim().replace(/[;\s]+$/, "");
    if (bare === "") return () => null;
    try {
      const source = rewrite(bare);
      // Text that closes the round bracket around it early does not fit into a square one, nor the other way round.
      host.compile("", `"use strict"; return [${source}\n];`);
      const extend = source === bare ? undefined : host.part("extensions").extend;
      return host.compile("$$extend, $$blank", `"use strict"; const ${ABSENT} = undefined, globalThis = $$blank; return function () { return (${source}\n); };`)(extend, BLANK);
    } catch (error) {
      if (error instanceof SyntaxError) throw invalid();
      throw error;
    }
  };
  const compileText = (text) => {
    let found = compiled.get(text);
    if (found) return found;
    const chunks = split(text).map(([isCode, chunk]) => {
      if (!isCode) return chunk;
      try { return compileCode(chunk); } catch (error) { return () => { throw error; }; }
    }).filter((chunk) => chunk !== "");
    const single = chunks.length === 1 && typeof chunks[0] === "function";
    found = { chunks, single };
    if (compiled.size > 5000) compiled.clear();
    compiled.set(text, found);
    return found;
  };
  const runChunk = (f) => {
    try {
      return f.call(BLANK);
    } catch (error) {
      if (error instanceof host.ExpressionError) throw error;
      return undefined;
    }
  };
  const asText = (value) => {
    if (value === null || value === undefined || value === "" || (typeof value === "number" && Number.isNaN(value))) return "";
    if (value instanceof Date) return isNaN(value) ? "" : value.toISOString();
    if (typeof value === "symbol") return "";
    return Array.isArray(value) ? value.join(",") : String(value);
  };
  const evaluate = (text) => {
    const { chunks, single } = compileText(text);
    if (single) {
      const value = runChunk(chunks[0]);
      if (typeof value === "function") {
        throw new host.ExpressionError(host.isDateTimeClass(value) ? "this is a DateTime, please access its methods" : "this is a function, please add ()");
      }
      return value;
    }
    let out = "";
    for (const chunk of chunks) {
      if (typeof chunk === "string") { out += chunk; continue; }
      try { out += asText(runChunk(chunk)); } catch (error) { if (error instanceof host.ExpressionError) throw error; }
    }
    return out;
  };
  host.evaluateText = evaluate;
  host.splitText = split;

  // Values that JSON has no form for travel as {"$$": kind, ...}; objects that have such a key themselves are wrapped.
  let tagged = false;
  const pack = (value, seen) => {
    switch (typeof value) {
      case "string": case "boolean": return value;
      case "number": if (Number.isFinite(value)) return Object.is(value, -0) ? 0 : value; tagged = true; return { $$: "number", value: String(value) };
      case "undefined": tagged = true; return { $$: "undefined" };
      case "bigint": tagged = true; return { $$: "bigint", value: String(value) };
      case "function": case "symbol": tagged = true; return { $$: "undefined" };
    }
    if (value === null) return null;
    if (value instanceof Date) { tagged = true; return { $$: "date", value: isNaN(value) ? null : value.toISOString() }; }
    if (host.isDateTime(value)) { tagged = true; return { $$: "datetime", value: value.toISO(), zone: value.zoneName }; }
    if (host.isDuration(value)) { tagged = true; return { $$: "duration", value: value.toISO() }; }
    if (host.isInterval(value)) { tagged = true; return { $$: "interval", value: value.toISO() }; }
    if (value instanceof host.String || value instanceof host.Number || value instanceof host.Boolean) return pack(value.valueOf(), seen);
    if (seen.includes(value)) return "[Circular Reference]";
    if (seen.length > 190) return "[Too deep]";
    seen.push(value);
    let out;
    if (Array.isArray(value)) out = value.map((part) => pack(part, seen));
    else if (typeof value.toJSON === "function") { try { out = pack(value.toJSON(), seen); } catch { out = null; } }
    else if (value instanceof RegExp || value instanceof Error) { out = value instanceof Error ? { name: value.name, message: value.message } : String(value); }
    else {
      out = {};
      for (const key of Object.keys(value)) {
        const part = value[key];
        if (part === undefined || typeof part === "function" || typeof part === "symbol") continue;
        if (key === "__proto__") { Object.defineProperty(out, key, { value: pack(part, seen), enumerable: true, configurable: true, writable: true }); continue; }
        out[key] = pack(part, seen);
      }
      if (Object.hasOwn(out, "$$")) { tagged = true; out = { $$: "object", value: out }; }
    }
    seen.pop();
    return out;
  };
  host.String = String;
  host.Number = Number;
  host.Boolean = Boolean;
  host.pack = (value) => pack(value, []);
  host.packError = (error) => {
    tagged = true;
    return { $$: "error", name: String(error?.name ?? "Error"), message: String(error?.message ?? error), description: error?.description === undefined ? null : String(error.description) };
  };
  host.answer = (fields) => {
    if (host.needs.length) {
      // The batch runs again: what it changed in its data ([].reverse()) must not be changed twice.
      host.forgetParsed();
      return host.stringify({ needs: host.needs });
    }
    return host.stringify({ ...fields, tagged, custom: host.customData });
  };
  host.reset = () => { tagged = false; host.needs = []; };

  host.operations = {
    __proto__: null,
    evaluate(request) {
      host.begin(request);
      const { texts, start, count } = request;
      const results = [];
      for (const text of texts) {
        const column = [];
        for (let i = start; i < start + count; i++) {
          host.at(i);
          let packed;
          try { packed = pack(evaluate(text), []); } catch (error) { packed = host.packError(error); }
          column.push(packed);
          if (host.needs.length > 50) break;
        }
        results.push(column);
      }
      return host.answer({ results });
    },
  };
})
