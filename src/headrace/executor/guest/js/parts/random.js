// Random bytes without end from a seed of the system's: the key stream of ChaCha20 (RFC 8439), whose first half block
// becomes the next key, so that what has been given out cannot be found again.
(function (host) {
  "use strict";
  const BLOCK = 64, KEY = 32;
  let key = new Uint32Array(8);
  const ready = new Uint8Array(16 * BLOCK);
  let used;
  const restart = () => {
    for (let i = 0; i < 8; i++) key[i] = parseInt(host.seed.slice(8 * i, 8 * i + 8), 16);
    used = ready.length;
  };
  restart();

  const block = (counter, out, at) => {
    const start = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, ...key, counter, 0, 0, 0);
    const s = start.slice();
    const quarter = (a, b, c, d) => {
      s[a] += s[b]; s[d] ^= s[a]; s[d] = (s[d] << 16) | (s[d] >>> 16);
      s[c] += s[d]; s[b] ^= s[c]; s[b] = (s[b] << 12) | (s[b] >>> 20);
      s[a] += s[b]; s[d] ^= s[a]; s[d] = (s[d] << 8) | (s[d] >>> 24);
      s[c] += s[d]; s[b] ^= s[c]; s[b] = (s[b] << 7) | (s[b] >>> 25);
    };
    for (let round = 0; round < 10; round++) {
      quarter(0, 4, 8, 12); quarter(1, 5, 9, 13); quarter(2, 6, 10, 14); quarter(3, 7, 11, 15);
      quarter(0, 5, 10, 15); quarter(1, 6, 11, 12); quarter(2, 7, 8, 13); quarter(3, 4, 9, 14);
    }
    for (let i = 0; i < 16; i++) {
      const word = s[i] + start[i];
      for (let k = 0; k < 4; k++) out[at + 4 * i + k] = word >>> (8 * k);
    }
  };
  const refill = () => {
    for (let i = 0; i < 16; i++) block(i, ready, i * BLOCK);
    const next = new Uint32Array(8);
    for (let i = 0; i < KEY; i++) next[i >> 2] |= ready[i] << (8 * (i & 3));
    key = next;
    ready.fill(0, 0, KEY);
    used = KEY;
  };
  // Fills a Uint8Array.
  const fill = (out) => {
    for (let at = 0; at < out.length; ) {
      if (used === ready.length) refill();
      const piece = ready.subarray(used, used + Math.min(out.length - at, ready.length - used));
      out.set(piece, at);
      at += piece.length;
      used += piece.length;
      piece.fill(0);
    }
    return out;
  };
  fill.restart = restart;
  return fill;
})
