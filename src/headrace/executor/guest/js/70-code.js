// Code nodes: user code as the body of an async function, called once or once per item.
(function (host) {
  "use strict";
  const AsyncFunction = (async () => {}).constructor;
  const MAX_LINES = 1000;
  const MAX_LINE = 10_000;
  let lines = [];
  const show = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof Error) return String(value.stack || value);
    try { return host.stringify(value) ?? String(value); } catch { return String(value); }
  };
  const log = (...args) => { if (lines.length < MAX_LINES) lines.push(args.map(show).join(" ").slice(0, MAX_LINE)); };
  const console = Object.freeze({ log, info: log, warn: log, error: log, debug: log, trace: log, table: log, dir: log, group: log, groupEnd: () => {}, time: () => {}, timeEnd: () => {}, assert: (ok, ...rest) => { if (!ok) log("Assertion failed:", ...rest); } });
  Object.defineProperty(globalThis, "console", { value: console, configurable: true, writable: true });

  const modules = {
    luxon: () => host.library("luxon"),
    jmespath: () => host.library("jmespath"),
    crypto: () => host.nodeCrypto,
    url: () => ({ URL, URLSearchParams, parse: (text) => new URL(text) }),
    querystring: () => ({ parse: (t) => Object.fromEntries(new URLSearchParams(t)), stringify: (o) => new URLSearchParams(o).toString() }),
    buffer: () => ({ Buffer }),
    util: () => ({ inspect: show, isDeepStrictEqual: host.same, promisify: (f) => (...a) => new Promise((ok, no) => f(...a, (e, v) => (e ? no(e) : ok(v)))), TextEncoder, TextDecoder }),
  };
  const require = (name) => {
    const bare = String(name).replace(/^node:/, "");
    if (!Object.hasOwn(modules, bare)) throw new Error(`Cannot find module '${name}'. Available here: ${Object.keys(modules).join(", ")}`);
    return modules[bare]();
  };

  const lineOf = (error) => {
    // Compiled text reports where it was compiled, then where in it: the second is the person's own line.
    const match = /, <anonymous>:(\d+):\d+\)/.exec(String(error?.stack || ""));
    return match ? Math.max(1, Number(match[1]) - 3) : null;
  };
  const failure = (error) => ({
    $$: "failure",
    name: String(error?.name ?? "Error"),
    message: error instanceof Error || (error && error.message !== undefined) ? String(error.message) : String(error),
    description: error?.description === undefined ? null : String(error.description),
    line: lineOf(error),
    stack: String(error?.stack ?? "").slice(0, 4000),
  });
  const bytesAt = (index, part) => {
    const item = host.inputItems()[index];
    if (!item) throw new Error(`There is no item ${index}: the node has ${host.inputItems().length}`);
    const held = typeof part === "string" ? item.binary?.[part] : part;
    if (!held) throw new Error(`Item ${index} has no binary field '${part}'. It has: ${Object.keys(item.binary || {}).join(", ") || "none"}`);
    if (held.data === undefined) throw new Error(`The file in '${held.fileName ?? part}' is larger than what code is given; use a node that reads files instead`);
    return Buffer.from(held.data, "base64");
  };
  const describeBytes = (data, fileName, mimeType) => {
    const made = { data: Buffer.from(data).toString("base64") };
    if (fileName !== undefined) made.fileName = String(fileName);
    if (mimeType !== undefined) made.mimeType = String(mimeType);
    return made;
  };
  const known = {
    getBinaryDataBuffer: async (index, part) => bytesAt(index, part),
    assertBinaryData: (index, part) => host.inputItems()[index]?.binary?.[part] ?? bytesAt(index, part),
    prepareBinaryData: async (data, fileName, mimeType) => describeBytes(data, fileName, mimeType),
  };
  const helpers = new Proxy(known, {
    get: (all, name) => (typeof name === "symbol" || Object.hasOwn(all, name) ? all[name] : () => { throw new Error(`this.helpers.${name}() is not available in the sandbox, which reaches no network and no files; use the HTTP Request node or a file node instead`); }),
  });

  const PARAMETERS = ["items", "item", "require", "getWorkflowStaticData", "$getWorkflowStaticData", "getNodeParameter", "$getNodeParameter", "getBinaryData", "getItemBinaryData", "getBinaryDataAsync", "setBinaryData", "setItemBinaryData", "setBinaryDataAsync", "index", "helpers", "self_"];
  // In a block, so that code may declare `items` or `index` itself: as parameters they could not be declared again.
  const prepare = (source) => new AsyncFunction(...PARAMETERS, `{\n${source}\n}`);

  host.operations.code = async function (request) {
    host.begin(request);
    host.copyData();
    lines = [];
    const statics = request.static || { global: {}, node: {} };
    const staticData = (kind) => {
      if (kind !== "global" && kind !== "node") throw new Error(`The context type "${kind}" is not known. Only "global" and "node" are supported!`);
      return statics[kind];
    };
    const parameter = (name, fallback) => (request.vars.$parameter || {})[name] ?? fallback;
    const self = { helpers, getNodeParameter: parameter, getWorkflowStaticData: staticData, getWorkflow: () => request.vars.$workflow, getMode: () => request.vars.$mode };
    const values = [];
    let f;
    try {
      f = prepare(request.source);
    } catch (error) {
      return host.answer({ values: [failure(error)], lines, static: statics });
    }
    const call = async (items, item, index) => {
      // Function names the item whose binary data it means, Function Item has only one.
      const binary = (of = items[index]) => of?.binary;
      const binaryLater = async (of) => binary(of);
      const setBinary = (...args) => { (args.length > 1 ? args[0] : items[index]).binary = args.at(-1); };
      const setBinaryLater = async (...args) => setBinary(...args);
      return f.call(self, items, item, require, staticData, staticData, parameter, parameter, binary, binary, binaryLater, setBinary, setBinary, setBinaryLater, index, helpers, self);
    };
    const binaries = request.binaries || {};
    for (const item of Object.keys(binaries).length ? host.inputItems() : []) {
      for (const part of Object.values(item.binary || {})) if (part.id in binaries) part.data = binaries[part.id];
    }
    // What code left as it was stays a reference; what it changed is new data.
    const settle = (value) => {
      for (const item of Array.isArray(value) ? value : [value]) {
        for (const part of Object.values(item?.binary || {})) {
          if (!part || !(part.id in binaries)) continue;
          if (part.data === binaries[part.id] || part.data === undefined) delete part.data;
          else delete part.id;
        }
      }
      return value;
    };
    if (request.style === "all" || request.style === "function") {
      try {
        values.push(plain(settle(await call(host.inputItems(), undefined, 0))));
      } catch (error) {
        values.push(failure(error));
      }
    } else {
      const items = host.inputItems();
      for (let i = 0; i < items.length; i++) {
        host.at(i);
        try {
          const given = request.style === "each" ? items[i] : items[i].json;
          const returned = await call(items, given, i);
          values.push(plain(settle(request.style === "each" ? returned : { json: returned, binary: items[i].binary })));
        } catch (error) {
          values.push(failure(error));
          if (request.stopEarly) break;
        }
        if (host.needs.length) break;
      }
    }
    return host.answer({ values, lines, static: statics });
  };
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
