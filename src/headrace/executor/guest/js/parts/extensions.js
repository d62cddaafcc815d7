// Methods that expressions may call on plain values: "x".toTitleCase(), [..].pluck("a"), $now.plus(1, "day").
// Names, arguments and results are n8n's.
(function (host) {
  "use strict";
  const fail = (message, description) => { throw new host.ExtensionError(message, description); };
  const luxon = () => host.library("luxon");
  const bytes = () => host.part("bytes");
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Date) && !host.isDateTime(value);
  const same = (a, b) => {
    if (Object.is(a, b)) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const ka = Object.keys(a), kb = Object.keys(b);
    return ka.length === kb.length && ka.every((k) => Object.hasOwn(b, k) && same(a[k], b[k]));
  };
  const safeKey = (key) => key !== "__proto__" && key !== "constructor" && key !== "prototype";
  const checkKeys = (object) => {
    const proto = Object.getPrototypeOf(object);
    if (proto !== null && proto !== Object.prototype && !Array.isArray(object)) unsafe("__proto__");
    for (const key of Object.keys(object)) if (!safeKey(key)) unsafe(key);
  };
  const unsafe = (key) => {
    const error = new host.ExpressionError(`Due to security reasons, "${key}" can't be used here`);
    error.name = "ApplicationError";
    throw error;
  };

  // ---- dates -----------------------------------------------------------------------------------------------
  const UNITS = { year: "year", years: "year", y: "year", month: "month", months: "month", week: "week", weeks: "week", day: "day", days: "day", hour: "hour", hours: "hour", minute: "minute", minutes: "minute", second: "second", seconds: "second", ms: "millisecond", millisecond: "millisecond", milliseconds: "millisecond", quarter: "quarter", quarters: "quarter" };
  const unitOf = (unit) => UNITS[String(unit).toLowerCase()] || String(unit);
  const toLuxon = (date) => (date instanceof Date ? luxon().DateTime.fromJSDate(date) : date);
  const like = (original, result) => (original instanceof Date ? result.toJSDate() : result);
  const parseDate = (value) => {
    const { DateTime } = luxon();
    if (host.isDateTime(value)) return value;
    if (value instanceof Date) return DateTime.fromJSDate(value);
    if (typeof value === "number") return DateTime.fromMillis(value);
    const text = String(value).trim();
    for (const read of [DateTime.fromISO, DateTime.fromHTTP, DateTime.fromRFC2822, DateTime.fromSQL]) {
      const found = read(text, { setZone: /[zZ]|[+-]\d\d:?\d\d$/.test(text) && read === DateTime.fromISO });
      if (found.isValid) return found;
    }
    const js = new Date(/^\d+$/.test(text) ? Number(text) : text);
    return isNaN(js) ? DateTime.invalid("unparsable") : DateTime.fromJSDate(js);
  };
  const parseOr = (value, name) => {
    const found = parseDate(value);
    if (!found.isValid) fail(`${name}: cannot parse the date`, `"${String(value).slice(0, 100)}" is not a date`);
    return found;
  };
  const amount = (n, unit, name) => {
    if (n !== null && typeof n === "object") return n;
    if (typeof n !== "number") {
      const number = Number(n);
      if (Number.isNaN(number)) fail(`${name}(): expected a number`);
      n = number;
    }
    const key = unit === undefined ? "millisecond" : unitOf(unit);
    if (!Object.values(UNITS).includes(key)) fail(`Unsupported unit '${String(unit)}'. Supported: ${["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"].map((u) => `'${u}'`).join(", ")}.`);
    return { [key]: n };
  };
  const DIFF = ["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"];
  const diff = (a, b, units = "days") => {
    const list = (Array.isArray(units) ? units : [units]).map((unit) => {
      const name = unitOf(unit) + "s";
      if (!DIFF.includes(name) && name !== "quarters") fail(`Unsupported unit '${String(unit)}'. Supported: ${DIFF.map((u) => `'${u}'`).join(", ")}.`);
      return name;
    });
    const found = parseOr(a, "diffTo").diff(parseOr(b, "diffTo"), list);
    return Array.isArray(units) && units.length > 1 ? found.toObject() : found.as(list[0]);
  };
  const startOf = (date, unit = "week") => {
    const d = toLuxon(date);
    const key = unitOf(unit);
    if (key === "week") return d.startOf("day").minus({ days: d.weekday % 7 });
    return d.startOf(key);
  };
  const date = {
    beginningOf: (d, unit = "week") => like(d, startOf(d, unit)),
    startOf: (d, unit = "week") => like(d, host.isDateTime(d) ? d.startOf(unitOf(unit)) : startOf(d, unit)),
    endOfMonth: (d) => like(d, toLuxon(d).endOf("month")),
    endOf: (d, unit) => like(d, toLuxon(d).endOf(unitOf(unit))),
    extract: (d, part = "week") => {
      const name = String(part);
      const l = toLuxon(d);
      if (name === "yearDayNumber") {
        const first = l.startOf("year");
        return Math.floor(l.startOf("day").diff(first, "days").days) + 1;
      }
      const key = { week: "weekNumber", weekNumber: "weekNumber", quarter: "quarter", weekday: "weekday" }[name] || unitOf(name);
      return key === "week" ? l.weekNumber : l.get(key);
    },
    format: (d, pattern) => toLuxon(d).toFormat(pattern === undefined ? "yyyy-MM-dd" : String(pattern)),
    isBetween: (d, first, second) => {
      if (first === undefined || second === undefined) fail("isBetween(): expected exactly two args");
      const [a, b] = [parseOr(first, "isBetween"), parseOr(second, "isBetween")].map((x) => x.toMillis());
      const at = toLuxon(d).toMillis();
      return a < b ? at > a && at < b : at > b && at < a;
    },
    isDst: (d) => toLuxon(d).isInDST,
    isInLast: (d, n = 0, unit = "minutes") => {
      const now = luxon().DateTime.now();
      const at = toLuxon(d);
      return at >= now.minus({ [unitOf(unit)]: Number(n) }) && at <= now;
    },
    isWeekend: (d) => toLuxon(d).weekday > 5,
    minus: (d, n = 0, unit) => like(d, toLuxon(d).minus(amount(n, unit, "minus"))),
    plus: (d, n = 0, unit) => like(d, toLuxon(d).plus(amount(n, unit, "plus"))),
    diffTo: (d, other, units = "days") => diff(toLuxon(d), other, units),
    diffToNow: (d, units = "days") => diff(toLuxon(d), luxon().DateTime.now(), units),
    toDateTime: (d) => toLuxon(d),
    toInt: (d) => toLuxon(d).toMillis(),
    toFloat: (d) => toLuxon(d).toMillis(),
    toNumber: (d) => toLuxon(d).toMillis(),
    toBoolean: () => undefined,
    set: (d, values) => like(d, toLuxon(d).set(values)),
    toRelative: (d, options) => toLuxon(d).toRelative(options),
    hasSame: (d, other, unit) => toLuxon(d).hasSame(parseOr(other, "hasSame"), unitOf(unit)),
    equals: (d, other) => toLuxon(d).equals(parseOr(other, "equals")),
    isEmpty: () => false,
    isNotEmpty: () => true,
  };
  date.inBetween = date.isBetween;

  // ---- text ------------------------------------------------------------------------------------------------
  const words = (text) => text.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const DOMAIN = /^([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{0,61}[\p{L}\p{N}]$/u;
  const EMAIL = /[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+/;
  const URLS = /(https?|ftp|file):\/\/(?:[^\s/?#:@]+(?::[^\s/?#@]*)?@)?([^\s/?#:]+)(?::\d+)?(?:[/?#][^\s]*)?/i;
  const string = {
    hash: (s, algorithm = "md5") => {
      const name = String(algorithm).toLowerCase();
      if (name === "base64") return bytes().toBase64(bytes().utf8(s));
      const out = host.part("hashes").hash(name, bytes().utf8(s));
      if (!out) fail(`Unknown algorithm ${algorithm}. Available algorithms are: base64, md5, sha1, sha224, sha256, sha384, sha512, sha3, ripemd160.`);
      return bytes().hex(out);
    },
    encrypt: (s, algorithm) => string.hash(s, algorithm),
    getOnlyFirstCharacters: (s, n) => s.slice(0, Math.abs(n)),
    removeMarkdown: (s) => s
      .replace(/^([\s\t]*)([*\-+]|\d\.)\s+/gm, "$1").replace(/\n={2,}/g, "\n").replace(/~~/g, "").replace(/`{3}.*\n/g, "")
      .replace(/<(.*?)>/g, "$1").replace(/^[=-]{2,}\s*$/g, "").replace(/\[\^.+?\](: .*?$)?/g, "").replace(/\s{0,2}\[.*?\]: .*?$/g, "")
      .replace(/!\[.*?\][[(].*?[\])]/g, "").replace(/\[(.*?)\][[(].*?[\])]/g, "$1").replace(/>/g, "")
      .replace(/^\s{1,2}\[(.*?)\]: (\S+)( ".*?")?\s*$/g, "").replace(/^#{1,6}\s*([^#]*)\s*(#{1,6})?/gm, "$1")
      .replace(/([*_]{1,3})(\S.*?\S)\1/g, "$2").replace(/(`{3,})(.*?)\1/gm, "$2").replace(/^-{3,}\s*$/g, "").replace(/`(.+?)`/g, "$1").replace(/\n{2,}/g, "\n\n"),
    removeTags: (s) => s.replace(/<[^>]*>?/gm, ""),
    toBoolean: (s) => !["", "false", "0", "no", "n", "null", "undefined", "off"].includes(s.trim().toLowerCase()),
    toDate: (s) => {
      const found = new Date(s);
      if (isNaN(found)) fail("cannot convert to date", `"${s.slice(0, 100)}" is not a date`);
      const dashed = /^\d{4}-\d{2}-\d{2}$/.test(s);
      return dashed ? new Date(found.getTime()) : found;
    },
    toDateTime: (s, format) => {
      const { DateTime } = luxon();
      if (format !== undefined && format !== "") {
        const name = String(format);
        if (["ms", "s", "us", "excel"].includes(name)) return number.toDateTime(Number(s), name);
        const found = DateTime.fromFormat(s, name);
        if (!found.isValid) fail("cannot convert to Luxon DateTime", `"${s.slice(0, 100)}" does not match the format "${name}"`);
        return found;
      }
      const found = parseDate(s);
      if (!found.isValid) fail("cannot convert to Luxon DateTime", `"${s.slice(0, 100)}" is not a date`);
      return found;
    },
    toInt: (s, radix = 10) => parseInt(s.replace(/,/g, ""), radix),
    toFloat: (s) => {
      if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(s.trim())) return parseFloat(s.replace(/\./g, "").replace(",", "."));
      return parseFloat(s.replace(/,(?=\d{3}(\D|$))/g, "").replace(",", "."));
    },
    toNumber: (s) => {
      const n = Number(s.replace(/,/g, ""));
      if (Number.isNaN(n)) fail("cannot convert to number", `"${s.slice(0, 100)}" is not a number`);
      return n;
    },
    quote: (s, mark = '"') => `${mark}${s.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`)}${mark}`,
    isNumeric: (s) => s !== "" && !/\s/.test(s) && !Number.isNaN(Number(s)) && !Number.isNaN(parseFloat(s)),
    isUrl: (s) => {
      const match = /^(https?|ftp|file|mailto):(\/\/)?([^\s/?#]+)([/?#][^\s]*)?$/i.exec(s);
      if (!match) return false;
      try { new URL(s); return true; } catch { return false; }
    },
    isDomain: (s) => DOMAIN.test(s.replace(/:\d{1,5}$/, "")) || /^(\d{1,3}\.){3}\d{1,3}$/.test(s),
    isEmail: (s) => new RegExp(`^${EMAIL.source}$`).test(s),
    toSnakeCase: (s) => string.replaceSpecialChars(s).trim().replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/[\s_-]+/g, "_").toLowerCase(),
    toTitleCase: (s) => s.replace(/[\p{L}\p{N}'’]+/gu, (w) => w[0].toUpperCase() + w.slice(1).toLowerCase()),
    toSentenceCase: (s) => {
      let up = true;
      let out = "";
      for (const c of s) {
        if (up && /\p{L}/u.test(c)) { out += c.toUpperCase(); up = false; }
        else out += c.toLowerCase();
        if (/[.?!]/.test(c)) up = true;
      }
      return out;
    },
    toCamelCase: (s) => words(s).split(" ").map((w, i) => (i ? w[0].toUpperCase() + w.slice(1).toLowerCase() : w.toLowerCase())).join(""),
    toWholeNumber: (s) => string.toInt(s),
    toDecimalNumber: (s) => string.toFloat(s),
    urlDecode: (s, all = false) => (all ? decodeURI(s) : decodeURIComponent(s)),
    urlEncode: (s, all = false) => (all ? encodeURI(s) : encodeURIComponent(s)),
    replaceSpecialChars: (s) => s.normalize("NFD").replace(/\p{M}/gu, "").replace(/ß/g, "ss").replace(/Æ/g, "AE").replace(/æ/g, "ae").replace(/Œ/g, "OE").replace(/œ/g, "oe").replace(/[ØÖ]/g, "O").replace(/[øö]/g, "o").replace(/ł/g, "l").replace(/Ł/g, "L").replace(/[đð]/g, "d").replace(/[ĐÐ]/g, "D").replace(/þ/g, "th").replace(/Þ/g, "TH"),
    length: (s) => s.length,
    isEmpty: (s) => s === "",
    isNotEmpty: (s) => s !== "",
    extractEmail: (s) => { const m = EMAIL.exec(s); return m ? m[0] : undefined; },
    extractDomain: (s) => {
      const email = EMAIL.exec(s);
      if (email) return email[0].split("@")[1];
      const url = /(?:https?|ftp|file):\/\/(?:[^\s/?#@]*@)?([^\s/?#:]+)/i.exec(s);
      if (url) return /^(localhost|(\d{1,3}\.){3}\d{1,3})$/i.test(url[1]) || url[1].includes(".") || /^[\p{L}\p{N}-]+$/u.test(url[1]) ? url[1] : undefined;
      const bare = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{0,61}[\p{L}\p{N}]/u.exec(s);
      return bare ? bare[0] : undefined;
    },
    extractUrl: (s) => { const m = URLS.exec(s); return m ? m[0] : undefined; },
    extractUrlPath: (s) => { try { return new URL(s).pathname; } catch { return undefined; } },
    parseJson: (s) => {
      try { return host.parse(s); } catch (error) {
        fail("Parsing failed", s.includes("'") ? "Check you're using double quotes" : `Invalid JSON: ${error.message}`);
      }
    },
    toJsonString: (s) => host.stringify(s),
    base64Encode: (s) => bytes().toBase64(bytes().utf8(s)),
    base64Decode: (s) => bytes().fromUtf8(bytes().fromBase64(s)),
    transliterate: (s) => string.replaceSpecialChars(s),
  };

  // ---- numbers and booleans --------------------------------------------------------------------------------
  const number = {
    ceil: Math.ceil,
    floor: Math.floor,
    abs: Math.abs,
    round: (n, places = 0) => {
      if (!places) return Math.round(n);
      const scale = 10 ** places;
      return Math.round((n + Number.EPSILON) * scale) / scale;
    },
    format: (n, ...args) => {
      let [locale, options] = args;
      if (locale !== null && typeof locale === "object" && !Array.isArray(locale)) [locale, options] = [undefined, locale];
      return new Intl.NumberFormat(locale || "en-US", options).format(n);
    },
    isEven: (n) => { if (!Number.isInteger(n)) fail("isEven() is only callable on integers"); return n % 2 === 0; },
    isOdd: (n) => { if (!Number.isInteger(n)) fail("isOdd() is only callable on integers"); return Math.abs(n) % 2 === 1; },
    isInteger: (n) => Number.isInteger(n),
    toBoolean: (n) => n !== 0,
    toInt: (n) => Math.round(n),
    toFloat: (n) => n,
    toNumber: (n) => n,
    toJsonString: (n) => host.stringify(n),
    toDateTime: (n, format = "ms") => {
      const { DateTime } = luxon();
      switch (format) {
        case "excel": return DateTime.fromMillis(Math.round((n - 25569) * 86400 * 1000));
        case "s": return DateTime.fromSeconds(n);
        case "us": return DateTime.fromMillis(n / 1000);
        case "ms": return DateTime.fromMillis(n);
        default: return fail(`Unsupported format '${String(format)}'. toDateTime() supports 'ms', 's', 'us' and 'excel'.`);
      }
    },
    isEmpty: () => false,
    isNotEmpty: () => true,
    random: (n, max) => Math.floor(Math.random() * (max - n) + n),
    isPresent: () => true,
  };
  const boolean = {
    toBoolean: (b) => b, toInt: (b) => (b ? 1 : 0), toFloat: (b) => (b ? 1 : 0), toNumber: (b) => (b ? 1 : 0),
    toString: (b) => String(b), toDateTime: () => undefined, isEmpty: () => false, isNotEmpty: () => true, isFalse: (b) => b === false, isTrue: (b) => b === true,
    toJsonString: (b) => host.stringify(b), numericValue: (b) => (b ? 1 : 0),
  };

  // ---- lists -----------------------------------------------------------------------------------------------
  const numbers = (list, name) => list.map((value) => {
    const n = typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
    if (Number.isNaN(n)) fail(`${name}(): all array elements must be numbers`);
    return n;
  });
  const uniqueBy = (list, key) => {
    const out = [];
    for (const value of list) if (!out.some((known) => same(key(known), key(value)))) out.push(value);
    return out;
  };
  const pick = (value, names) => (names.length === 1 ? value?.[names[0]] : Object.fromEntries(names.map((n) => [n, value?.[n]])));
  const array = {
    first: (a) => a[0],
    last: (a) => a[a.length - 1],
    isEmpty: (a) => a.length === 0,
    isNotEmpty: (a) => a.length > 0,
    randomItem: (a) => a[Math.floor(Math.random() * a.length)],
    unique: (a, ...names) => {
      const keys = names.flat();
      if (keys.some((k) => typeof k !== "string")) fail("unique(): expected text as field names");
      if (!keys.length) return uniqueBy(a, (v) => v);
      const objects = a.filter((v) => v !== null && typeof v === "object");
      return uniqueBy(objects, (v) => pick(v, keys));
    },
    removeDuplicates: (a, ...names) => array.unique(a, ...names),
    pluck: (a, ...names) => {
      const keys = names.flat();
      if (!keys.length) return a;
      return a.filter((v) => v && typeof v === "object").map((v) => {
        if (keys.length === 1) return v[keys[0]];
        const out = {};
        for (const key of keys) if (Object.hasOwn(v, key)) out[key] = v[key];
        return out;
      }).filter((v) => v !== undefined);
    },
    chunk: (a, size) => {
      if (typeof size !== "number" || size <= 0) fail("chunk(): expected non-zero numeric arg, e.g. .chunk(5)");
      const out = [];
      for (let i = 0; i < a.length; i += size) out.push(a.slice(i, i + size));
      return out;
    },
    renameKeys: (a, ...names) => {
      if (!names.length || names.length % 2) fail("renameKeys(): expected an even number of args: from1, to1 [, from2, to2, ...]");
      return a.map((v) => {
        if (!isObject(v)) return v;
        const out = {};
        for (const key of Object.keys(v)) {
          const at = names.findIndex((n, i) => i % 2 === 0 && n === key);
          out[at >= 0 ? names[at + 1] : key] = v[key];
        }
        return out;
      });
    },
    sum: (a) => numbers(a, "sum").reduce((x, y) => x + y, 0),
    min: (a) => Math.min(...numbers(a, "min")),
    max: (a) => Math.max(...numbers(a, "max")),
    average: (a) => (a.length ? array.sum(a) / a.length : 0),
    union: (a, b) => { if (!Array.isArray(b)) fail("union(): expected array arg"); return uniqueBy([...a, ...b], (v) => v); },
    difference: (a, b) => { if (!Array.isArray(b)) fail("difference(): expected array arg"); return uniqueBy(a.filter((v) => !b.some((o) => same(v, o))), (v) => v); },
    intersection: (a, b) => { if (!Array.isArray(b)) fail("intersection(): expected array arg"); return uniqueBy(a.filter((v) => b.some((o) => same(v, o))), (v) => v); },
    compact: (a) => a.filter((v) => v !== null && v !== undefined && v !== "" && v !== "nil").map((v) => (isObject(v) ? object.compact(v) : v)).filter((v) => !(isObject(v) && !Object.keys(v).length && false)),
    smartJoin: (a, key, value) => {
      if (!key || !value || typeof key !== "string" || typeof value !== "string") fail("smartJoin(): expected two string args, e.g. .smartJoin('name', 'value')");
      const out = {};
      for (const v of a) if (v && typeof v === "object" && v[key] !== undefined && safeKey(String(v[key]))) out[v[key]] = v[value];
      return out;
    },
    merge: (a, b) => {
      const out = {};
      for (const v of [...a, ...(Array.isArray(b) ? b : [])]) if (isObject(v)) for (const key of Object.keys(v)) if (!Object.hasOwn(out, key) && safeKey(key)) out[key] = v[key];
      return out;
    },
    append: (a, ...more) => a.concat(more.flat()),
    toJsonString: (a) => host.stringify(a),
    toInt: () => undefined, toFloat: () => undefined, toNumber: () => undefined, toBoolean: () => undefined, toDateTime: () => undefined,
  };

  // ---- objects ---------------------------------------------------------------------------------------------
  const object = {
    isEmpty: (o) => Object.keys(o).length === 0,
    isNotEmpty: (o) => Object.keys(o).length > 0,
    hasField: (o, name) => Object.hasOwn(o, String(name)),
    removeField: (o, name) => { const out = { ...o }; delete out[String(name)]; return out; },
    removeFieldsContaining: (o, value) => {
      if (typeof value !== "string" || value === "") fail("removeFieldsContaining(): expected non-empty string arg");
      return Object.fromEntries(Object.entries(o).filter(([, v]) => !(typeof v === "string" && v.includes(value))));
    },
    keepFieldsContaining: (o, value) => {
      if (typeof value !== "string" || value === "") fail("argument of keepFieldsContaining must be a non-empty string");
      return Object.fromEntries(Object.entries(o).filter(([, v]) => typeof v === "string" && v.includes(value)));
    },
    compact: (o) => {
      checkKeys(o);
      const out = {};
      for (const [key, value] of Object.entries(o)) {
        if (value === null || value === undefined || value === "" || value === "nil") continue;
        out[key] = isObject(value) ? object.compact(value) : value;
      }
      return out;
    },
    urlEncode: (o) => new URLSearchParams(o).toString(),
    keys: (o) => Object.keys(o),
    values: (o) => Object.values(o),
    merge: (o, other) => {
      if (!isObject(other)) fail("merge(): expected object arg");
      return { ...other, ...o };
    },
    toJsonString: (o) => host.stringify(o),
    toInt: () => undefined, toFloat: () => undefined, toNumber: () => undefined, toBoolean: () => undefined, toDateTime: () => undefined,
  };

  const TYPES = [["String", string], ["Number", number], ["Array", array], ["Object", object], ["Date", date], ["Boolean", boolean]];
  const names = new Set(TYPES.flatMap(([, methods]) => Object.keys(methods)));
  const isoText = (value) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value) && !isNaN(new Date(value));
  const methodsFor = (value) => {
    if (Array.isArray(value)) return array;
    if (typeof value === "string") return string;
    if (typeof value === "number") return number;
    if (typeof value === "boolean") return boolean;
    if (value instanceof Date || host.isDateTime(value)) return date;
    if (value !== null && typeof value === "object" && !host.isDuration(value) && !host.isInterval(value)) return object;
    return undefined;
  };
  const extend = (value, name, args, optional) => {
    if (value === null || value === undefined) {
      if (name === "isEmpty") return true;
      if (name === "isNotEmpty") return false;
      if (optional) return undefined;
      fail(`${name}() could not be called on "${String(value)}" type`, "To ignore this error, add a ? to the variable before this function, e.g. my_var?." + name);
    }
    // Date text of the exact form that JSON gives dates counts as a date for the methods of dates alone.
    if (typeof value === "string" && !Object.hasOwn(string, name) && typeof value[name] !== "function" && Object.hasOwn(date, name) && isoText(value)) return date[name](new Date(value), ...args);
    const methods = methodsFor(value);
    if (methods && Object.hasOwn(methods, name)) return methods[name](value, ...args);
    if (typeof value[name] === "function") return value[name](...args);
    const types = TYPES.filter(([, known]) => Object.hasOwn(known, name)).map(([type]) => `"${type}"`);
    if (!types.length) fail(`Unknown expression function: ${name}`);
    fail(types.length === 1 ? `${name}() is only callable on type ${types[0]}` : `${name}() is only callable on types ${types.slice(0, -1).join(", ")}, and ${types[types.length - 1]}`);
  };

  // ---- functions that stand alone ---------------------------------------------------------------------------
  const flat = (args) => (args.length === 1 && Array.isArray(args[0]) ? args[0] : args);
  const empty = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length) || (isObject(value) && !Object.keys(value).length);
  const functions = {
    $if: (condition, yes, no = undefined) => (condition ? yes : no),
    $ifEmpty: (value, fallback) => (empty(value) ? fallback : value),
    $min: (...args) => Math.min(...flat(args)),
    $max: (...args) => Math.max(...flat(args)),
    $average: (...args) => { const list = flat(args); return list.reduce((x, y) => x + Number(y), 0) / list.length; },
    $not: (value) => !value,
    numberList: (from, to) => {
      const step = from <= to ? 1 : -1;
      if (Math.abs(to - from) > 10_000_000) fail("numberList(): the list would be too long");
      return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step);
    },
    zip: (keys, values) => {
      if (!Array.isArray(keys) || !Array.isArray(values) || keys.length !== values.length) fail("keys and values not of equal length");
      return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
    },
  };
  functions.min = functions.$min;
  functions.max = functions.$max;
  functions.average = functions.$average;
  functions.not = functions.$not;
  return { names, extend, functions };
})
