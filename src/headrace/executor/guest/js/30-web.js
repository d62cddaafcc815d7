// Web and Node interfaces that people's code uses and a bare V8 lacks, as plain JavaScript.
(function (host) {
  "use strict";
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

  define("btoa", (text) => {
    const chars = Array.from(String(text), (c) => c.charCodeAt(0));
    if (chars.some((c) => c > 255)) throw new Error("The string to be encoded contains characters outside of the Latin1 range.");
    return host.toBase64(chars);
  });
  define("atob", (text) => Array.from(host.fromBase64(text), (b) => String.fromCharCode(b)).join(""));
  define("TextEncoder", class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return host.utf8(text); }
  });
  define("TextDecoder", class TextDecoder {
    constructor(label = "utf-8") {
      this.encoding = String(label).toLowerCase();
      if (!["utf-8", "utf8", "latin1", "iso-8859-1", "ascii"].includes(this.encoding)) throw new RangeError(`The encoding "${label}" is not supported`);
    }
    decode(bytes = new Uint8Array()) {
      const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (!this.encoding.startsWith("utf")) return Array.from(view, (b) => String.fromCharCode(b)).join("");
      return host.fromUtf8(view[0] === 0xef && view[1] === 0xbb && view[2] === 0xbf ? view.subarray(3) : view);
    }
  });
  const clone = (value, seen = new Map()) => {
    if (typeof value === "function" || typeof value === "symbol") throw new Error(`${String(value).slice(0, 40)} could not be cloned.`);
    if (value === null || typeof value !== "object") return value;
    if (seen.has(value)) return seen.get(value);
    let out;
    if (value instanceof Date) out = new Date(value.getTime());
    else if (value instanceof RegExp) out = new RegExp(value.source, value.flags);
    else if (value instanceof Map) { out = new Map(); seen.set(value, out); value.forEach((v, k) => out.set(clone(k, seen), clone(v, seen))); }
    else if (value instanceof Set) { out = new Set(); seen.set(value, out); value.forEach((v) => out.add(clone(v, seen))); }
    else if (ArrayBuffer.isView(value)) out = value.slice();
    else if (value instanceof Error) { out = new value.constructor(value.message); }
    else { out = Array.isArray(value) ? [] : {}; seen.set(value, out); for (const key of Object.keys(value)) out[key] = clone(value[key], seen); }
    seen.set(value, out);
    return out;
  };
  define("structuredClone", (value) => clone(value));

  const encode = (text) => encodeURIComponent(text).replace(/%20/g, "+").replace(/[!'()~]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
  const decode = (text) => { try { return decodeURIComponent(text.replace(/\+/g, " ")); } catch { return text; } };
  class URLSearchParams {
    #pairs = [];
    #changed;
    constructor(init = "", changed) {
      this.#changed = changed;
      if (typeof init === "string") {
        for (const part of init.replace(/^\?/, "").split("&")) {
          if (!part) continue;
          const at = part.indexOf("=");
          this.#pairs.push(at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))]);
        }
      } else if (init && typeof init[Symbol.iterator] === "function") for (const [k, v] of init) this.#pairs.push([String(k), String(v)]);
      else for (const key of Object.keys(init || {})) this.#pairs.push([key, String(init[key])]);
    }
    #tell() { if (this.#changed) this.#changed(this.toString()); }
    append(k, v) { this.#pairs.push([String(k), String(v)]); this.#tell(); }
    delete(k) { this.#pairs = this.#pairs.filter(([name]) => name !== String(k)); this.#tell(); }
    get(k) { const found = this.#pairs.find(([name]) => name === String(k)); return found ? found[1] : null; }
    getAll(k) { return this.#pairs.filter(([name]) => name === String(k)).map(([, v]) => v); }
    has(k) { return this.#pairs.some(([name]) => name === String(k)); }
    set(k, v) {
      const at = this.#pairs.findIndex(([name]) => name === String(k));
      if (at < 0) this.#pairs.push([String(k), String(v)]);
      else { this.#pairs = this.#pairs.filter(([name], i) => name !== String(k) || i === at); this.#pairs[this.#pairs.findIndex(([name]) => name === String(k))] = [String(k), String(v)]; }
      this.#tell();
    }
    sort() { this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); this.#tell(); }
    forEach(f, self) { this.#pairs.forEach(([k, v]) => f.call(self, v, k, this)); }
    keys() { return this.#pairs.map(([k]) => k)[Symbol.iterator](); }
    values() { return this.#pairs.map(([, v]) => v)[Symbol.iterator](); }
    entries() { return this.#pairs.map((p) => p.slice())[Symbol.iterator](); }
    [Symbol.iterator]() { return this.entries(); }
    get size() { return this.#pairs.length; }
    toString() { return this.#pairs.map(([k, v]) => `${encode(k)}=${encode(v)}`).join("&"); }
  }
  define("URLSearchParams", URLSearchParams);
  const PORTS = { "http:": "80", "https:": "443", "ftp:": "21", "ws:": "80", "wss:": "443" };
  class URL {
    constructor(input, base) {
      let text = String(input).trim();
      const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*:)(.*)$/s.exec(text);
      if (!scheme) {
        if (base === undefined) throw new TypeError("Invalid URL");
        const from = new URL(base);
        if (text.startsWith("//")) text = from.protocol + text;
        else if (text.startsWith("/")) text = from.origin + text;
        else if (text.startsWith("?")) text = from.origin + from.pathname + text;
        else if (text.startsWith("#")) text = from.origin + from.pathname + from.search + text;
        else text = from.origin + from.pathname.replace(/[^/]*$/, "") + text;
        return new URL(text);
      }
      this.protocol = scheme[1].toLowerCase();
      let rest = scheme[2];
      const special = this.protocol in PORTS;
      if (special) rest = rest.replace(/\\/g, "/").replace(/^\/*/, "//");
      this.username = this.password = this.hostname = this.port = this.search = this.hash = "";
      const hash = rest.indexOf("#");
      if (hash >= 0) { this.hash = rest.length > hash + 1 ? escapePart(rest.slice(hash)) : ""; rest = rest.slice(0, hash); }
      const query = rest.indexOf("?");
      if (query >= 0) { this.search = rest.length > query + 1 ? escapePart(rest.slice(query)) : ""; rest = rest.slice(0, query); }
      if (rest.startsWith("//")) {
        const end = rest.indexOf("/", 2);
        let authority = end < 0 ? rest.slice(2) : rest.slice(2, end);
        rest = end < 0 ? "" : rest.slice(end);
        const at = authority.lastIndexOf("@");
        if (at >= 0) {
          const [user, ...password] = authority.slice(0, at).split(":");
          this.username = encodeURIComponent(decode(user));
          this.password = encodeURIComponent(decode(password.join(":")));
          authority = authority.slice(at + 1);
        }
        const port = /:(\d*)$/.exec(authority);
        if (port) {
          if (port[1] !== "" && Number(port[1]) > 65535) throw new TypeError("Invalid URL");
          this.port = port[1] === "" || String(Number(port[1])) === PORTS[this.protocol] ? "" : String(Number(port[1]));
          authority = authority.slice(0, port.index);
        }
        this.hostname = special ? authority.toLowerCase() : authority;
        if (special && (!authority || /[\s<>^|%#?\\\]:]/.test(authority.replace(/^\[[0-9a-fA-F:.]+\]$/, "")))) throw new TypeError("Invalid URL");
        const segments = [];
        for (const part of rest.split("/").slice(1)) {
          if (part === "..") segments.pop();
          else if (part !== ".") segments.push(part);
        }
        if (/\/\.{1,2}$/.test(rest)) segments.push("");
        this.pathname = escapePart("/" + segments.join("/"));
        if (!rest && !special) this.pathname = "";
      } else this.pathname = rest;
      Object.defineProperty(this, "searchParams", { value: new URLSearchParams(this.search, (t) => { this.search = t ? "?" + t : ""; }), enumerable: false });
    }
    get host() { return this.hostname + (this.port ? ":" + this.port : ""); }
    get origin() { return this.protocol in PORTS ? `${this.protocol}//${this.host}` : "null"; }
    get href() {
      const user = this.username ? this.username + (this.password ? ":" + this.password : "") + "@" : "";
      const authority = this.hostname || this.protocol in PORTS || this.protocol === "file:" ? `//${user}${this.host}` : "";
      return this.protocol + authority + this.pathname + this.search + this.hash;
    }
    toString() { return this.href; }
    toJSON() { return this.href; }
    static canParse(input, base) { try { new URL(input, base); return true; } catch { return false; } }
  }
  const escapePart = (text) => text.replace(/[\s"<>`{}]|[^\x00-\x7f]+/g, (c) => { try { return encodeURIComponent(c); } catch { return "%EF%BF%BD"; } });
  define("URL", URL);

  const ENCODINGS = { utf8: 1, "utf-8": 1, base64: 1, base64url: 1, hex: 1, latin1: 1, binary: 1, ascii: 1 };
  const bytesOf = (value, encoding = "utf8") => {
    const kind = String(encoding).toLowerCase();
    if (!(kind in ENCODINGS)) throw new TypeError(`Unknown encoding: ${encoding}`);
    if (kind === "hex") return Uint8Array.from((String(value).match(/^([0-9a-f]{2})+/i) || [""])[0].match(/../g) || [], (h) => parseInt(h, 16));
    if (kind.startsWith("base64")) return host.fromBase64(value);
    if (kind.startsWith("utf")) return host.utf8(value);
    return Uint8Array.from(String(value), (c) => c.charCodeAt(0) & 255);
  };
  class Buffer extends Uint8Array {
    static from(value, encoding, length) {
      if (typeof value === "string") return Buffer.wrap(bytesOf(value, encoding));
      if (value instanceof ArrayBuffer) return Buffer.wrap(new Uint8Array(value, encoding, length));
      if (value && value.type === "Buffer" && Array.isArray(value.data)) return Buffer.wrap(Uint8Array.from(value.data));
      return Buffer.wrap(Uint8Array.from(value));
    }
    static wrap(bytes) { const out = new Buffer(bytes.length); out.set(bytes); return out; }
    static alloc(size, fill = 0) { const out = new Buffer(size); return typeof fill === "number" ? out.fill(fill) : out; }
    static allocUnsafe(size) { return new Buffer(size); }
    static isBuffer(value) { return value instanceof Buffer; }
    static byteLength(value, encoding) { return typeof value === "string" ? bytesOf(value, encoding).length : value.byteLength; }
    static concat(list) {
      const out = new Buffer(list.reduce((n, part) => n + part.length, 0));
      let at = 0;
      for (const part of list) { out.set(part, at); at += part.length; }
      return out;
    }
    toString(encoding = "utf8", start = 0, end = this.length) {
      const part = this.subarray(start, end);
      const kind = String(encoding).toLowerCase();
      if (kind === "hex") return host.hex(part);
      if (kind === "base64") return host.toBase64(part);
      if (kind === "base64url") return host.toBase64(part).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
      if (kind.startsWith("utf")) return host.fromUtf8(part);
      if (!(kind in ENCODINGS)) throw new TypeError(`Unknown encoding: ${encoding}`);
      return Array.from(part, (b) => String.fromCharCode(kind === "ascii" ? b & 127 : b)).join("");
    }
    equals(other) { return this.length === other.length && this.every((b, i) => b === other[i]); }
    toJSON() { return { type: "Buffer", data: Array.from(this) }; }
  }
  define("Buffer", Buffer);

  const randomBytes = (n) => { const out = new Buffer(n); for (let i = 0; i < n; i++) out[i] = host.random(); return out; };
  const pool = [];
  host.addRandom = (hex) => { for (const pair of hex.match(/../g) || []) pool.push(parseInt(pair, 16)); };
  host.random = () => (pool.length ? pool.pop() : Math.floor(Math.random() * 256));
  const randomUUID = () => {
    const b = randomBytes(16);
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const h = host.hex(b);
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
  };
  const digest = (name, data) => {
    const out = host.hash(name, data);
    if (!out) throw new Error("Digest method not supported");
    return out;
  };
  class Hash {
    #name; #parts = []; #key;
    constructor(name, key) { this.#name = String(name).toLowerCase(); this.#key = key; }
    update(data, encoding) { this.#parts.push(typeof data === "string" ? bytesOf(data, encoding) : data); return this; }
    digest(encoding) {
      const all = Buffer.concat(this.#parts);
      const out = Buffer.wrap(this.#key === undefined ? digest(this.#name, all) : host.hmac(this.#name, this.#key, all) || digest(this.#name, all));
      return encoding ? out.toString(encoding) : out;
    }
  }
  const subtle = { digest: async (name, data) => digest((name.name || name).replace("-", ""), new Uint8Array(data.buffer || data)).buffer };
  define("crypto", { randomUUID, subtle, getRandomValues: (array) => { for (let i = 0; i < array.length; i++) array[i] = host.random(); return array; } });
  host.nodeCrypto = {
    randomUUID, randomBytes, createHash: (name) => new Hash(name), createHmac: (name, key) => new Hash(name, key),
    randomInt: (low, high) => (high === undefined ? Math.floor(Math.random() * low) : low + Math.floor(Math.random() * (high - low))),
    timingSafeEqual: (a, b) => Buffer.from(a).equals(Buffer.from(b)),
    webcrypto: { subtle },
  };
})
