// Node's `querystring`.
(function (host) {
  "use strict";
  const bytes = host.part("bytes");
  const { percentDecoded } = host.part("hosts");
  const escape = (text) => encodeURIComponent(String(text).toWellFormed());
  const unescape = (text) => { try { return decodeURIComponent(text); } catch { return bytes.fromUtf8(percentDecoded(text)); } };
  const primitive = (value) => (typeof value === "string" ? value : (typeof value === "number" && Number.isFinite(value)) || typeof value === "bigint" || typeof value === "boolean" ? `${value}` : "");
  const parse = (text, separator = "&", equals = "=", { maxKeys = 1000, decodeURIComponent: decode = unescape } = {}) => {
    const made = { __proto__: null };
    if (typeof text !== "string" || text === "") return made;
    const parts = text.split(separator || "&");
    for (const part of maxKeys > 0 ? parts.slice(0, maxKeys) : parts) {
      if (part === "") continue;
      const at = part.indexOf(equals || "=");
      const [name, value] = (at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + (equals || "=").length)]).map((one) => decode(one.replace(/\+/g, " ")));
      if (!(name in made)) made[name] = value;
      else if (Array.isArray(made[name])) made[name].push(value);
      else made[name] = [made[name], value];
    }
    return made;
  };
  const stringify = (object, separator = "&", equals = "=", { encodeURIComponent: encode = escape } = {}) => {
    if (object === null || typeof object !== "object") return "";
    return Object.keys(object).flatMap((name) => (Array.isArray(object[name]) ? object[name] : [object[name]]).map((value) => `${encode(name)}${equals || "="}${encode(primitive(value))}`)).join(separator || "&");
  };
  return { parse, stringify, decode: parse, encode: stringify, escape, unescape };
})
