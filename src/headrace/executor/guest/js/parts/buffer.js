// Node's Buffer. Every allocation is zeroed: bytes that somebody else has left behind are never seen.
(function (host) {
  "use strict";
  const bytes = host.part("bytes");
  const coded = (error, code) => Object.assign(error, { code });
  const typeError = (message) => coded(new TypeError(message), "ERR_INVALID_ARG_TYPE");
  const rangeError = (name, range, got) => coded(new RangeError(`The value of "${name}" is out of range. It must be ${range}. Received ${String(got)}`), "ERR_OUT_OF_RANGE");

  const ENCODINGS = { __proto__: null, utf8: "utf8", "utf-8": "utf8", hex: "hex", base64: "base64", base64url: "base64url", latin1: "latin1", binary: "latin1", ascii: "ascii", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le", "utf-16le": "utf16le" };
  const encodingOf = (name) => {
    const found = name === undefined || name === null || name === "" ? "utf8" : ENCODINGS[String(name).toLowerCase()];
    if (found === undefined) throw coded(new TypeError(`Unknown encoding: ${name}`), "ERR_UNKNOWN_ENCODING");
    return found;
  };
  const encode = (text, encoding) => {
    switch (encodingOf(encoding)) {
      case "utf8": return bytes.utf8(text);
      case "hex": return bytes.fromHex(text);
      case "base64": case "base64url": return bytes.fromBase64(text);
      case "utf16le": {
        const out = new Uint8Array(text.length * 2);
        for (let i = 0; i < text.length; i++) { const c = text.charCodeAt(i); out[2 * i] = c; out[2 * i + 1] = c >> 8; }
        return out;
      }
      default: return bytes.fromLatin1(text);
    }
  };
  const decode = (data, encoding) => {
    switch (encodingOf(encoding)) {
      case "utf8": return bytes.fromUtf8(data);
      case "hex": return bytes.hex(data);
      case "base64": return bytes.toBase64(data);
      case "base64url": return bytes.toBase64(data).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
      case "latin1": return bytes.toLatin1(data);
      case "ascii": return bytes.toLatin1(data.map((b) => b & 127));
      default: {
        const parts = [];
        for (let i = 0; i + 1 < data.length; i += 2) parts.push(String.fromCharCode(data[i] | (data[i + 1] << 8)));
        return parts.join("");
      }
    }
  };
  const size = (value) => {
    if (typeof value !== "number") throw typeError('The "size" argument must be of type number.');
    if (!(value >= 0 && value <= 2 ** 32)) throw rangeError("size", ">= 0 && <= 4294967296", value);
    return Math.trunc(value);
  };
  const clamp = (value, fallback, length) => {
    const n = value === undefined ? fallback : Math.trunc(Number(value)) || 0;
    return n < 0 ? 0 : n > length ? length : n;
  };
  const needsBytes = (value, name = "target") => {
    if (!(value instanceof Uint8Array)) throw typeError(`The "${name}" argument must be an instance of Buffer or Uint8Array.`);
    return value;
  };
  const order = (a, b) => {
    const shorter = Math.min(a.length, b.length);
    for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    return Math.sign(a.length - b.length);
  };
  const search = (data, wanted, from, encoding, back) => {
    if (typeof from === "string") [from, encoding] = [undefined, from];
    const sought = typeof wanted === "string" ? encode(wanted, encoding) : typeof wanted === "number" ? Uint8Array.of(wanted) : needsBytes(wanted, "value");
    const step = back ? -1 : 1;
    let at = Number(from);
    if (Number.isNaN(at)) at = back ? data.length : 0;
    at = Math.trunc(at);
    if (at < 0) at += data.length;
    if (!back && at < 0) at = 0;
    if (back) at = Math.min(at, data.length - sought.length);
    for (; at >= 0 && at + sought.length <= data.length; at += step) {
      let same = 0;
      while (same < sought.length && data[at + same] === sought[same]) same++;
      if (same === sought.length) return at;
    }
    return !sought.length && !back ? data.length : -1;
  };

  class Buffer extends Uint8Array {
    constructor(value, encoding, length) {
      // As older code makes them of text and lists.
      if (typeof value === "string" || (value !== null && typeof value === "object" && !(value instanceof ArrayBuffer))) {
        super(typeof value === "string" ? encode(value, encoding) : value);
      } else super(value, encoding, length);
    }
    static from(value, encoding, length) {
      if (typeof value === "string") return wrap(encode(value, encoding));
      if (value instanceof ArrayBuffer) return new Buffer(value, encoding, length);
      if (value === null || typeof value !== "object") throw typeError("The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object.");
      const plain = value.valueOf?.();
      if (plain !== undefined && plain !== value) return Buffer.from(plain, encoding, length);
      if (value.type === "Buffer" && Array.isArray(value.data)) return new Buffer(value.data);
      if (typeof value.length === "number" || value.buffer instanceof ArrayBuffer) return new Buffer(Array.isArray(value) || ArrayBuffer.isView(value) ? value : Array.from(value));
      if (typeof value[Symbol.toPrimitive] === "function") return Buffer.from(value[Symbol.toPrimitive]("string"), encoding);
      throw typeError("The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object.");
    }
    static of(...values) { return new Buffer(values); }
    static alloc(count, fill, encoding) { const made = new Buffer(size(count)); return fill === undefined || fill === 0 ? made : made.fill(fill, encoding); }
    static allocUnsafe(count) { return new Buffer(size(count)); }
    static allocUnsafeSlow(count) { return new Buffer(size(count)); }
    static isBuffer(value) { return value instanceof Buffer; }
    static isEncoding(name) { return typeof name === "string" && ENCODINGS[name.toLowerCase()] !== undefined; }
    static byteLength(value, encoding) {
      if (typeof value === "string") return encodingOf(encoding) === "utf8" ? bytes.utf8Length(value) : encode(value, encoding).length;
      if (!bytes.isBytes(value)) throw typeError('The "string" argument must be of type string or an instance of Buffer or ArrayBuffer.');
      return value.byteLength;
    }
    static compare(a, b) { return order(needsBytes(a, "buf1"), needsBytes(b, "buf2")); }
    static concat(list, total) {
      if (!Array.isArray(list)) throw typeError('The "list" argument must be an instance of Array.');
      for (const part of list) needsBytes(part, "list");
      const made = new Buffer(total === undefined ? list.reduce((n, part) => n + part.length, 0) : size(total));
      let at = 0;
      for (const part of list) {
        if (at >= made.length) break;
        made.set(at + part.length > made.length ? part.subarray(0, made.length - at) : part, at);
        at += part.length;
      }
      return made;
    }

    [Symbol.for("nodejs.util.inspect.custom")]() {
      const more = this.length > 50 ? ` ... ${this.length - 50} more byte${this.length > 51 ? "s" : ""}` : "";
      return `<Buffer${this.length ? " " : ""}${bytes.hex(this.subarray(0, 50)).replace(/..(?=.)/g, "$& ")}${more}>`;
    }
    get parent() { return this.buffer; }
    get offset() { return this.byteOffset; }
    toString(encoding, start, end) {
      const from = clamp(start, 0, this.length), to = clamp(end, this.length, this.length);
      return to <= from ? "" : decode(from === 0 && to === this.length ? this : this.subarray(from, to), encoding);
    }
    toLocaleString(encoding, start, end) { return this.toString(encoding, start, end); }
    toJSON() { return { type: "Buffer", data: Array.from(this) }; }
    equals(other) { return order(this, needsBytes(other, "otherBuffer")) === 0; }
    compare(other, start = 0, end = other.length, from = 0, to = this.length) {
      return order(this.subarray(from, to), needsBytes(other).subarray(start, end));
    }
    slice(start, end) { return this.subarray(start, end); }
    copy(target, at = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + Math.max(0, needsBytes(target).length - at)));
      target.set(part, at);
      return part.length;
    }
    fill(value, start, end, encoding) {
      if (typeof start === "string") [encoding, start] = [start, undefined];
      else if (typeof end === "string") [encoding, end] = [end, undefined];
      const from = start ?? 0, to = end ?? this.length;
      if (from < 0 || from > this.length) throw rangeError("offset", `>= 0 && <= ${this.length}`, from);
      if (to < 0 || to > this.length) throw rangeError("end", `>= 0 && <= ${this.length}`, to);
      const pattern = typeof value === "string" ? encode(value, encoding) : value instanceof Uint8Array ? value : undefined;
      if (pattern === undefined) return super.fill(Number(value) & 255, from, to);
      if (!pattern.length) {
        if (typeof value === "string" && value === "") return super.fill(0, from, to);
        throw coded(new TypeError(`The argument 'value' is invalid. Received ${String(value)}`), "ERR_INVALID_ARG_VALUE");
      }
      for (let i = from; i < to; i++) this[i] = pattern[(i - from) % pattern.length];
      return this;
    }
    write(text, at, length, encoding) {
      if (typeof text !== "string") throw typeError('The "string" argument must be of type string.');
      if (typeof at === "string") [encoding, at, length] = [at, 0, undefined];
      else if (typeof length === "string") [encoding, length] = [length, undefined];
      const from = at ?? 0;
      if (from < 0 || from > this.length) throw rangeError("offset", `>= 0 && <= ${this.length}`, from);
      const room = Math.min(length ?? this.length, this.length - from);
      let data = encode(text, encoding).subarray(0, room);
      // A character is written whole or not at all.
      if (encodingOf(encoding) === "utf8") data = data.subarray(0, data.length - bytes.unfinished(data));
      if (encodingOf(encoding) === "utf16le") data = data.subarray(0, data.length - (data.length % 2));
      this.set(data, from);
      return data.length;
    }
    indexOf(value, from, encoding) { return search(this, value, from, encoding, false); }
    lastIndexOf(value, from, encoding) { return search(this, value, from, encoding, true); }
    includes(value, from, encoding) { return search(this, value, from, encoding, false) >= 0; }
    #swap(width) {
      if (this.length % width) throw coded(new RangeError(`Buffer size must be a multiple of ${width * 8}-bits`), "ERR_INVALID_BUFFER_SIZE");
      for (let i = 0; i < this.length; i += width) this.subarray(i, i + width).reverse();
      return this;
    }
    swap16() { return this.#swap(2); }
    swap32() { return this.#swap(4); }
    swap64() { return this.#swap(8); }
  }
  Buffer.poolSize = 8192;
  const wrap = (data) => new Buffer(data.buffer, data.byteOffset, data.length);
  const method = (name, f) => { Object.defineProperty(Buffer.prototype, name, { value: f, writable: true, configurable: true }); };

  const place = (data, at, width) => {
    const offset = at ?? 0;
    if (typeof offset !== "number") throw typeError('The "offset" argument must be of type number.');
    if (!Number.isInteger(offset)) throw rangeError("offset", "an integer", offset);
    if (data.length < width) throw coded(new RangeError("Attempt to access memory outside buffer bounds"), "ERR_BUFFER_OUT_OF_BOUNDS");
    if (offset < 0 || offset + width > data.length) throw rangeError("offset", `>= 0 and <= ${data.length - width}`, offset);
    return offset;
  };
  const view = (data) => new DataView(data.buffer, data.byteOffset, data.length);
  const inRange = (value, low, high) => {
    if (value < low || value > high) throw rangeError("value", `>= ${low} and <= ${high}`, value);
    return value;
  };
  // Numbers of a fixed width: the names Node has for them, and what a DataView calls them.
  for (const [kind, width, low, high] of [["Uint8", 1, 0, 255], ["Int8", 1, -128, 127], ["Uint16", 2, 0, 65535], ["Int16", 2, -32768, 32767], ["Uint32", 4, 0, 2 ** 32 - 1], ["Int32", 4, -(2 ** 31), 2 ** 31 - 1], ["BigUint64", 8, 0n, 2n ** 64n - 1n], ["BigInt64", 8, -(2n ** 63n), 2n ** 63n - 1n], ["Float32", 4], ["Float64", 8]]) {
    const bare = { Float32: "Float", Float64: "Double", BigUint64: "BigUInt64" }[kind] ?? kind.replace("Uint", "UInt");
    for (const little of [true, false]) {
      const name = width === 1 ? bare : `${bare}${little ? "LE" : "BE"}`;
      const read = function (at) { return view(this)[`get${kind}`](place(this, at, width), little); };
      const write = function (value, at) {
        const offset = place(this, at, width);
        view(this)[`set${kind}`](offset, low === undefined ? value : inRange(typeof low === "number" ? +value : value, low, high), little);
        return offset + width;
      };
      method(`read${name}`, read);
      method(`write${name}`, write);
      if (name.includes("UInt")) { method(`read${name.replace("UInt", "Uint")}`, read); method(`write${name.replace("UInt", "Uint")}`, write); }
    }
  }
  // Numbers of one to six bytes.
  const width = (count) => {
    if (!Number.isInteger(count) || count < 1 || count > 6) throw rangeError("byteLength", ">= 1 and <= 6", count);
    return count;
  };
  for (const signed of [true, false]) {
    for (const little of [true, false]) {
      const name = `${signed ? "Int" : "UInt"}${little ? "LE" : "BE"}`;
      const read = function (at, count) {
        const offset = place(this, at, width(count));
        let value = 0;
        for (let i = 0; i < count; i++) value = value * 256 + this[offset + (little ? count - 1 - i : i)];
        return signed && value >= 2 ** (8 * count - 1) ? value - 2 ** (8 * count) : value;
      };
      const write = function (value, at, count) {
        const offset = place(this, at, width(count));
        const most = 2 ** (8 * count - (signed ? 1 : 0));
        let rest = inRange(+value, signed ? -most : 0, most - 1);
        if (rest < 0) rest += 2 ** (8 * count);
        for (let i = 0; i < count; i++) { this[offset + (little ? i : count - 1 - i)] = rest % 256; rest = Math.floor(rest / 256); }
        return offset + count;
      };
      method(`read${name}`, read);
      method(`write${name}`, write);
      if (!signed) { method(`read${name.replace("UInt", "Uint")}`, read); method(`write${name.replace("UInt", "Uint")}`, write); }
    }
  }
  const constants = { MAX_LENGTH: 2 ** 32, MAX_STRING_LENGTH: 2 ** 29 - 24 };
  return { Buffer, wrap, encode, decode, constants };
})
