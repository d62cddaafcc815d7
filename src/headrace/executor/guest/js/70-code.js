// Code nodes: user code as the body of a function, called once or once per item.
(function (host) {
  "use strict";
  const construct = Reflect.construct;
  const kinds = { plain: (() => {}).constructor, waiting: (async () => {}).constructor };

  // ---- printing --------------------------------------------------------------------------------------------
  let lines = [];
  let room = 0; // bytes that may still be printed
  host.print = (text) => {
    // A line costs a byte more than its text, so that empty ones do not come for nothing.
    room -= host.part("bytes").utf8Length(text) + 1;
    if (room < 0) throw new Error("The code printed more than it may");
    lines[lines.length] = text;
  };
  host.report = (error) => {
    try { host.print(`Uncaught ${host.stackOf(error)}`); } catch { /* no room left, which ends the run anyway */ }
  };

  // ---- errors ----------------------------------------------------------------------------------------------
  // Compiled text begins with three lines that are not the person's own.
  const BEFORE = 3, FRAME = /^\s+at .*?\bCode:(\d+):\d+/, OURS = /\bheadrace:|<anonymous>:\d/;
  const linesOf = (error) => { try { return String(error.stack).split("\n"); } catch { return []; } };
  // The stack as far as it is the person's, with the lines that they see.
  host.stackOf = (error) => {
    const all = linesOf(error);
    const first = all.findIndex((line) => /^\s+at /.test(line)), last = all.findLastIndex((line) => FRAME.test(line));
    if (first < 0) return all.join("\n");
    return all.slice(0, last < 0 ? first : last + 1).filter((line, i) => i < first || !OURS.test(line)).map((line) => line.replace(/^(\s+at .*?\bCode:)(\d+)/, (_, before, number) => before + Math.max(1, number - BEFORE)).replace(/(?:Object\.)?eval \((Code:[\d:]+)\)/, "$1")).join("\n");
  };
  const lineOf = (error) => {
    for (const line of linesOf(error)) {
      const match = FRAME.exec(line);
      if (match) return Math.max(1, match[1] - BEFORE);
    }
    return null;
  };
  const failure = (error, line = lineOf(error)) => {
    try {
      return {
        $$: "failure",
        name: String(error?.name ?? "Error"),
        message: error !== null && typeof error === "object" && error.message !== undefined ? String(error.message) : String(error),
        description: error?.description === undefined || error.description === null ? null : String(error.description),
        line,
        stack: error instanceof Error ? host.stackOf(error).slice(0, 4000) : "",
      };
    } catch {
      return { $$: "failure", name: "Error", message: "The code threw something that has no text", description: null, line: null, stack: "" };
    }
  };
  // V8 does not say where a mistake is; a parser in JavaScript does.
  const placeOfMistake = (source) => {
    try {
      host.library("acorn").parse(source, { ecmaVersion: "latest", allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true });
    } catch (error) {
      if (error.loc) return { line: error.loc.line, message: error.message.replace(/ \(\d+:\d+\)$/, "") };
    }
    return { line: null, message: "Invalid or unexpected token" };
  };

  // ---- compiling -------------------------------------------------------------------------------------------
  const PARAMETERS = "items, item, require, getWorkflowStaticData, $getWorkflowStaticData, getNodeParameter, $getNodeParameter, getBinaryData, getItemBinaryData, getBinaryDataAsync, setBinaryData, setItemBinaryData, setBinaryDataAsync, index, helpers, $helpers, self_";
  let prepared = { __proto__: null }, count = 0;
  const prepare = (source) => {
    if (source in prepared) return prepared[source];
    // Code that waits for nothing is over when it returns, without another trip.
    const kind = /\bawait\b/.test(source) ? kinds.waiting : kinds.plain;
    // In a block, so that code may declare `items` or `index` itself: as parameters they could not be declared again.
    const made = construct(kind, [PARAMETERS, `{\n${source}\n}\n//# sourceURL=Code`]);
    // Text that closes the block around it early does not fit into a `do` loop, nor the other way round.
    try {
      if (source.includes("}")) construct(kind, [`do {\n${source}\n} while (0)`]);
    } catch { throw new SyntaxError(placeOfMistake(source).message); }
    if (++count > 200) { prepared = { __proto__: null }; count = 1; }
    return (prepared[source] = made);
  };

  // ---- running ---------------------------------------------------------------------------------------------
  const waits = (value) => value !== null && (typeof value === "object" || typeof value === "function") && typeof value.then === "function";
  // Runs steps at once as far as they wait for nothing; the rest, if there is one, as a promise.
  const drive = (steps) => {
    const turn = steps.next();
    return turn.done ? turn.value : later(steps, turn.value);
  };
  const later = async (steps, waited) => {
    for (;;) {
      let turn, value, failed = false;
      try { value = await waited; } catch (error) { failed = true; value = error; }
      turn = failed ? steps.throw(value) : steps.next(value);
      if (turn.done) return turn.value;
      waited = turn.value;
    }
  };
  const begin = (request) => {
    host.begin(request);
    host.copyData();
    lines = [];
    room = request.logBytes;
    if (host.isLoaded("console")) host.part("console").reset();
    const binaries = request.binaries || {};
    for (const item of Object.keys(binaries).length ? host.inputItems() : []) {
      for (const part of Object.values(item.binary || {})) if (part.id in binaries) part.data = binaries[part.id];
    }
  };
  // What code left as it was stays a reference; what it changed is new data.
  const settle = (value, binaries) => {
    for (const item of Array.isArray(value) ? value : [value]) {
      for (const part of Object.values(item?.binary || {})) {
        if (!part || !(part.id in binaries)) continue;
        if (part.data === binaries[part.id] || part.data === undefined) delete part.data;
        else delete part.id;
      }
    }
    return value;
  };
  // The function that calls user code for an item.
  const caller = (f, request, statics) => {
    const staticData = (kind) => {
      if (kind !== "global" && kind !== "node") throw new Error(`The context type "${kind}" is not known. Only "global" and "node" are supported!`);
      return statics[kind];
    };
    const parameter = (name, fallback) => (request.vars.$parameter || {})[name] ?? fallback;
    const usesHelpers = /helpers/.test(request.source);
    const self = { getNodeParameter: parameter, getWorkflowStaticData: staticData, getWorkflow: () => request.vars.$workflow, getMode: () => request.vars.$mode };
    Object.defineProperty(self, "helpers", { get: () => host.part("helpers"), enumerable: true });
    return (items, item, index) => {
      // Function names the item whose binary data it means, Function Item has only one.
      const binary = (of = items[index]) => of?.binary;
      const setBinary = (...args) => { (args.length > 1 ? args[0] : items[index]).binary = args.at(-1); };
      const helpers = usesHelpers ? host.part("helpers") : undefined;
      return host.apply(f, self, [items, item, host.require, staticData, staticData, parameter, parameter, binary, binary, async (of) => binary(of), setBinary, setBinary, async (...args) => setBinary(...args), index, helpers, helpers, self]);
    };
  };
  const steps = function* (request) {
    begin(request);
    const statics = request.static || { global: {}, node: {} };
    const values = [];
    let call;
    try {
      call = caller(prepare(request.source), request, statics);
    } catch (error) {
      values.push(failure(error, placeOfMistake(request.source).line));
      return host.answer({ values, lines, static: statics });
    }
    const binaries = request.binaries || {};
    const each = request.style === "each", perItem = each || request.style === "functionItem";
    const items = host.inputItems();
    for (let i = 0; i < (perItem ? items.length : 1); i++) {
      host.at(i);
      try {
        let value = call(items, !perItem ? undefined : each ? items[i] : items[i].json, i);
        if (waits(value)) value = yield value;
        values.push(plain(settle(perItem && !each ? { json: value, binary: items[i].binary } : value, binaries)));
      } catch (error) {
        values.push(failure(error));
      }
      if (host.needs.length || room < 0) break;
    }
    return room < 0 ? host.stringify({ printed: "too much" }) : host.answer({ values, lines, static: statics });
  };
  host.operations.code = (request) => drive(steps(request));

  const plain = (value) => {
    if (value === undefined) return { $$: "undefined" };
    if (typeof value === "function" || typeof value === "symbol") return { $$: "notPlain", kind: typeof value };
    return { value: quick(value) ? value : host.pack(value) };
  };
  // Most results are plain JSON already; looking is cheaper than packing.
  const quick = (value, depth = 0) => {
    if (value === null) return true;
    switch (typeof value) {
      case "string": case "boolean": return true;
      case "number": return Number.isFinite(value);
      case "object": break;
      default: return false;
    }
    if (depth > 100) return false;
    if (Array.isArray(value)) { for (let i = 0; i < value.length; i++) if (!quick(value[i], depth + 1)) return false; return true; }
    const proto = Object.getPrototypeOf(value);
    if (proto !== Object.prototype && proto !== null) return false;
    for (const key in value) if (key === "$$" || key === "toJSON" || !quick(value[key], depth + 1)) return false;
    return true;
  };
})
