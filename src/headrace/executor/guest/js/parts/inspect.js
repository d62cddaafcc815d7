// Values as text for people, in the manner of Node's util.inspect and util.format.
(function (host) {
  "use strict";
  const custom = Symbol.for("nodejs.util.inspect.custom");
  const DEFAULTS = { depth: 2, breakLength: 80, compact: 3, maxArrayLength: 100, maxStringLength: 10_000, showHidden: false, sorted: false, getters: false, colors: false };
  const tagOf = (value) => { try { return value[Symbol.toStringTag]; } catch { return undefined; } };

  const ESCAPES = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\\": "\\\\" };
  const quote = (text) => {
    const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes("`") && !text.includes("${") ? "`" : "'";
    const body = text.replace(/[\x00-\x1f\x7f-\x9f\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, (c) => ESCAPES[c] ?? (c < "\xff" ? `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}` : `\\u${c.charCodeAt(0).toString(16).toUpperCase()}`));
    return mark + (mark === "'" ? body.replace(/'/g, "\\'") : body) + mark;
  };
  const primitive = (value, options) => {
    if (typeof value === "string") {
      const cut = value.length - options.maxStringLength;
      return cut > 0 ? `${quote(value.slice(0, options.maxStringLength))}... ${cut} more character${cut > 1 ? "s" : ""}` : quote(value);
    }
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "symbol") return value.toString();
    return Object.is(value, -0) ? "-0" : String(value);
  };
  const className = (value) => {
    for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
      const found = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
      if (typeof found === "function" && found.name !== "" && value instanceof found) return found.name;
    }
    return null;
  };
  // "Map(2) " before what a value holds; nothing for the kind that its brackets say already.
  const prefix = (value, fallback, size = "") => {
    const name = className(value), tag = tagOf(value);
    const shown = name === null ? `[${fallback}${size}: null prototype]` : `${name}${size}`;
    return `${shown}${typeof tag === "string" && tag !== "" && tag !== (name ?? fallback) ? ` [${tag}]` : ""} `;
  };
  const keyText = (key) => typeof key === "symbol" ? `[${key.toString()}]` : /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : quote(key);
  const functionText = (value) => {
    const source = Function_toString.call(value);
    if (/^class\b/.test(source)) {
      const parent = Object.getPrototypeOf(value)?.name;
      return `[class ${value.name || "(anonymous)"}${parent ? ` extends ${parent}` : ""}]`;
    }
    const kind = tagOf(value) ?? "Function";
    return `[${kind}${value.name ? `: ${value.name}` : " (anonymous)"}]`;
  };
  const Function_toString = Object.getPrototypeOf(class {}).toString;

  class Inspector {
    constructor(options) { this.options = options; this.seen = []; this.circles = new Map(); this.deepest = 0; }

    // `depth` counts up from 0; `indent` is how far in the first line begins.
    value(value, depth, indent) {
      if ((typeof value !== "object" || value === null) && typeof value !== "function") return primitive(value, this.options);
      if (typeof value[custom] === "function" && value[custom] !== inspect) {
        const left = this.options.depth === null ? null : this.options.depth - depth;
        const made = value[custom](left, { ...this.options, depth: left, stylize: (text) => String(text) }, inspect);
        if (made !== value) return typeof made === "string" ? made : this.value(made, depth, indent);
      }
      if (this.seen.includes(value)) {
        if (!this.circles.has(value)) this.circles.set(value, this.circles.size + 1);
        return `[Circular *${this.circles.get(value)}]`;
      }
      return this.object(value, depth, indent);
    }
    object(value, depth, indent) {
      const { base, open, close, parts } = this.shape(value);
      const keys = this.keys(value);
      if (!parts.length && !keys.length && base) return base;
      if (!parts.length && !keys.length && !this.seen.includes(value)) return `${open}${close}`;
      const limit = this.options.depth;
      if (limit !== null && depth > limit) return `[${Array.isArray(value) ? "Array" : (className(value) ?? "Object: null prototype")}]`;
      this.deepest = depth;
      this.seen.push(value);
      const entries = parts.flatMap((part) => part(depth + 1, indent + 2));
      const listed = entries.length;
      for (const key of keys) entries.push(this.property(value, key, depth, indent));
      this.seen.pop();
      const circle = this.circles.has(value) ? `<ref *${this.circles.get(value)}> ` : "";
      return circle + this.joined(entries, listed > 6 && listed === entries.length, base, open, close, depth, indent);
    }
    keys(value) {
      const own = this.options.showHidden ? Object.getOwnPropertyNames(value) : Object.keys(value);
      const named = Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof String ? own.filter((key) => !/^(?:0|[1-9]\d*)$/.test(key)) : own;
      const symbols = Object.getOwnPropertySymbols(value).filter((key) => this.options.showHidden || Object.prototype.propertyIsEnumerable.call(value, key));
      return (this.options.sorted ? named.toSorted() : named).filter((key) => !(value instanceof Error && ["name", "message", "stack"].includes(key))).concat(symbols);
    }
    // What a value of a special kind is shown as: in front of its brackets, and in them before its properties.
    shape(value) {
      const plain = (name) => ({ base: "", open: `${name}{`, close: "}", parts: [] });
      const text = (base) => ({ base, open: "{", close: "}", parts: [] });
      if (Array.isArray(value)) {
        const name = className(value) === "Array" ? "" : prefix(value, "Array", `(${value.length})`);
        return { base: "", open: `${name}[`, close: "]", parts: value.length ? [(depth, indent) => this.list(value, depth, indent)] : [] };
      }
      if (value instanceof Set) return { ...plain(prefix(value, "Set", `(${value.size})`)), parts: value.size ? [(depth, indent) => [...value].map((one) => this.value(one, depth, indent))] : [] };
      if (value instanceof Map) {
        return { ...plain(prefix(value, "Map", `(${value.size})`)), parts: value.size ? [(depth, indent) => [...value].map(([key, one]) => `${this.value(key, depth, indent)} => ${this.value(one, depth, indent)}`)] : [] };
      }
      if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
        return { base: "", open: `${prefix(value, "TypedArray", `(${value.length})`)}[`, close: "]", parts: value.length ? [(depth, indent) => this.list(value, depth, indent)] : [] };
      }
      if (value instanceof ArrayBuffer) {
        const shown = Array.from(new Uint8Array(value, 0, Math.min(50, value.byteLength)), (b) => b.toString(16).padStart(2, "0")).join(" ");
        const more = value.byteLength > 50 ? ` ... ${value.byteLength - 50} more byte${value.byteLength > 51 ? "s" : ""}` : "";
        return { ...plain(prefix(value, "ArrayBuffer")), parts: [() => [`[Uint8Contents]: <${shown}${more}>`, `byteLength: ${value.byteLength}`]] };
      }
      if (typeof value === "function") return text(functionText(value));
      if (value instanceof RegExp) return text(RegExp.prototype.toString.call(value));
      if (value instanceof Date) return text(Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString());
      if (value instanceof Error) return text(host.stackOf(value));
      for (const kind of [Number, String, Boolean, BigInt, Symbol]) if (value instanceof kind) return text(`[${kind.name}: ${primitive(value.valueOf(), this.options)}]`);
      if (value instanceof WeakMap || value instanceof WeakSet) return { ...plain(prefix(value, "WeakMap")), parts: [() => ["<items unknown>"]] };
      const name = className(value), tag = tagOf(value);
      if (name === "Object" && (typeof tag !== "string" || tag === "" || Object.hasOwn(value, Symbol.toStringTag))) {
        return plain(Object.prototype.toString.call(value) === "[object Arguments]" ? "[Arguments] " : "");
      }
      return plain(prefix(value, "Object"));
    }
    list(values, depth, indent) {
      const out = [], most = this.options.maxArrayLength ?? Infinity;
      let at = 0;
      for (; at < values.length && out.length < most; at++) {
        if (at in values) { out.push(this.value(values[at], depth, indent)); continue; }
        const from = at;
        while (at + 1 < values.length && !(at + 1 in values)) at++;
        out.push(`<${at - from + 1} empty item${at > from ? "s" : ""}>`);
      }
      if (at < values.length) out.push(`... ${values.length - at} more item${values.length - at > 1 ? "s" : ""}`);
      return out;
    }
    property(value, key, depth, indent) {
      const own = Object.getOwnPropertyDescriptor(value, key);
      const name = own && !own.enumerable && typeof key === "string" ? `[${key}]` : keyText(key);
      if (own?.get) return `${name}: [Getter${own.set ? "/Setter" : ""}]`;
      if (own?.set) return `${name}: [Setter]`;
      return `${name}: ${this.value(own ? own.value : value[key], depth + 1, indent + 2)}`;
    }
    joined(entries, isList, base, open, close, depth, indent) {
      const start = `${base ? `${base} ` : ""}${open}`;
      const { breakLength, compact } = this.options;
      const rows = isList && compact ? this.rows(entries, breakLength - indent) : entries;
      if (compact && rows === entries && this.deepest - depth < compact && !entries.some((entry) => entry.includes("\n"))) {
        const length = entries.reduce((n, entry) => n + entry.length + 1, 0) + entries.length;
        if (length + indent + open.length + base.length + 10 <= breakLength && !base.includes("\n")) return `${start} ${entries.join(", ")} ${close}`;
      }
      const line = `\n${" ".repeat(indent)}`;
      return `${start}${line}  ${rows.join(`,${line}  `)}${line}${close}`;
    }
    // Many short values share lines, in columns.
    rows(entries, width) {
      const more = entries.at(-1).startsWith("... ") ? entries.at(-1) : undefined;
      const cells = more === undefined ? entries : entries.slice(0, -1);
      const widest = Math.max(...cells.map((cell) => cell.length)) + 2;
      const columns = Math.min(Math.floor((width - 4) / widest), 16, Math.max(4, Math.ceil(Math.sqrt(2.5 * cells.length * widest) / widest)));
      if (columns < 2 || widest > 18 || cells.some((cell) => cell.includes("\n"))) return entries;
      const right = cells.every((cell) => /^-?[\d.]/.test(cell));
      const rows = [];
      for (let i = 0; i < cells.length; i += columns) {
        const row = cells.slice(i, i + columns);
        rows.push(row.map((cell, k) => (right ? cell.padStart(widest - 2) : k < row.length - 1 ? `${cell},`.padEnd(widest - 1) : cell)).join(right ? ", " : " "));
      }
      return more === undefined ? rows : [...rows, more];
    }
  }
  const inspect = (value, options = {}, depth = undefined) => {
    const given = typeof options === "boolean" ? { showHidden: options, depth: depth === undefined ? DEFAULTS.depth : depth } : options;
    const chosen = { ...DEFAULTS, ...given };
    if (chosen.depth === Infinity) chosen.depth = null;
    return new Inspector(chosen).value(value, 0, 0);
  };
  inspect.custom = custom;
  inspect.defaultOptions = DEFAULTS;

  const hasOwnText = (value) => {
    const found = value.toString;
    return typeof found === "function" && found !== Object.prototype.toString && found !== Error.prototype.toString && !Array.isArray(value) && !(value instanceof Date);
  };
  const FORMATS = {
    __proto__: null,
    s: (value) => typeof value === "string" ? value : typeof value === "object" && value !== null && !hasOwnText(value) ? inspect(value, { depth: 0 }) : typeof value === "object" || typeof value === "function" ? String(value) : primitive(value, DEFAULTS),
    d: (value) => typeof value === "bigint" ? `${value}n` : typeof value === "symbol" || typeof value === "object" ? "NaN" : primitive(Number(value), DEFAULTS),
    i: (value) => typeof value === "bigint" ? `${value}n` : typeof value === "symbol" || typeof value === "object" ? "NaN" : primitive(parseInt(value, 10), DEFAULTS),
    f: (value) => typeof value === "symbol" ? "NaN" : primitive(parseFloat(value), DEFAULTS),
    j: (value) => { try { return host.stringify(value); } catch { return "[Circular]"; } },
    o: (value) => inspect(value, { showHidden: true, depth: 4 }),
    O: (value) => inspect(value),
    c: () => "",
  };
  const format = (...args) => {
    let text = "", used = 0;
    if (typeof args[0] === "string" && args.length > 1) {
      used = 1;
      text = args[0].replace(/%([sdifjoOc%])/g, (whole, kind) => {
        if (kind === "%") return "%";
        return used < args.length ? FORMATS[kind](args[used++]) : whole;
      });
    } else if (args.length) {
      used = 1;
      text = typeof args[0] === "string" ? args[0] : inspect(args[0]);
    }
    for (; used < args.length; used++) text += ` ${typeof args[used] === "string" ? args[used] : inspect(args[used])}`;
    return text;
  };
  return { inspect, format };
})
