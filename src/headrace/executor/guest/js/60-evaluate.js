// Expressions: evaluating a whole batch, and packing the results.
(function (host) {
  "use strict";
  const runChunk = (f) => {
    try {
      return host.apply(f, host.blank, []);
    } catch (error) {
      if (error instanceof host.ExpressionError) throw error;
      return undefined;
    }
  };
  const asText = (value) => {
    if (value === null || value === undefined || value === "" || (typeof value === "number" && Number.isNaN(value))) return "";
    if (value instanceof Date) return isNaN(value) ? "" : value.toISOString();
    if (typeof value === "symbol") return "";
    return Array.isArray(value) ? value.join(",") : String(value);
  };
  const evaluate = (text) => {
    const chunks = host.compileText(text);
    if (chunks.length === 1 && typeof chunks[0] === "function") {
      const value = runChunk(chunks[0]);
      if (typeof value === "function") {
        throw new host.ExpressionError(host.isDateTimeClass(value) ? "this is a DateTime, please access its methods" : "this is a function, please add ()");
      }
      return value;
    }
    let out = "";
    for (let i = 0; i < chunks.length; i++) {
      if (typeof chunks[i] === "string") { out += chunks[i]; continue; }
      try { out += asText(runChunk(chunks[i])); } catch (error) { if (error instanceof host.ExpressionError) throw error; }
    }
    return out;
  };
  host.evaluateText = evaluate;

  // Values that JSON has no form for travel as {"$$": kind, ...}; objects that have such a key themselves are wrapped.
  let tagged = false;
  const pack = (value, seen) => {
    switch (typeof value) {
      case "string": case "boolean": return value;
      case "number": if (Number.isFinite(value)) return Object.is(value, -0) ? 0 : value; tagged = true; return { $$: "number", value: String(value) };
      case "undefined": tagged = true; return { $$: "undefined" };
      case "bigint": tagged = true; return { $$: "bigint", value: String(value) };
      case "function": case "symbol": tagged = true; return { $$: "undefined" };
    }
    if (value === null) return null;
    if (value instanceof Date) { tagged = true; return { $$: "date", value: isNaN(value) ? null : value.toISOString() }; }
    if (host.isDateTime(value)) { tagged = true; return { $$: "datetime", value: value.toISO(), zone: value.zoneName }; }
    if (host.isDuration(value)) { tagged = true; return { $$: "duration", value: value.toISO() }; }
    if (host.isInterval(value)) { tagged = true; return { $$: "interval", value: value.toISO() }; }
    if (value instanceof host.String || value instanceof host.Number || value instanceof host.Boolean) return pack(value.valueOf(), seen);
    if (seen.includes(value)) return "[Circular Reference]";
    if (seen.length > 190) return "[Too deep]";
    seen.push(value);
    let out;
    if (Array.isArray(value)) out = value.map((part) => pack(part, seen));
    else if (typeof value.toJSON === "function") { try { out = pack(value.toJSON(), seen); } catch { out = null; } }
    else if (value instanceof RegExp || value instanceof Error) { out = value instanceof Error ? { name: value.name, message: value.message } : String(value); }
    else {
      out = {};
      for (const key of Object.keys(value)) {
        const part = value[key];
        if (part === undefined || typeof part === "function" || typeof part === "symbol") continue;
        if (key === "__proto__") { Object.defineProperty(out, key, { value: pack(part, seen), enumerable: true, configurable: true, writable: true }); continue; }
        out[key] = pack(part, seen);
      }
      if (Object.hasOwn(out, "$$")) { tagged = true; out = { $$: "object", value: out }; }
    }
    seen.pop();
    return out;
  };
  host.String = String;
  host.Number = Number;
  host.Boolean = Boolean;
  host.pack = (value) => pack(value, []);
  host.packError = (error) => {
    tagged = true;
    return { $$: "error", name: String(error?.name ?? "Error"), message: String(error?.message ?? error), description: error?.description === undefined ? null : String(error.description) };
  };
  host.answer = (fields) => {
    if (host.needs.length) {
      // The batch runs again: what it changed in its data ([].reverse()) must not be changed twice.
      host.forgetParsed();
      return host.stringify({ needs: host.needs });
    }
    return host.stringify({ ...fields, tagged, custom: host.customData });
  };
  host.reset = () => { tagged = false; host.needs = []; };

  host.operations = {
    __proto__: null,
    evaluate(request) {
      host.begin(request);
      const { texts, start, count } = request;
      const results = [];
      for (let t = 0; t < texts.length; t++) {
        const text = texts[t], column = [];
        for (let i = start; i < start + count; i++) {
          host.at(i);
          let packed;
          try { packed = pack(evaluate(text), []); } catch (error) { packed = host.packError(error); }
          column.push(packed);
          if (host.needs.length > 50) break;
        }
        results.push(column);
      }
      return host.answer({ results });
    },
  };
})
