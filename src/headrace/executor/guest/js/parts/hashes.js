// Hash functions over bytes (Uint8Array), each returning bytes: FIPS 180-4, FIPS 202, RFC 1321, RIPEMD-160.
(function (host) {
  "use strict";
  const { utf8 } = host.part("bytes");
  const pad = (bytes, block, big, lengthBytes) => {
    const total = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
    const out = new Uint8Array(total);
    out.set(bytes);
    out[bytes.length] = 0x80;
    let bits = BigInt(bytes.length) * 8n;
    for (let i = 0; i < 8; i++) {
      out[big ? total - 1 - i : total - lengthBytes + i] = Number(bits & 255n);
      bits >>= 8n;
    }
    return out;
  };
  const rotl = (x, n) => (x << n) | (x >>> (32 - n));
  const words = (state, big) => {
    const out = new Uint8Array(state.length * 4);
    const view = new DataView(out.buffer);
    state.forEach((w, i) => view.setUint32(i * 4, w >>> 0, !big));
    return out;
  };

  const MD5_S = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const MD5_K = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296) | 0);
  const md5 = (bytes) => {
    const data = pad(bytes, 64, false, 8);
    const view = new DataView(data.buffer);
    let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    for (let o = 0; o < data.length; o += 64) {
      let [a, b, c, d] = [a0, b0, c0, d0];
      for (let i = 0; i < 64; i++) {
        const r = i >> 4;
        const f = r === 0 ? (b & c) | (~b & d) : r === 1 ? (d & b) | (~d & c) : r === 2 ? b ^ c ^ d : c ^ (b | ~d);
        const g = r === 0 ? i : r === 1 ? (5 * i + 1) & 15 : r === 2 ? (3 * i + 5) & 15 : (7 * i) & 15;
        const t = (a + f + MD5_K[i] + view.getInt32(o + g * 4, true)) | 0;
        a = d; d = c; c = b;
        b = (b + rotl(t, MD5_S[r * 4 + (i & 3)])) | 0;
      }
      a0 = (a0 + a) | 0; b0 = (b0 + b) | 0; c0 = (c0 + c) | 0; d0 = (d0 + d) | 0;
    }
    return words([a0, b0, c0, d0], false);
  };

  const sha1 = (bytes) => {
    const data = pad(bytes, 64, true, 8);
    const view = new DataView(data.buffer);
    const h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
    const w = new Int32Array(80);
    for (let o = 0; o < data.length; o += 64) {
      for (let i = 0; i < 80; i++) w[i] = i < 16 ? view.getInt32(o + i * 4) : rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
      let [a, b, c, d, e] = h;
      for (let i = 0; i < 80; i++) {
        const [f, k] = i < 20 ? [(b & c) | (~b & d), 0x5a827999] : i < 40 ? [b ^ c ^ d, 0x6ed9eba1] : i < 60 ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc] : [b ^ c ^ d, 0xca62c1d6];
        const t = (rotl(a, 5) + f + e + k + w[i]) | 0;
        e = d; d = c; c = rotl(b, 30); b = a; a = t;
      }
      [a, b, c, d, e].forEach((v, i) => { h[i] = (h[i] + v) | 0; });
    }
    return words(h, true);
  };

  // The constants of SHA-2 are fractional parts of roots of primes; computed exactly with integers.
  const primes = [];
  for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
  const root = (value, degree) => {
    let low = 0n, high = value + 1n;
    while (high - low > 1n) {
      const mid = (low + high) >> 1n;
      if (mid ** degree <= value) low = mid; else high = mid;
    }
    return low;
  };
  const M64 = (1n << 64n) - 1n;
  let k512cache;
  const k512 = () => (k512cache = k512cache || primes.map((p) => root(BigInt(p) << 192n, 3n) & M64));
  const k256 = () => k512().slice(0, 64).map((k) => Number(k >> 32n) | 0);
  const sha2small = (bytes, initial, length) => {
    const K = k256();
    const data = pad(bytes, 64, true, 8);
    const view = new DataView(data.buffer);
    const h = initial.slice();
    const w = new Int32Array(64);
    const rotr = (x, n) => (x >>> n) | (x << (32 - n));
    for (let o = 0; o < data.length; o += 64) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) { w[i] = view.getInt32(o + i * 4); continue; }
        const s0 = rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, hh] = h;
      for (let i = 0; i < 64; i++) {
        const t1 = (hh + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const t2 = ((rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        hh = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      [a, b, c, d, e, f, g, hh].forEach((v, i) => { h[i] = (h[i] + v) | 0; });
    }
    return words(h, true).slice(0, length);
  };
  const sha2large = (bytes, initial, length) => {
    const K = k512();
    const data = pad(bytes, 128, true, 16);
    const view = new DataView(data.buffer);
    const h = initial.slice();
    const w = new Array(80);
    const rotr = (x, n) => ((x >> n) | (x << (64n - n))) & M64;
    for (let o = 0; o < data.length; o += 128) {
      for (let i = 0; i < 80; i++) {
        if (i < 16) { w[i] = view.getBigUint64(o + i * 8); continue; }
        const s0 = rotr(w[i - 15], 1n) ^ rotr(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
        const s1 = rotr(w[i - 2], 19n) ^ rotr(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) & M64;
      }
      let [a, b, c, d, e, f, g, hh] = h;
      for (let i = 0; i < 80; i++) {
        const t1 = (hh + (rotr(e, 14n) ^ rotr(e, 18n) ^ rotr(e, 41n)) + ((e & f) ^ (~e & M64 & g)) + K[i] + w[i]) & M64;
        const t2 = ((rotr(a, 28n) ^ rotr(a, 34n) ^ rotr(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))) & M64;
        hh = g; g = f; f = e; e = (d + t1) & M64; d = c; c = b; b = a; a = (t1 + t2) & M64;
      }
      [a, b, c, d, e, f, g, hh].forEach((v, i) => { h[i] = (h[i] + v) & M64; });
    }
    const out = new Uint8Array(64);
    const outView = new DataView(out.buffer);
    h.forEach((v, i) => outView.setBigUint64(i * 8, v));
    return out.slice(0, length);
  };
  const roots = (from) => primes.slice(from, from + 8).map((p) => root(BigInt(p) << 128n, 2n) & M64);
  const sha256 = (b) => sha2small(b, roots(0).map((v) => Number(v >> 32n) | 0), 32);
  // SHA-224 starts with the second 32 bits of the square roots of the 9th to 16th primes.
  const sha224 = (b) => sha2small(b, roots(8).map((v) => Number(v & 0xffffffffn) | 0), 28);
  const sha512 = (b) => sha2large(b, roots(0), 64);
  const sha384 = (b) => sha2large(b, roots(8), 48);

  const keccakRounds = () => {
    const constants = [];
    let lfsr = 1;
    for (let round = 0; round < 24; round++) {
      let c = 0n;
      for (let j = 0; j < 7; j++) {
        if (lfsr & 1) c |= 1n << BigInt((1 << j) - 1);
        lfsr = lfsr & 0x80 ? ((lfsr << 1) ^ 0x171) & 0xff : lfsr << 1;
      }
      constants.push(c);
    }
    return constants;
  };
  const sha3 = (bytes, bits) => {
    const rate = 200 - bits / 4;
    const data = new Uint8Array(Math.ceil((bytes.length + 1) / rate) * rate);
    data.set(bytes);
    data[bytes.length] ^= 6;
    data[data.length - 1] ^= 0x80;
    const s = new Array(25).fill(0n);
    const RC = keccakRounds();
    const rot = (x, n) => (n ? ((x << n) | (x >> (64n - n))) & M64 : x);
    const view = new DataView(data.buffer);
    for (let o = 0; o < data.length; o += rate) {
      for (let i = 0; i < rate / 8; i++) s[i] ^= view.getBigUint64(o + i * 8, true);
      for (let round = 0; round < 24; round++) {
        const c = [0, 1, 2, 3, 4].map((x) => s[x] ^ s[x + 5] ^ s[x + 10] ^ s[x + 15] ^ s[x + 20]);
        for (let x = 0; x < 5; x++) {
          const d = c[(x + 4) % 5] ^ rot(c[(x + 1) % 5], 1n);
          for (let y = 0; y < 25; y += 5) s[x + y] ^= d;
        }
        let [x, y, current] = [1, 0, s[1]];
        for (let t = 0; t < 24; t++) {
          [x, y] = [y, (2 * x + 3 * y) % 5];
          const at = x + 5 * y;
          const next = s[at];
          s[at] = rot(current, BigInt((((t + 1) * (t + 2)) / 2) % 64));
          current = next;
        }
        for (let row = 0; row < 25; row += 5) {
          const line = s.slice(row, row + 5);
          for (let i = 0; i < 5; i++) s[row + i] = line[i] ^ (~line[(i + 1) % 5] & M64 & line[(i + 2) % 5]);
        }
        s[0] ^= RC[round];
      }
    }
    const out = new Uint8Array(200);
    const outView = new DataView(out.buffer);
    s.forEach((v, i) => outView.setBigUint64(i * 8, v, true));
    return out.slice(0, bits / 8);
  };

  const R1 = [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,7,4,13,1,10,6,15,3,12,0,9,5,2,14,11,8,3,10,14,4,9,15,8,1,2,7,0,6,13,11,5,12,1,9,11,10,0,8,12,4,13,3,7,15,14,5,6,2,4,0,5,9,7,12,2,10,14,1,3,8,11,6,15,13];
  const R2 = [5,14,7,0,9,2,11,4,13,6,15,8,1,10,3,12,6,11,3,7,0,13,5,10,14,15,8,12,4,9,1,2,15,5,1,3,7,14,6,9,11,8,12,2,10,0,4,13,8,6,4,1,3,11,15,0,5,12,2,13,9,7,10,14,12,15,10,4,1,5,8,7,6,2,13,14,0,3,9,11];
  const S1 = [11,14,15,12,5,8,7,9,11,13,14,15,6,7,9,8,7,6,8,13,11,9,7,15,7,12,15,9,11,7,13,12,11,13,6,7,14,9,13,15,14,8,13,6,5,12,7,5,11,12,14,15,14,15,9,8,9,14,5,6,8,6,5,12,9,15,5,11,6,8,13,12,5,12,13,14,11,8,5,6];
  const S2 = [8,9,9,11,13,15,15,5,7,7,8,11,14,14,12,6,9,13,15,7,12,8,9,11,7,7,12,7,6,15,13,11,9,7,15,11,8,6,6,14,12,13,5,14,13,13,7,5,15,5,8,11,14,14,6,14,6,9,12,9,12,5,15,8,8,5,12,9,12,5,14,6,8,13,6,5,15,13,11,11];
  const ripemd160 = (bytes) => {
    const data = pad(bytes, 64, false, 8);
    const view = new DataView(data.buffer);
    const h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
    const f = (j, x, y, z) => [x ^ y ^ z, (x & y) | (~x & z), (x | ~y) ^ z, (x & z) | (y & ~z), x ^ (y | ~z)][j];
    const K1 = [0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e];
    const K2 = [0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0];
    for (let o = 0; o < data.length; o += 64) {
      let [a, b, c, d, e] = h;
      let [A, B, C, D, E] = h;
      for (let i = 0; i < 80; i++) {
        const j = Math.floor(i / 16);
        let t = (rotl((a + f(j, b, c, d) + view.getInt32(o + R1[i] * 4, true) + K1[j]) | 0, S1[i]) + e) | 0;
        a = e; e = d; d = rotl(c, 10); c = b; b = t;
        t = (rotl((A + f(4 - j, B, C, D) + view.getInt32(o + R2[i] * 4, true) + K2[j]) | 0, S2[i]) + E) | 0;
        A = E; E = D; D = rotl(C, 10); C = B; B = t;
      }
      const t = (h[1] + c + D) | 0;
      h[1] = (h[2] + d + E) | 0; h[2] = (h[3] + e + A) | 0; h[3] = (h[4] + a + B) | 0; h[4] = (h[0] + b + C) | 0; h[0] = t;
    }
    return words(h, false);
  };

  const ALGORITHMS = {
    md5, sha1, sha224, sha256, sha384, sha512, ripemd160, rmd160: ripemd160,
    sha3: (b) => sha3(b, 512), "sha3-224": (b) => sha3(b, 224), "sha3-256": (b) => sha3(b, 256),
    "sha3-384": (b) => sha3(b, 384), "sha3-512": (b) => sha3(b, 512),
  };
  const nameOf = (algorithm) => String(algorithm).toLowerCase().replace(/^rsa-/, "").replace(/^sha-(\d)/, "sha$1");
  const hash = (algorithm, bytes) => {
    const name = nameOf(algorithm);
    return Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name](bytes) : undefined;
  };
  const blockOf = (name) => {
    if (/^sha3(?:-|$)/.test(name)) return 200 - (name === "sha3" ? 512 : Number(name.slice(5))) / 4;
    return name === "sha512" || name === "sha384" ? 128 : 64;
  };
  const hmac = (algorithm, key, bytes) => {
    const name = nameOf(algorithm);
    if (!Object.hasOwn(ALGORITHMS, name)) return undefined;
    const block = blockOf(name);
    let k = typeof key === "string" ? utf8(key) : key;
    if (k.length > block) k = hash(name, k);
    const inner = new Uint8Array(block + bytes.length).fill(0x36, 0, block);
    const outer = new Uint8Array(block).fill(0x5c);
    k.forEach((b, i) => { inner[i] ^= b; outer[i] ^= b; });
    inner.set(bytes, block);
    const first = hash(name, inner);
    const both = new Uint8Array(block + first.length);
    both.set(outer);
    both.set(first, block);
    return hash(name, both);
  };
  return { hash, hmac, algorithms: Object.keys(ALGORITHMS) };
})
