// Requests as the parent is asked for them: what a body is made of, as JSON.
(function (host) {
  "use strict";
  const bytes = host.part("bytes");

  class Blob {
    #data; #type;
    constructor(parts = [], { type = "" } = {}) {
      this.#data = joined(Array.from(parts, (part) => (part instanceof Blob ? dataOf(part) : bytes.isBytes(part) ? bytes.viewOf(part) : bytes.utf8(`${part}`))));
      this.#type = /^[\x20-\x7e]*$/.test(type) ? `${type}`.toLowerCase() : "";
    }
    static data(blob) { return blob.#data; }
    get size() { return this.#data.length; }
    get type() { return this.#type; }
    async arrayBuffer() { return this.#data.slice().buffer; }
    async bytes() { return this.#data.slice(); }
    async text() { return bytes.fromUtf8(this.#data).replace(/^\ufeff/, ""); }
    slice(start, end, type = "") { return new Blob([this.#data.slice(start, end)], { type }); }
    get [Symbol.toStringTag]() { return "Blob"; }
  }
  const dataOf = Blob.data;
  delete Blob.data;
  const joined = (parts) => {
    const made = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    let at = 0;
    for (const part of parts) { made.set(part, at); at += part.length; }
    return made;
  };
  class File extends Blob {
    constructor(parts, name, { lastModified = host.now(), ...options } = {}) {
      super(parts, options);
      this.name = `${name}`;
      this.lastModified = lastModified;
    }
    get [Symbol.toStringTag]() { return "File"; }
  }

  class FormData {
    #entries = [];
    static #entry(name, value, fileName) {
      if (!(value instanceof Blob)) return [`${name}`, `${value}`.toWellFormed()];
      return [`${name}`, value instanceof File && fileName === undefined ? value : new File([value], fileName ?? "blob", { type: value.type })];
    }
    append(name, value, fileName) { this.#entries.push(FormData.#entry(name, value, fileName)); }
    set(name, value, fileName) {
      const made = FormData.#entry(name, value, fileName);
      const first = this.#entries.findIndex(([known]) => known === made[0]);
      if (first < 0) this.#entries.push(made); else this.#entries = this.#entries.filter(([known], i) => known !== made[0] || i === first).with(first, made);
    }
    delete(name) { this.#entries = this.#entries.filter(([known]) => known !== `${name}`); }
    get(name) { return this.#entries.find(([known]) => known === `${name}`)?.[1] ?? null; }
    getAll(name) { return this.#entries.filter(([known]) => known === `${name}`).map(([, value]) => value); }
    has(name) { return this.#entries.some(([known]) => known === `${name}`); }
    forEach(f, self) { for (const [name, value] of this) f.call(self, value, name, this); }
    *entries() { for (const [name, value] of this.#entries) yield [name, value]; }
    *keys() { for (const [name] of this.#entries) yield name; }
    *values() { for (const [, value] of this.#entries) yield value; }
    [Symbol.iterator]() { return this.entries(); }
    get [Symbol.toStringTag]() { return "FormData"; }
  }

  // { body } for text and JSON, { bytes } in base64, or { multipart }; with the type of the content where the body says it.
  const bodyOf = (body) => {
    if (bytes.isBytes(body)) return { bytes: bytes.toBase64(bytes.viewOf(body)) };
    if (body instanceof Blob) return { bytes: bytes.toBase64(dataOf(body)), contentType: body.type || undefined };
    if (body instanceof FormData) {
      return { multipart: Array.from(body, ([name, value]) => (typeof value === "string" ? { name, value } : { name, data: bytes.toBase64(dataOf(value)), fileName: value.name, contentType: value.type || "application/octet-stream" })) };
    }
    if (Object.prototype.toString.call(body) === "[object URLSearchParams]") return { body: `${body}`, contentType: "application/x-www-form-urlencoded;charset=UTF-8" };
    return { body };
  };
  return { Blob, File, FormData, bodyOf };
})
