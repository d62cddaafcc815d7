// The Web's `crypto` and Node's, as far as they are hashes, keyed hashes and random numbers.
(function (host) {
  "use strict";
  const bytes = host.part("bytes");
  const { Buffer, wrap, encode } = host.part("buffer");
  const { hash, hmac, algorithms } = host.part("hashes");
  const { DOMException } = host.part("events");
  const fill = host.part("random");

  const getRandomValues = (array) => {
    if (!ArrayBuffer.isView(array) || array instanceof DataView || array instanceof Float32Array || array instanceof Float64Array) throw new DOMException("The data argument must be an integer-type TypedArray", "TypeMismatchError");
    if (array.byteLength > 65536) throw new DOMException(`The requested length exceeds 65,536 bytes`, "QuotaExceededError");
    fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return array;
  };
  const randomUUID = () => {
    const b = fill(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    return bytes.hex(b).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const randomBytes = (count, done) => {
    const made = fill(Buffer.alloc(count));
    if (done === undefined) return made;
    host.queueMicrotask(() => done(null, made));
  };
  const randomInt = (low, high, done) => {
    if (high === undefined || typeof high === "function") [low, high, done] = [0, low, high];
    const range = high - low;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || range <= 0 || range > 2 ** 48) throw new RangeError(`The value of "max" is out of range. It must be greater than the value of "min" (${low}). Received ${high}`);
    // Drawn again above the last whole multiple of the range: all results are as likely as each other.
    const limit = 2 ** 48 - (2 ** 48 % range);
    let drawn;
    do drawn = fill(new Uint8Array(6)).reduce((n, b) => n * 256 + b, 0); while (drawn >= limit);
    const made = low + (drawn % range);
    if (typeof done !== "function") return made;
    host.queueMicrotask(() => done(null, made));
  };

  const dataOf = (data, encoding) => {
    if (typeof data === "string") return encode(data, encoding);
    if (ArrayBuffer.isView(data)) return bytes.viewOf(data);
    throw Object.assign(new TypeError('The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView.'), { code: "ERR_INVALID_ARG_TYPE" });
  };
  class Digest {
    #digest; #parts; #done = false;
    constructor(digest, parts = []) { this.#digest = digest; this.#parts = parts; }
    update(data, encoding) {
      if (this.#done) throw Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
      this.#parts.push(dataOf(data, encoding).slice());
      return this;
    }
    digest(encoding) {
      if (this.#done) throw Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
      this.#done = true;
      const made = wrap(this.#digest(Buffer.concat(this.#parts)));
      return encoding && encoding !== "buffer" ? made.toString(encoding) : made;
    }
    copy() { return new Digest(this.#digest, this.#parts.slice()); }
  }
  const known = (name) => {
    if (hash(name, new Uint8Array(0)) === undefined) throw new Error(`Digest method not supported: ${name}`);
    return name;
  };
  const createHash = (name) => { known(name); return new Digest((data) => hash(name, data)); };
  const createHmac = (name, key) => { known(name); const secret = dataOf(key).slice(); return new Digest((data) => hmac(name, secret, data)); };
  const timingSafeEqual = (a, b) => {
    const [x, y] = [bytes.viewOf(a), bytes.viewOf(b)];
    if (x.length !== y.length) throw Object.assign(new RangeError("Input buffers must have the same byte length"), { code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH" });
    let differs = 0;
    for (let i = 0; i < x.length; i++) differs |= x[i] ^ y[i];
    return differs === 0;
  };

  const webHash = (algorithm) => {
    const name = `${algorithm?.name ?? algorithm}`.toUpperCase();
    if (!["SHA-1", "SHA-256", "SHA-384", "SHA-512"].includes(name)) throw new DOMException("Unrecognized algorithm name", "NotSupportedError");
    return name;
  };
  const source = (data) => {
    if (!bytes.isBytes(data)) throw new TypeError("The data must be an ArrayBuffer, a TypedArray or a DataView");
    return bytes.viewOf(data).slice();
  };
  const plain = (made) => made.buffer.slice(made.byteOffset, made.byteOffset + made.byteLength);
  const secrets = new WeakMap();
  class CryptoKey {
    constructor(secret, hashName, extractable, usages) {
      secrets.set(this, secret);
      Object.assign(this, { type: "secret", extractable, algorithm: { name: "HMAC", length: secret.length * 8, hash: { name: hashName } }, usages });
      Object.freeze(this);
    }
  }
  const macWith = (algorithm, key, usage, data) => {
    const secret = secrets.get(key);
    if (`${algorithm?.name ?? algorithm}`.toUpperCase() !== "HMAC") throw new DOMException("Unrecognized algorithm name", "NotSupportedError");
    if (!secret || !key.usages.includes(usage)) throw new DOMException(`The requested operation is not valid for the provided key`, "InvalidAccessError");
    return hmac(key.algorithm.hash.name, secret, source(data));
  };
  const subtle = {
    digest: async (algorithm, data) => plain(hash(webHash(algorithm), source(data))),
    importKey: async (format, data, algorithm, extractable, usages) => {
      if (format !== "raw" || `${algorithm?.name ?? algorithm}`.toUpperCase() !== "HMAC") throw new DOMException('Only HMAC keys in the format "raw" can be imported here', "NotSupportedError");
      return new CryptoKey(source(data), webHash(algorithm.hash), Boolean(extractable), [...usages]);
    },
    exportKey: async (format, key) => {
      if (format !== "raw" || !key.extractable) throw new DOMException("The key is not extractable", "InvalidAccessError");
      return plain(secrets.get(key).slice());
    },
    sign: async (algorithm, key, data) => plain(macWith(algorithm, key, "sign", data)),
    verify: async (algorithm, key, signature, data) => {
      const made = macWith(algorithm, key, "verify", data), given = source(signature);
      return made.length === given.length && timingSafeEqual(made, given);
    },
  };
  const crypto = { randomUUID, getRandomValues, subtle };
  const node = {
    randomUUID, randomBytes, randomInt, createHash, createHmac, timingSafeEqual, getRandomValues, subtle, webcrypto: crypto,
    getHashes: () => algorithms.slice(),
    randomFillSync: (array) => { fill(bytes.viewOf(array)); return array; },
    hash: (name, data, encoding = "hex") => createHash(name).update(data).digest(encoding),
  };
  return { crypto, node };
})
