// Expressions, from text to functions.
//
// What is compiled is the person's own text, cut and joined with what only this file holds. Built-in functions that user
// code can replace have no part in that, so that nothing else, and no data, can get into it.
(function (host) {
  "use strict";
  const BLANK = Object.freeze(Object.create(null));
  const { apply } = host;
  const { indexOf, slice, trim } = String.prototype, { exec } = RegExp.prototype, { keys } = Object, { isArray } = Array;
  const find = (text, what, from) => apply(indexOf, text, [what, from]);
  const cut = (host.cut = (text, from, to) => apply(slice, text, [from, to]));
  const matches = (pattern, text) => apply(exec, pattern, [text]) !== null;
  // Lists without a prototype, which has setters and getters if somebody gave it some.
  const list = () => ({ __proto__: null, length: 0 });
  const add = (to, value) => { to[to.length++] = value; };

  // The same rules as headrace.sdk.templates.py.
  const split = (text) => {
    const chunks = list();
    let from = 0;
    let inCode = false;
    let buffer = "";
    while (from < text.length) {
      const mark = inCode ? "}}" : "{{";
      const at = find(text, mark, from);
      if (at < 0) { buffer += cut(text, from); break; }
      if (at > 0 && text[at - 1] === "\\" && !(at > 1 && text[at - 2] === "\\")) {
        buffer += inCode ? cut(text, from, at - 1) + mark : cut(text, from, at + 2);
        from = at + 2;
        continue;
      }
      buffer += cut(text, from, at);
      add(chunks, { __proto__: null, inCode, text: buffer });
      buffer = "";
      inCode = !inCode;
      from = at + 2;
    }
    if (buffer !== "" || inCode || !chunks.length) add(chunks, { __proto__: null, inCode, text: buffer });
    return chunks;
  };

  // The methods that parts/extensions.js offers, by name, so that it need not be compiled to know.
  const EXTENSIONS = { __proto__: null };
  for (const name of `
    abs append average base64Decode base64Encode beginningOf ceil chunk compact diffTo diffToNow difference
    encrypt endOf endOfMonth equals extract extractDomain extractEmail extractUrl extractUrlPath first floor
    format getOnlyFirstCharacters hasField hasSame hash inBetween intersection isBetween isDomain isDst
    isEmail isEmpty isEven isFalse isInLast isInteger isNotEmpty isNumeric isOdd isPresent isTrue isUrl
    isWeekend keepFieldsContaining keys last length max merge min minus numericValue parseJson pluck plus
    quote random randomItem removeDuplicates removeField removeFieldsContaining removeMarkdown removeTags
    renameKeys replaceSpecialChars round set smartJoin startOf sum toBoolean toCamelCase toDate toDateTime
    toDecimalNumber toFloat toInt toJsonString toNumber toRelative toSentenceCase toSnakeCase toString
    toTitleCase toWholeNumber transliterate union unique urlDecode urlEncode values
  `.trim().split(/\s+/)) EXTENSIONS[name] = true;
  const CALL = /\.\s*([A-Za-z]\w*)\s*(?:\?\.)?\s*\(/g;
  // Calls that are never extensions' and are written often: not worth a parser.
  const OWN_CALL = /(?:\$input|\$\((?:"[^"\\]*"|'[^'\\]*')\))\s*\.\s*(?:first|last)\s*\(|\b(?:Math|Object)\s*\.\s*\w+\s*\(/g;
  const mayExtend = (code) => {
    for (const match of code.replace(OWN_CALL, " ").matchAll(CALL)) if (match[1] in EXTENSIONS) return true;
    return false;
  };
  // Calls of extension methods become calls of `extend`; found with a real parser, so that text in strings stays text.
  const rewrite = (code) => {
    const source = `(${code}\n)`;
    const tree = host.library("acorn").parse(source, { ecmaVersion: "latest", allowAwaitOutsideFunction: false });
    // What stands in place of parts of the source: a chain in the order of their places.
    const insert = (edits, from, to, text) => {
      let before = edits;
      while (before.next !== undefined && before.next.from < from) before = before.next;
      before.next = { __proto__: null, from, to, text, next: before.next };
    };
    const render = (node) => {
      const edits = { __proto__: null, next: undefined };
      collect(node, edits, node);
      let out = "", at = +node.start;
      for (let edit = edits.next; edit !== undefined; edit = edit.next) { out += cut(source, at, edit.from) + edit.text; at = edit.to; }
      return out + cut(source, at, +node.end);
    };
    const collect = (node, edits, root) => {
      if (!node || typeof node.type !== "string") return;
      if (node.type === "CallExpression" && node.callee.type === "MemberExpression" && !node.callee.computed && node.callee.object.type !== "Super") {
        const { name } = node.callee.property;
        if (typeof name === "string" && name in EXTENSIONS) {
          let args = "";
          for (let i = 0; i < node.arguments.length; i++) args += (i ? ", " : "") + render(node.arguments[i]);
          const optional = node.callee.optional || hasOptional(node.callee.object) ? "true" : "false";
          insert(edits, +node.start, +node.end, `$$extend(${render(node.callee.object)}, "${name}", [${args}], ${optional})`);
          return;
        }
      }
      if (node.type === "ChainExpression" && node !== root) { insert(edits, +node.start, +node.end, render(node)); return; }
      const names = keys(node);
      for (let i = 0; i < names.length; i++) {
        const value = node[names[i]];
        if (isArray(value)) for (let k = 0; k < value.length; k++) collect(value[k], edits, root);
        else if (value && typeof value.type === "string") collect(value, edits, root);
      }
    };
    const hasOptional = (node) => node.type === "ChainExpression" || node.optional === true || (node.object ? hasOptional(node.object) : node.callee ? hasOptional(node.callee) : false);
    return render(tree.body[0].expression);
  };

  const ABSENT = "process, require, window, self, Function, fetch, setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, queueMicrotask".replaceAll(",", " = undefined,");
  const CONSTRUCTOR = /\.\s*constructor\b/;
  const invalid = () => new host.ExpressionError("invalid syntax");
  const compileCode = (code) => {
    if (matches(CONSTRUCTOR, code)) throw new host.ExpressionError("Expression contains invalid constructor function call", "Constructor override attempt is not allowed due to security concerns");
    let bare = apply(trim, code, []);
    while (bare[bare.length - 1] === ";") bare = apply(trim, cut(bare, 0, -1), []);
    if (bare === "") return () => null;
    try {
      const extended = mayExtend(bare);
      const source = extended ? rewrite(bare) : bare;
      // Text that closes the round bracket around it early does not fit into a square one, nor the other way round.
      host.compile("", `"use strict"; return [${source}\n];`);
      const extend = extended ? host.part("extensions").extend : undefined;
      return host.compile("$$extend, $$blank", `"use strict"; const ${ABSENT} = undefined, globalThis = $$blank; return function () { return (${source}\n); };`)(extend, BLANK);
    } catch (error) {
      if (error instanceof SyntaxError) throw invalid();
      throw error;
    }
  };

  let compiled = { __proto__: null }, count = 0;
  // Returns a list of texts and functions, to be called with `this` as given here.
  host.compileText = (text) => {
    if (text in compiled) return compiled[text];
    const chunks = list(), parts = split(text);
    for (let i = 0; i < parts.length; i++) {
      if (!parts[i].inCode) { if (parts[i].text !== "") add(chunks, parts[i].text); continue; }
      try { add(chunks, compileCode(parts[i].text)); } catch (error) { add(chunks, () => { throw error; }); }
    }
    if (++count > 5000) { compiled = { __proto__: null }; count = 1; }
    return (compiled[text] = chunks);
  };
  host.blank = BLANK;
})
