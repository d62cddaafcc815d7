// TextEncoder, TextDecoder, atob, btoa.
(function (host) {
  "use strict";
  const bytes = host.part("bytes");
  const { DOMException } = host.part("events");

  class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return bytes.utf8(`${text}`); }
    encodeInto(source, destination) {
      const text = `${source}`;
      let read = 0, written = 0;
      while (read < text.length) {
        const char = String.fromCodePoint(text.codePointAt(read));
        const encoded = bytes.utf8(char);
        if (written + encoded.length > destination.length) break;
        destination.set(encoded, written);
        read += char.length;
        written += encoded.length;
      }
      return { read, written };
    }
    get [Symbol.toStringTag]() { return "TextEncoder"; }
  }

  // What windows-1252 has in place of the control characters 0x80 to 0x9f; "latin1" means it, too (Encoding Standard).
  const HIGH = "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";
  const NAMES = { __proto__: null };
  const named = (name, ...others) => { for (const one of [name, ...others]) NAMES[one] = name; };
  named("utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8");
  named("utf-16le", "utf-16", "ucs-2", "iso-10646-ucs-2", "csunicode", "unicode", "unicodefeff");
  named("utf-16be", "unicodefffe");
  named("windows-1252", "latin1", "iso-8859-1", "iso8859-1", "iso88591", "iso_8859-1", "iso_8859-1:1987", "l1", "ascii", "us-ascii", "cp1252", "x-cp1252", "cp819", "ibm819", "csisolatin1", "iso-ir-100", "ansi_x3.4-1968");

  class TextDecoder {
    #encoding; #fatal; #ignoreBom; #rest = new Uint8Array(0); #half = ""; #begun = false;
    constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
      this.#encoding = NAMES[`${label}`.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "").toLowerCase()];
      if (this.#encoding === undefined) throw Object.assign(new RangeError(`The "${label}" encoding is not supported`), { code: "ERR_ENCODING_NOT_SUPPORTED" });
      this.#fatal = Boolean(fatal);
      this.#ignoreBom = Boolean(ignoreBOM);
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBom; }
    get [Symbol.toStringTag]() { return "TextDecoder"; }
    decode(input = new Uint8Array(0), { stream = false } = {}) {
      if (!bytes.isBytes(input)) throw new TypeError('The "list" argument must be an instance of ArrayBuffer or ArrayBufferView.');
      let data = bytes.viewOf(input);
      if (this.#rest.length) {
        const both = new Uint8Array(this.#rest.length + data.length);
        both.set(this.#rest);
        both.set(data, this.#rest.length);
        data = both;
        this.#rest = new Uint8Array(0);
      }
      const kind = this.#encoding;
      let text = kind === "utf-8" ? this.#utf8(data, stream) : kind === "windows-1252" ? single(data) : this.#utf16(data, stream);
      if (!this.#begun && text !== "") {
        this.#begun = true;
        if (!this.#ignoreBom && kind !== "windows-1252" && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
      }
      if (!stream) this.#begun = false;
      return text;
    }
    #utf8(data, stream) {
      const keep = stream ? bytes.unfinished(data) : 0;
      if (keep) this.#rest = data.slice(data.length - keep);
      return bytes.fromUtf8(keep ? data.subarray(0, data.length - keep) : data, this.#fatal);
    }
    #utf16(data, stream) {
      const odd = data.length % 2;
      if (odd && stream) this.#rest = data.slice(data.length - 1);
      const big = this.#encoding === "utf-16be" ? 1 : 0;
      const units = [this.#half];
      for (let i = 0; i + 1 < data.length; i += 2) units.push(String.fromCharCode(data[i + big] | (data[i + 1 - big] << 8)));
      if (odd && !stream) units.push("\ufffd");
      let text = units.join("");
      this.#half = stream ? /[\ud800-\udbff]?$/.exec(text)[0] : "";
      if (this.#half) text = text.slice(0, -1);
      if (this.#fatal && (!text.isWellFormed() || (odd && !stream))) throw bytes.invalid(this.#encoding);
      return text.toWellFormed();
    }
  }
  const single = (data) => bytes.toLatin1(data).replace(/[\x80-\x9f]/g, (c) => HIGH[c.charCodeAt(0) - 0x80]);

  const btoa = (data) => {
    const text = `${data}`;
    if (/[^\x00-\xff]/.test(text)) throw new DOMException("Invalid character", "InvalidCharacterError");
    return bytes.toBase64(bytes.fromLatin1(text));
  };
  const atob = (data) => {
    let text = `${data}`.replace(/[\t\n\f\r ]+/g, "");
    if (text.length % 4 === 0) text = text.replace(/={1,2}$/, "");
    if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new DOMException("The string to be decoded is not correctly encoded.", "InvalidCharacterError");
    return bytes.toLatin1(bytes.fromBase64(text));
  };
  return { TextEncoder, TextDecoder, atob, btoa };
})
