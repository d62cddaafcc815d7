// fetch, over requests that the parent sends.
(function (host) {
  "use strict";
  const bytes = host.part("bytes");
  const { Blob, File, FormData, bodyOf } = host.part("sending");

  class Headers {
    #held = new Map(); #cookies = [];
    constructor(init = {}) {
      for (const [name, value] of typeof init[Symbol.iterator] === "function" ? init : Object.entries(init)) {
        for (const one of Array.isArray(value) ? value : [value]) this.append(name, one);
      }
    }
    static #name(name) {
      if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(`${name}`)) throw new TypeError(`Headers: "${name}" is an invalid header name.`);
      return `${name}`.toLowerCase();
    }
    static #value(value) {
      const text = `${value}`.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
      if (/[\0\n\r]/.test(text)) throw new TypeError(`Headers: "${text}" is an invalid header value.`);
      return text;
    }
    append(name, value) {
      const key = Headers.#name(name), text = Headers.#value(value);
      if (key === "set-cookie") this.#cookies.push(text);
      this.#held.set(key, this.#held.has(key) ? `${this.#held.get(key)}, ${text}` : text);
    }
    set(name, value) { this.delete(name); this.append(name, value); }
    delete(name) { const key = Headers.#name(name); this.#held.delete(key); if (key === "set-cookie") this.#cookies = []; }
    get(name) { return this.#held.get(Headers.#name(name)) ?? null; }
    has(name) { return this.#held.has(Headers.#name(name)); }
    getSetCookie() { return this.#cookies.slice(); }
    forEach(f, self) { for (const [name, value] of this) f.call(self, value, name, this); }
    *entries() {
      for (const name of [...this.#held.keys()].sort()) {
        if (name === "set-cookie") for (const cookie of this.#cookies) yield [name, cookie]; else yield [name, this.#held.get(name)];
      }
    }
    *keys() { for (const [name] of this.entries()) yield name; }
    *values() { for (const [, value] of this.entries()) yield value; }
    [Symbol.iterator]() { return this.entries(); }
    get [Symbol.toStringTag]() { return "Headers"; }
    [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) { return `Headers ${inspect(Object.fromEntries(this), options)}`; }
  }

  class Response {
    #data; #used = false;
    constructor(body = null, { status = 200, statusText = "", headers = {} } = {}) {
      const made = bodyOf(body);
      this.#data = made.bytes !== undefined ? bytes.fromBase64(made.bytes) : bytes.utf8(body === null || body === undefined ? "" : `${made.body}`);
      Object.assign(this, { status, statusText, headers: new Headers(headers), url: "", redirected: false, type: "default" });
      if (made.contentType && !this.headers.has("content-type")) this.headers.set("content-type", made.contentType);
    }
    static json(value, init = {}) {
      const made = new Response(host.stringify(value), init);
      if (!made.headers.has("content-type")) made.headers.set("content-type", "application/json");
      return made;
    }
    get ok() { return this.status >= 200 && this.status < 300; }
    get bodyUsed() { return this.#used; }
    #read() {
      if (this.#used) throw new TypeError("Body is unusable: Body has already been read");
      this.#used = true;
      return this.#data;
    }
    async text() { return bytes.fromUtf8(this.#read()).replace(/^\ufeff/, ""); }
    async json() { return host.parse(await this.text()); }
    async bytes() { return this.#read().slice(); }
    async arrayBuffer() { return this.#read().slice().buffer; }
    async blob() { return new Blob([this.#read()], { type: this.headers.get("content-type") ?? "" }); }
    clone() {
      if (this.#used) throw new TypeError("Response.clone: Body has already been consumed.");
      return Object.assign(new Response(this.#data, this), { url: this.url, redirected: this.redirected, type: this.type });
    }
    get [Symbol.toStringTag]() { return "Response"; }
  }

  const aborted = (signal) => new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason); else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const send = async (url, { method, headers, body, redirect }) => {
    const given = new Headers(headers ?? {});
    const made = body === undefined || body === null ? {} : bodyOf(typeof body === "object" ? body : `${body}`);
    if (made.body !== undefined && typeof made.body !== "string") made.body = `${made.body}`;
    const contentType = made.contentType ?? (made.body === undefined ? undefined : "text/plain;charset=UTF-8");
    if (contentType && !given.has("content-type")) given.set("content-type", contentType);
    delete made.contentType;
    const follows = redirect === undefined || redirect === "follow";
    let reply;
    try {
      reply = await host.ask("httpRequest", { url, method, headers: Object.fromEntries(given), ...made, encoding: "arraybuffer", ignoreHttpStatusErrors: true, returnFullResponse: true, disableFollowRedirect: !follows });
    } catch (cause) {
      throw new TypeError("fetch failed", { cause });
    }
    const { statusCode, statusMessage, headers: received, url: from } = reply.value;
    if (redirect === "error" && statusCode >= 300 && statusCode < 400) throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") });
    const response = new Response(bytes.fromBase64(reply.bytes), { status: statusCode, statusText: statusMessage, headers: received });
    return Object.assign(response, { url: from, redirected: from !== url, type: "basic" });
  };
  const fetch = async (input, init = {}) => {
    const url = typeof input === "object" && input !== null && typeof input.url === "string" ? input.url : `${input}`;
    const method = `${init.method ?? "GET"}`.toUpperCase();
    if (init.body !== undefined && init.body !== null && /^(GET|HEAD)$/.test(method)) throw new TypeError("Request with GET/HEAD method cannot have body.");
    init.signal?.throwIfAborted();
    const sent = send(new (host.part("url").URL)(url).href, { ...init, method });
    return init.signal ? Promise.race([sent, aborted(init.signal)]) : sent;
  };
  return { fetch, Headers, Response, FormData, Blob, File };
})
