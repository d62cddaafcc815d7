// URL and URLSearchParams.
(function (host) {
  "use strict";
  const records = host.part("url-records");
  const { special, parse, PORTS } = records;
  const { parseHost, percentDecoded } = host.part("hosts");
  const bytes = host.part("bytes");

  const decode = (text) => {
    const spaced = text.replace(/\+/g, " ");
    return spaced.includes("%") ? bytes.fromUtf8(percentDecoded(spaced)) : spaced;
  };
  const encode = (text) => encodeURIComponent(text).replace(/%20/g, "+").replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairsOf = (text) => text.split("&").filter((part) => part !== "").map((part) => {
    const at = part.indexOf("=");
    return at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
  });
  const inspected = Symbol.for("nodejs.util.inspect.custom");
  const asText = (value) => `${value}`.toWellFormed();
  let follow; // makes a URL's search parameters tell it of changes
  let refill; // puts the query's pairs into them

  class URLSearchParams {
    #pairs = []; #changed = () => {};
    constructor(init = "") {
      if ((typeof init === "object" || typeof init === "function") && init !== null) {
        if (typeof init[Symbol.iterator] === "function") {
          for (const pair of init) {
            const [name, value, ...more] = pair;
            if (pair.length !== undefined && (pair.length !== 2 || more.length)) throw Object.assign(new TypeError("Each query pair must be an iterable [name, value] tuple"), { code: "ERR_INVALID_TUPLE" });
            this.#pairs.push([asText(name), asText(value)]);
          }
        } else for (const name of Reflect.ownKeys(init)) if (typeof name === "string" && Object.getOwnPropertyDescriptor(init, name).enumerable) this.#pairs.push([asText(name), asText(init[name])]);
      } else this.#pairs = pairsOf(asText(init).replace(/^\?/, ""));
    }
    static {
      follow = (params, changed) => { params.#changed = changed; };
      refill = (params, query) => { params.#pairs = pairsOf(query ?? ""); };
    }
    get size() { return this.#pairs.length; }
    append(name, value) { this.#pairs.push([asText(name), asText(value)]); this.#changed(); }
    delete(name, value) {
      const wanted = asText(name), only = value === undefined ? undefined : asText(value);
      this.#pairs = this.#pairs.filter(([n, v]) => n !== wanted || (only !== undefined && v !== only));
      this.#changed();
    }
    get(name) { const wanted = asText(name); return this.#pairs.find(([n]) => n === wanted)?.[1] ?? null; }
    getAll(name) { const wanted = asText(name); return this.#pairs.filter(([n]) => n === wanted).map(([, v]) => v); }
    has(name, value) {
      const wanted = asText(name), only = value === undefined ? undefined : asText(value);
      return this.#pairs.some(([n, v]) => n === wanted && (only === undefined || v === only));
    }
    set(name, value) {
      const wanted = asText(name), given = asText(value);
      const first = this.#pairs.findIndex(([n]) => n === wanted);
      if (first < 0) this.#pairs.push([wanted, given]);
      else this.#pairs = this.#pairs.filter(([n], i) => n !== wanted || i === first).with(first, [wanted, given]);
      this.#changed();
    }
    sort() { this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)); this.#changed(); }
    forEach(f, self) { for (const [name, value] of this) f.call(self, value, name, this); }
    // Changes while it is walked count, as they do in a list.
    *entries() { for (let i = 0; i < this.#pairs.length; i++) yield this.#pairs[i].slice(); }
    *keys() { for (let i = 0; i < this.#pairs.length; i++) yield this.#pairs[i][0]; }
    *values() { for (let i = 0; i < this.#pairs.length; i++) yield this.#pairs[i][1]; }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"); }
    get [Symbol.toStringTag]() { return "URLSearchParams"; }
    [inspected](_depth, _options, inspect) { return `URLSearchParams {${this.#pairs.map(([name, value]) => ` ${inspect(name)} => ${inspect(value)}`).join(",")} }`; }
  }

  class URL {
    #record; #params;
    constructor(input, base) {
      const from = base === undefined ? undefined : parse(`${base}`);
      const record = base !== undefined && !from ? undefined : parse(`${input}`, from);
      if (!record) throw Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input: `${input}`, ...(base === undefined ? {} : { base: `${base}` }) });
      this.#record = record;
    }
    static canParse(input, base) { return URL.parse(input, base) !== null; }
    static parse(input, base) { try { return new URL(input, base); } catch { return null; } }

    get href() { return records.write(this.#record); }
    set href(value) {
      const record = parse(`${value}`);
      if (!record) throw Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input: `${value}` });
      this.#record = record;
      if (this.#params) refill(this.#params, record.query);
    }
    toString() { return this.href; }
    toJSON() { return this.href; }
    get origin() {
      const record = this.#record;
      if (record.scheme === "blob" && typeof record.path === "string") {
        const inner = parse(record.path);
        return inner && /^https?$/.test(inner.scheme) ? new URL(record.path).origin : "null";
      }
      return special(record) && record.scheme !== "file" ? `${record.scheme}://${this.host}` : "null";
    }
    get protocol() { return `${this.#record.scheme}:`; }
    set protocol(value) {
      const record = this.#record;
      const scheme = /^([a-z][a-z0-9+.-]*)(?::|$)/i.exec(`${value}`.replace(/[\t\n\r]+/g, ""))?.[1].toLowerCase();
      if (scheme === undefined || scheme in PORTS !== special(record)) return;
      if (scheme === "file" && (record.username || record.password || record.port !== null)) return;
      if (record.scheme === "file" && record.host === "") return;
      record.scheme = scheme;
      if (record.port === PORTS[scheme]) record.port = null;
    }
    get username() { return this.#record.username; }
    set username(value) { if (this.#hasAuthority()) this.#record.username = records.encodeUser(asText(value)); }
    get password() { return this.#record.password; }
    set password(value) { if (this.#hasAuthority()) this.#record.password = records.encodeUser(asText(value)); }
    #hasAuthority() { return Boolean(this.#record.host) && this.#record.scheme !== "file"; }
    get host() { return this.hostname + (this.#record.port === null ? "" : `:${this.#record.port}`); }
    set host(value) { this.#setHost(value, true); }
    get hostname() { return this.#record.host ?? ""; }
    set hostname(value) { this.#setHost(value, false); }
    #setHost(value, withPort) {
      const record = this.#record;
      if (typeof record.path === "string") return;
      const [text] = asText(value).replace(/[\t\n\r]+/g, "").split(special(record) ? /[/\\?#]/ : /[/?#]/);
      if (record.scheme === "file") {
        const found = text === "" ? "" : parseHost(text, true);
        if (found !== undefined) record.host = found === "localhost" ? "" : found;
        return;
      }
      const [, name, colon, port] = /^((?:\[[^\]]*\]?|[^:[])*)(:(.*))?$/s.exec(text) ?? [];
      if (name === undefined || (colon !== undefined && (name === "" || !withPort))) return;
      if (name === "" && (special(record) || record.username || record.password || record.port !== null)) return;
      const found = name === "" ? "" : parseHost(name, special(record));
      if (found === undefined) return;
      record.host = found;
      const digits = /^\d*/.exec(port ?? "")[0];
      if (digits) records.parsePort(record, digits);
    }
    get port() { return this.#record.port === null ? "" : `${this.#record.port}`; }
    set port(value) {
      if (!this.#hasAuthority()) return;
      const text = `${value}`.replace(/[\t\n\r]+/g, "");
      const digits = /^\d*/.exec(text)[0];
      if (text === "") this.#record.port = null; else if (digits) records.parsePort(this.#record, digits);
    }
    get pathname() { return records.pathOf(this.#record); }
    set pathname(value) {
      const record = this.#record;
      if (typeof record.path === "string") return;
      record.path = [];
      const text = asText(value).replace(/[\t\n\r]+/g, "");
      if (text === "" && record.host === null) record.path.push(""); else records.startPath(record, text);
    }
    get search() { return this.#record.query ? `?${this.#record.query}` : ""; }
    set search(value) {
      const text = asText(value).replace(/[\t\n\r]+/g, "").replace(/^\?/, "");
      this.#record.query = `${value}` === "" ? null : records.queryOf(this.#record, text);
      if (this.#params) refill(this.#params, this.#record.query);
    }
    get searchParams() {
      if (!this.#params) {
        this.#params = new URLSearchParams(this.#record.query ?? "");
        // A query that begins with "?" is not a leading mark.
        refill(this.#params, this.#record.query);
        follow(this.#params, () => { this.#record.query = this.#params.toString() || null; });
      }
      return this.#params;
    }
    get hash() { return this.#record.fragment ? `#${this.#record.fragment}` : ""; }
    set hash(value) {
      const text = asText(value).replace(/[\t\n\r]+/g, "").replace(/^#/, "");
      this.#record.fragment = `${value}` === "" ? null : records.encodeFragment(text);
    }
    get [Symbol.toStringTag]() { return "URL"; }
    [inspected](_depth, _options, inspect) { return `URL { href: ${inspect(this.href)} }`; }
  }
  return { URL, URLSearchParams };
})
