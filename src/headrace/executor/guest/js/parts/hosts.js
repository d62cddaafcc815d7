// Hosts of URLs (WHATWG URL standard, section 3): names, IPv4, IPv6. Each parser returns the host as it is written, or
// undefined if it is none.
(function (host) {
  "use strict";
  const bytes = host.part("bytes");

  const ipv4Number = (text) => {
    if (text === "") return undefined;
    const [digits, radix] = /^0x/i.test(text) ? [text.slice(2), 16] : text.length > 1 && text[0] === "0" ? [text.slice(1), 8] : [text, 10];
    if (digits === "") return 0;
    return (radix === 16 ? /^[0-9a-f]+$/i : radix === 8 ? /^[0-7]+$/ : /^\d+$/).test(digits) ? parseInt(digits, radix) : undefined;
  };
  const endsInNumber = (text) => {
    const parts = text.split(".");
    if (parts.at(-1) === "" && parts.length > 1) parts.pop();
    return /^\d+$/.test(parts.at(-1)) || /^0x[0-9a-f]*$/i.test(parts.at(-1));
  };
  const ipv4 = (text) => {
    const parts = text.split(".");
    if (parts.at(-1) === "" && parts.length > 1) parts.pop();
    const numbers = parts.map(ipv4Number);
    if (parts.length > 4 || numbers.includes(undefined)) return undefined;
    const last = numbers.pop();
    if (numbers.some((n) => n > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
    let address = last;
    numbers.forEach((n, i) => { address += n * 256 ** (3 - i); });
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
  };

  const ipv6 = (text) => {
    const halves = text.split("::");
    if (halves.length > 2) return undefined;
    const pieces = [];
    let gap;
    for (let h = 0; h < halves.length; h++) {
      if (h === 1) gap = pieces.length;
      const parts = halves[h] === "" ? [] : halves[h].split(":");
      if (halves.length === 1 && !parts.length) return undefined;
      for (let i = 0; i < parts.length; i++) {
        const dotted = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(parts[i]);
        if (dotted && h === halves.length - 1 && i === parts.length - 1) {
          const n = dotted.slice(1);
          if (n.some((one) => +one > 255 || (one.length > 1 && one[0] === "0"))) return undefined;
          pieces.push(n[0] * 256 + +n[1], n[2] * 256 + +n[3]);
        } else if (/^[0-9a-f]{1,4}$/i.test(parts[i])) pieces.push(parseInt(parts[i], 16));
        else return undefined;
      }
    }
    if (gap === undefined ? pieces.length !== 8 : pieces.length > 7) return undefined;
    if (gap !== undefined) pieces.splice(gap, 0, ...new Array(8 - pieces.length).fill(0));
    // The longest run of zeros, the first of equals, is left out; one zero alone is not.
    let start = -1, longest = 1;
    for (let i = 0; i < 8; i++) {
      let length = 0;
      while (pieces[i + length] === 0) length++;
      if (length > longest) { start = i; longest = length; }
    }
    const written = pieces.map((piece) => piece.toString(16));
    return start < 0 ? `[${written.join(":")}]` : `[${written.slice(0, start).join(":")}::${written.slice(start + longest).join(":")}]`;
  };

  // RFC 3492.
  const punycode = (label) => {
    const points = Array.from(label, (char) => char.codePointAt(0));
    const basic = points.filter((point) => point < 128);
    let out = String.fromCodePoint(...basic) + (basic.length ? "-" : "");
    let n = 128, delta = 0, bias = 72, done = basic.length;
    while (done < points.length) {
      const m = Math.min(...points.filter((point) => point >= n));
      delta += (m - n) * (done + 1);
      n = m;
      for (const point of points) {
        if (point < n) delta++;
        if (point !== n) continue;
        let q = delta;
        for (let k = 36; ; k += 36) {
          const t = Math.min(26, Math.max(1, k - bias));
          if (q < t) break;
          out += digit(t + ((q - t) % (36 - t)));
          q = Math.floor((q - t) / (36 - t));
        }
        out += digit(q);
        delta = Math.floor(delta / (done === basic.length ? 700 : 2));
        delta += Math.floor(delta / (done + 1));
        let k = 0;
        while (delta > 455) { delta = Math.floor(delta / 35); k += 36; }
        bias = k + Math.floor((36 * delta) / (delta + 38));
        delta = 0;
        done++;
      }
      delta++;
      n++;
    }
    return out;
  };
  const digit = (value) => String.fromCharCode(value < 26 ? 97 + value : 22 + value);
  const toAscii = (domain) => {
    if (/^[\x00-\x7f]*$/.test(domain)) return domain.toLowerCase();
    const mapped = domain.normalize("NFKC").toLowerCase().normalize("NFKC").replace(/[\u3002\uff0e\uff61]/g, ".").replace(/[\u00ad\u200b\u2060\ufeff\u180b-\u180d\ufe00-\ufe0f]/g, "");
    return mapped.split(".").map((label) => (/^[\x00-\x7f]*$/.test(label) ? label : `xn--${punycode(label)}`)).join(".");
  };
  const FORBIDDEN = /[\0\t\n\r #/:<>?@[\\\]^|]/;

  const decoded = (text) => (text.includes("%") ? bytes.fromUtf8(percentDecoded(text)) : text);
  // Bytes: each %XX is one, everything else as UTF-8.
  const percentDecoded = (text) => bytes.fromLatin1(bytes.toLatin1(bytes.utf8(text)).replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))));
  const parseHost = (text, special) => {
    if (text[0] === "[") return text.at(-1) === "]" ? ipv6(text.slice(1, -1)) : undefined;
    if (!special) return FORBIDDEN.test(text) ? undefined : text.replace(/[\x00-\x1f]|[^\x00-\x7e]+/g, (part) => encodeURIComponent(part));
    const domain = toAscii(decoded(text));
    if (domain === "" || FORBIDDEN.test(domain) || /[\x00-\x1f%\x7f]/.test(domain)) return undefined;
    return endsInNumber(domain) ? ipv4(domain) : domain;
  };
  return { parseHost, percentDecoded };
})
