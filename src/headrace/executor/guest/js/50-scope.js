// What expressions and code see: the data of the run, by n8n's names.
(function (host) {
  "use strict";
  const E = (message, description) => new host.ExpressionError(message, description);
  const texts = new Map(); // data key -> JSON text, parsed when first used
  const parsed = new Map();
  const metas = new Map();
  const links = new Map();
  host.put = (key, text) => { texts.set(key, text); parsed.delete(key); };
  host.forgetParsed = () => { parsed.clear(); };
  host.dropData = (key) => { texts.delete(key); parsed.delete(key); };

  let run = { vars: {}, names: [], inputs: [], start: 0 };
  let index = 0;
  let extra = {};
  host.begin = (request) => {
    run = request;
    copies = null;
    index = 0;
    extra = request.extra || {};
    metas.clear();
    links.clear();
    for (const [name, value] of Object.entries(request.metas || {})) metas.set(name, value);
    for (const [name, value] of Object.entries(request.links || {})) links.set(name, value);
    host.setZone(request.zone);
    if (request.fixed) host.part("fixed")(request.fixed);
  };
  host.at = (i) => { index = i; };
  host.index = () => index;

  // Code may change what it is given: while it runs, it sees copies that nobody sees after it.
  let copies = null;
  host.copyData = () => { copies = new Map(); };
  const load = (key, name = key) => {
    const held = copies || parsed;
    let items = held.get(name);
    if (items === undefined) {
      if (!texts.has(key)) host.need(["data", key]);
      items = host.parse(texts.get(key));
      held.set(name, items);
    }
    return items;
  };
  const input = (n = 0) => {
    const key = run.inputs[n];
    if (!key) return [];
    if (!copies) return load(key);
    const known = copies.has(`input ${n}`);
    const items = load(key, `input ${n}`);
    // Items that code passes on come from this node's input, whatever they came from before.
    if (!known) items.forEach((item, i) => { item.pairedItem = n ? { item: i, input: n } : { item: i }; });
    return items;
  };
  host.inputItems = input;
  const noData = () => E("No execution data available", "The node has no input data here. Run the nodes before it first.");
  const current = () => {
    const items = input();
    if (!items.length) throw run.hasParents ? noData() : E(`Node '${run.node}' hasn't been executed`);
    return items[index];
  };
  const meta = (name) => {
    if (!run.names.includes(name)) throw E("Referenced node doesn't exist", `The node '${name}' is not in this workflow.`);
    if (!metas.has(name)) host.need(["meta", name]);
    return metas.get(name);
  };
  const executed = (name) => {
    const found = meta(name);
    if (!found.runs) throw E(`Node '${name}' hasn't been executed`, "Run it first, or check with $('" + name + "').isExecuted.");
    return found;
  };
  const outputOf = (name, branch, runIndex) => {
    const found = executed(name);
    const output = branch === undefined || branch === null ? found.branch : branch;
    const at = runIndex === undefined || runIndex === null || runIndex === -1 ? found.runs - 1 : runIndex;
    if (at < 0 || at >= found.runs) throw E(`Run ${runIndex} of node "${name}" not found`);
    return load([name, at, output].join("\u0000"));
  };
  const linked = (name, at) => {
    executed(name);
    if (!links.has(name)) host.need(["links", name]);
    const found = links.get(name)[at];
    if (found === undefined) throw E("Can't get data for expression", `There is no item ${at}.`);
    if (!Array.isArray(found)) throw E(found.message, found.description);
    return load([name, found[0], found[1]].join("\u0000"))[found[2]];
  };
  const resolveDeep = (value) => {
    if (typeof value === "string") return value[0] === "=" ? host.evaluateText(host.cut(value, 1)) : value;
    if (Array.isArray(value)) return value.map(resolveDeep);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolveDeep(v)]));
    return value;
  };
  const parameters = (raw, resolve) => new Proxy({}, {
    get: (_, name) => (typeof name === "string" && Object.hasOwn(raw, name) ? (resolve ? resolveDeep(raw[name]) : raw[name]) : undefined),
    has: (_, name) => Object.hasOwn(raw, name),
    ownKeys: () => Object.keys(raw),
    getOwnPropertyDescriptor: (_, name) => (Object.hasOwn(raw, name) ? { enumerable: true, configurable: true, value: raw[name] } : undefined),
  });
  const readOnly = (get) => new Proxy({}, { get: (_, name) => (typeof name === "string" ? get(name) : undefined), set: () => false });

  host.$ = (name) => {
    if (!name) throw E("When calling $(), please specify a node");
    const found = meta(name);
    return {
      get isExecuted() { return found.runs > 0; },
      get params() { return parameters(found.params, true); },
      get context() { return found.context; },
      get item() { return linked(name, index); },
      pairedItem: (at = index) => linked(name, at),
      itemMatching: (at) => {
        if (at === undefined) throw E("Missing item index for .itemMatching()", "Use .itemMatching(<index>)");
        return linked(name, at);
      },
      first: (branch, runIndex) => outputOf(name, branch, runIndex)[0],
      last: (branch, runIndex) => outputOf(name, branch, runIndex).at(-1),
      all: (branch, runIndex) => outputOf(name, branch, runIndex),
    };
  };
  const atIndex = (items, at, name) => {
    if (items.length <= at) throw E(`No data found for item-index: "${at}"`, name ? `Node '${name}' has ${items.length} items.` : undefined);
    return items[at];
  };
  const oldNode = (name, at) => readOnly((key) => {
    const found = meta(name);
    switch (key) {
      case "json": case "data": return atIndex(outputOf(name), at, name).json;
      case "binary": return atIndex(outputOf(name), at, name).binary || {};
      case "context": return found.context;
      case "parameter": return parameters(found.params, true);
      case "runIndex": return found.runs - 1;
      default: return undefined;
    }
  });
  const nodes = (at) => readOnly((name) => oldNode(name, at));
  const guarded = (f) => (...args) => {
    if (args.length) throw E(`$input.${f.name}() should have no arguments`);
    if (!input().length) throw noData();
    return f();
  };
  const $input = {
    first: guarded(function first() { return input()[0]; }),
    last: guarded(function last() { return input().at(-1); }),
    all: guarded(function all() { return input(); }),
    get item() { return current(); },
    get params() { return parameters(run.vars.$parameter || {}, true); },
    get context() { return run.context || {}; },
  };
  host.$input = $input;

  const custom = {};
  host.customData = custom;
  const customData = {
    set: (key, value) => {
      const name = String(key).slice(0, 50);
      if (!/^[A-Za-z0-9_]+$/.test(name)) throw E(`Custom data key can only contain characters "A-Za-z0-9_" (key "${name}")`);
      // More than ten are not kept, and that is no error: they are for finding the execution.
      if (Object.hasOwn(custom, name) || Object.keys(custom).length < 10) custom[name] = String(value).slice(0, 512);
    },
    get: (key) => custom[key],
    setAll: (all) => { for (const [k, v] of Object.entries(all)) customData.set(k, v); },
    getAll: () => ({ ...custom }),
  };

  const values = {
    $json: () => current().json,
    $data: () => current().json,
    $binary: () => current().binary || {},
    $input: () => $input,
    $: () => host.$,
    $node: () => nodes(index),
    $items: () => (name, branch, runIndex) => (name === undefined ? input() : outputOf(name, branch, runIndex)),
    $item: () => (at, runIndex) => ({
      get $json() { return atIndex(input(), at).json; },
      get $data() { return atIndex(input(), at).json; },
      get $binary() { return atIndex(input(), at).binary || {}; },
      get $node() { return readOnly((name) => ({ json: atIndex(outputOf(name, undefined, runIndex), at, name).json, ...{} })); },
    }),
    $itemIndex: () => index,
    $position: () => index,
    $thisItem: () => current(),
    $thisItemIndex: () => index,
    $thisRunIndex: () => run.vars.$runIndex,
    $now: () => host.library("luxon").DateTime.now(),
    $today: () => host.library("luxon").DateTime.now().set({ hour: 0, minute: 0, second: 0, millisecond: 0 }),
    DateTime: () => host.library("luxon").DateTime,
    Duration: () => host.library("luxon").Duration,
    Interval: () => host.library("luxon").Interval,
    $jmespath: () => host.jmespath,
    $jmesPath: () => host.jmespath,
    $parameter: () => parameters(run.vars.$parameter || {}, true),
    $rawParameter: () => parameters(run.vars.$parameter || {}, false),
    $self: () => run.context || {},
    $execution: () => ({ ...run.vars.$execution, customData }),
    $evaluateExpression: () => (text, at) => {
      const before = index;
      if (at !== undefined) index = at;
      try { return host.evaluateText(String(text).replace(/^=/, "")); } finally { index = before; }
    },
    $getPairedItem: () => (name, _source, item) => linked(name, typeof item === "number" ? item : item?.item ?? index),
    $fromAI: () => (key, _description, type = "string", fallback = undefined) => {
      if (typeof key !== "string" || key === "") throw E("Add a key, e.g. $fromAI('placeholder_name')");
      if (!/^[a-zA-Z0-9_-]{0,64}$/.test(key)) throw E("Invalid parameter key, must be between 1 and 64 characters long and only contain lowercase letters, uppercase letters, numbers, underscores, and hyphens");
      return Object.hasOwn(current().json, key) ? current().json[key] : type === undefined ? undefined : fallback;
    },
    $agentInfo: () => undefined,
  };
  values.$fromAi = values.$fromai = values.$fromAI;
  host.jmespath = (data, query) => {
    if (typeof query !== "string" && typeof data === "string") [data, query] = [query, data];
    if (typeof data !== "object" || data === null) throw E("expected two arguments (Object, string) for this function");
    return host.library("jmespath").search(data, query);
  };
  for (const name of ["$if", "$ifEmpty", "$min", "$max", "$average", "$not", "numberList", "zip", "min", "max", "average", "not"]) values[name] = () => host.part("extensions").functions[name];
  for (const name of ["$workflow", "$runIndex", "$prevNode", "$nodeVersion", "$nodeId", "$webhookId", "$mode", "$vars", "$env", "$secrets", "$executionId", "$resumeWebhookUrl"]) values[name] = () => run.vars[name];
  for (const name of ["$response", "$request", "$pageCount"]) values[name] = () => undefined;
  for (const [name, get] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, {
      get: () => (Object.hasOwn(extra, name) ? extra[name] : get()),
      enumerable: false,
      configurable: false,
    });
  }
})
