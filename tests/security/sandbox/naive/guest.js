// Evaluates what it is told to, in this very process, as the engines that were broken did. Each line of standard input
// is a request {engine, text, items}; each line of standard output an answer.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const EventEmitter = require("node:events");
const { stringify } = JSON;

const field = (data, path) => path.split(".").reduce((value, key) => value[key], data);
class DateTime { static now() { return new DateTime(); } setLocale() { return this; } }
DateTime.settings = { defaultZone: "utc" };
const emitter = new EventEmitter();
const statics = { global: {}, node: {} };
const extend = (value, name, args) => value[name]?.(...args) ?? value;
// A template's text becomes code that names the method with JSON.stringify, looked up when it is needed.
const generate = (text) => text.replace(/(\S+)\.(toTitleCase)\(\)/, (_, value, name) => `$$extend(${value}, ${JSON.stringify(name)}, [])`);

const names = (items, evaluate) => {
  const node = { first: () => items[0], all: () => items, last: () => items.at(-1), item: items[0], params: {} };
  return {
    $json: items[0].json, $input: { ...node }, $: () => node, items, $itemIndex: 0, DateTime, $now: DateTime.now(),
    $jmespath: field, $fromAI: (key) => items[0].json[key], $ifEmpty: (value, other) => value || other, $max: Math.max,
    $execution: { customData: { set: () => {}, get: () => {} } }, $parameter: new Proxy({}, {}), $workflow: { id: "1" },
    $evaluateExpression: (text) => evaluate(text), $$extend: extend, $getWorkflowStaticData: (kind) => statics[kind],
  };
};
const hidden = { process: undefined, require: undefined, globalThis: undefined, global: undefined, module: undefined };
const compiled = (code, values) => new Function(...Object.keys(values), `return (${code}\n)`).call({}, ...Object.values(values));
const template = (text, one) => {
  const parts = text.split(/\{\{(.*?)\}\}/s).map((part, place) => (place % 2 ? one(part) : part)).filter((part) => part !== "");
  return parts.length === 1 ? parts[0] : parts.join("");
};
const expressions = {
  shadowed: (text, items) => compiled(text, { ...names(items), ...hidden }),
  bare: (text, items) => compiled(text, { ...names(items), require }),
  joined: (text, items) => {
    Object.assign(globalThis, names(items));
    return (0, eval)(`(function () { const process = undefined, require = undefined; return (${text}\n); })()`);
  },
  twice: (text, items) => {
    const value = text.startsWith("=") ? template(text.slice(1), (code) => expressions.shadowed(code, items)) : expressions.shadowed(text, items);
    if (typeof value !== "string") return value;
    return value.startsWith("=") ? template(value.slice(1), (code) => expressions.shadowed(code, items)) : template(value, (code) => expressions.shadowed(code, items));
  },
  generated: (text, items) => {
    const values = { ...names(items, (inner) => template(inner, (code) => compiled(generate(code), values))), ...hidden };
    return compiled(text, values);
  },
};

// Files by whatever is given as an id, and requests to wherever they are for.
const payloads = process.argv[2];
const read = (id) => {
  const bare = String(id).split("\0")[0].replace(/^(file:\/\/|filesystem[^:]*:)/, "");
  const tenants = fs.readdirSync(payloads).map((tenant) => `${payloads}/${tenant}`);
  const folders = ["", ...tenants.flatMap((tenant) => [tenant, ...fs.readdirSync(tenant).map((part) => `${tenant}/${part}`)])];
  // Dots are taken for what they say, and what is left of a path is looked for from the top.
  const places = folders.flatMap((folder) => [path.resolve(folder, bare), path.resolve(folder, path.basename(path.dirname(bare)), path.basename(bare)), path.resolve(payloads, "../..", path.basename(bare))]);
  return fs.readFileSync(places.find((place) => fs.existsSync(place) && fs.statSync(place).isFile()));
};
const helpersFor = (items) => ({
  getBinaryDataBuffer: async (index, part) => read((typeof part === "string" ? items[index].binary[part] : part).id),
  prepareBinaryData: async (data, name) => ({ id: name && fs.existsSync(name) ? fs.readFileSync(name, "utf8") : "" }),
  httpRequest: async (options) => (await fetch(`${options.baseURL ?? ""}${options.url}`.replace("example.com@", ""))).text(),
  request: async (options) => (await fetch(options.url ?? options.uri)).text(),
});
const modules = { events: EventEmitter, url: require("node:url"), querystring: require("node:querystring"), util: require("node:util"), crypto: { createHash: () => {} }, luxon: { DateTime, Settings: DateTime.settings }, jmespath: { search: field }, buffer: { Buffer } };
const AsyncFunction = (async () => {}).constructor;
const body = (text) => `{\n${text}\n}`;
const allowed = (name) => {
  if (!(name in modules)) throw new Error(`Cannot find module '${name}'`);
  return modules[name];
};
let context;
const code = {
  function: (text, items, more = {}) => {
    const values = { ...names(items), require, helpers: {}, module, emitter, ...more };
    return new AsyncFunction(...Object.keys(values), body(text)).call({ helpers: values.helpers }, ...Object.values(values));
  },
  helpers: (text, items) => code.function(text, items, { helpers: helpersFor(items) }),
  shell: (text, items) => code.function(text, items, { read: (path) => fs.readFileSync(path, "utf8"), load: (path) => code.function(fs.readFileSync(path, "utf8"), items), print: console.error, os: { system: () => {} } }),
  context: (text, items) => {
    // One for all that this process is asked, as it is never made anew.
    context ??= vm.createContext({ ...names(items), console, Buffer, setTimeout, setInterval, setImmediate, clearInterval, URL, TextEncoder, TextDecoder, emitter, require: allowed, helpers: { httpRequest: async () => ({}) } });
    const { $json, $input } = names(items);
    Object.assign(context, { items, $json, $input });
    context.self = items;
    return vm.runInContext(`(async function () {${body(text)}}).call(self)`, context);
  },
};

const answer = async (request) => {
  const lines = [];
  console.log = console.info = console.warn = console.error = (...args) => { lines.push(args.map(String).join(" ")); };
  const engine = expressions[request.engine] ?? code[request.engine];
  let fields;
  try {
    const value = await engine(request.text, request.items);
    fields = { value: typeof value === "function" ? `a function ${value.name}` : value };
    stringify(fields);
  } catch (error) {
    fields = { error: String(error?.stack ?? error) };
  }
  return stringify({ ...fields, lines });
};

// The whole of standard input, before anybody's code runs: an answer is waited for before the next request is sent.
let pending = "";
let turn = Promise.resolve();
process.stdin.on("data", (chunk) => {
  pending += chunk;
  for (let end; (end = pending.indexOf("\n")) >= 0; pending = pending.slice(end + 1)) {
    const request = JSON.parse(pending.slice(0, end));
    turn = turn.then(async () => { process.stdout.write(`${await answer(request)}\n`); });
  }
});
process.stdin.on("end", () => { turn.then(() => process.exit()); });
process.on("uncaughtException", () => {});
process.on("unhandledRejection", () => {});
