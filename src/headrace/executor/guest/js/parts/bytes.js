// Text to bytes and back. V8's own functions do the work where they can: loops in an engine without a compiler are slow.
(function () {
  "use strict";
  const { fromCharCode } = String;
  const escaped = escape, unescaped = unescape, encodeComponent = encodeURIComponent, decodeComponent = decodeURIComponent;
  const PIECE = 8192;

  const fromLatin1 = (text) => {
    const out = new Uint8Array(text.length);
    for (let i = 0; i < out.length; i++) out[i] = text.charCodeAt(i);
    return out;
  };
  const toLatin1 = (bytes) => {
    if (bytes.length <= PIECE) return fromCharCode.apply(null, bytes);
    const parts = [];
    for (let i = 0; i < bytes.length; i += PIECE) parts.push(fromCharCode.apply(null, bytes.subarray(i, i + PIECE)));
    return parts.join("");
  };
  // Halves of characters become U+FFFD.
  const utf8 = (text) => fromLatin1(/^[\x00-\x7f]*$/.test(text) ? text : unescaped(encodeComponent(text.toWellFormed())));
  const utf8Length = (text) => {
    if (/^[\x00-\x7f]*$/.test(text)) return text.length;
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      // Both halves of a pair count two; half a character on its own is written as U+FFFD, which takes three.
      const paired = (c >= 0xd800 && c < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00)
        || (c >= 0xdc00 && c < 0xe000 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800);
      length += c < 0x80 ? 1 : c < 0x800 || paired ? 2 : 3;
    }
    return length;
  };

  // What one byte is the start of: how many follow, and the range of the first of them (Unicode, table 3-7).
  const lead = (b) => {
    if (b < 0x80) return [0, 0, 0];
    if (b < 0xc2 || b > 0xf4) return undefined;
    if (b < 0xe0) return [1, 0x80, 0xbf];
    if (b < 0xf0) return [2, b === 0xe0 ? 0xa0 : 0x80, b === 0xed ? 0x9f : 0xbf];
    return [3, b === 0xf0 ? 0x90 : 0x80, b === 0xf4 ? 0x8f : 0xbf];
  };
  // How many bytes from `i` on make a character (positive), are one mistake (negative), or are a character cut off (0).
  const extent = (bytes, i) => {
    const found = lead(bytes[i]);
    if (found === undefined) return -1;
    const [more, low, high] = found;
    for (let k = 1; k <= more; k++) {
      if (i + k >= bytes.length) return 0;
      const b = bytes[i + k];
      if (k === 1 ? b < low || b > high : (b & 0xc0) !== 0x80) return -k;
    }
    return more + 1;
  };
  const invalid = (encoding) => Object.assign(new TypeError(`The encoded data was not valid for encoding ${encoding}`), { code: "ERR_ENCODING_INVALID_ENCODED_DATA" });
  // Every longest piece that cannot be a character's beginning becomes one U+FFFD; with `fatal` it is an error.
  const fromUtf8 = (bytes, fatal = false) => {
    const raw = toLatin1(bytes);
    if (/^[\x00-\x7f]*$/.test(raw)) return raw;
    try { return decodeComponent(escaped(raw)); } catch { /* not UTF-8: piece by piece */ }
    if (fatal) throw invalid("utf-8");
    const parts = [];
    let good = 0, i = 0;
    while (i < bytes.length) {
      const size = extent(bytes, i);
      if (size > 0) { i += size; continue; }
      parts.push(decodeComponent(escaped(raw.slice(good, i))), "\ufffd");
      i = size === 0 ? bytes.length : i - size;
      good = i;
    }
    parts.push(decodeComponent(escaped(raw.slice(good))));
    return parts.join("");
  };
  // How many bytes at the end are the beginning of a character.
  const unfinished = (bytes) => {
    for (let back = 1; back <= 3 && back <= bytes.length; back++) {
      const at = bytes.length - back;
      if ((bytes[at] & 0xc0) !== 0x80) return extent(bytes, at) === 0 ? back : 0;
    }
    return 0;
  };

  const { toHex, toBase64: asBase64 } = Uint8Array.prototype;
  const { fromHex: readHex, fromBase64: readBase64 } = Uint8Array;
  const hex = (bytes) => toHex.call(bytes);
  const fromHex = (text) => readHex.call(Uint8Array, /^(?:[0-9a-f]{2})*/i.exec(text)[0]);
  const toBase64 = (bytes) => asBase64.call(bytes);
  // As Node reads it: both alphabets, foreign characters left out, the end at the first "=".
  const fromBase64 = (text) => {
    try { return readBase64.call(Uint8Array, text); } catch { /* not as it should be */ }
    const end = text.indexOf("=");
    const kept = (end < 0 ? text : text.slice(0, end)).replace(/-/g, "+").replace(/_/g, "/").replace(/[^A-Za-z0-9+/]+/g, "");
    return readBase64.call(Uint8Array, kept.length % 4 === 1 ? kept.slice(0, -1) : kept);
  };
  // The bytes of anything that stands for bytes.
  const viewOf = (value) => value instanceof Uint8Array ? value
    : ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  const isBytes = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer;

  return { fromLatin1, toLatin1, utf8, utf8Length, fromUtf8, invalid, unfinished, hex, fromHex, toBase64, fromBase64, viewOf, isBytes };
})
