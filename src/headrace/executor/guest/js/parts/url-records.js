// Parsing and writing URLs (WHATWG URL standard, sections 4.4 and 4.5). A record is { scheme, username, password, host,
// port, path, query, fragment }: host, port, query and fragment are null where there are none, path is a list of
// segments, or text for URLs such as "mailto:someone".
(function (host) {
  "use strict";
  const { parseHost } = host.part("hosts");
  const PORTS = { __proto__: null, http: 80, https: 443, ws: 80, wss: 443, ftp: 21, file: null };
  const special = (record) => record.scheme in PORTS;

  const encoder = (set) => (text) => text.replace(set, (char) => (char === "'" ? "%27" : encodeURIComponent(char)));
  const controls = encoder(/[\0-\x1f\x7f-\u{10ffff}]/gu);
  const encodeFragment = encoder(/[\0-\x20"<>`\x7f-\u{10ffff}]/gu);
  const encodeQuery = encoder(/[\0-\x20"#<>\x7f-\u{10ffff}]/gu);
  const encodeSpecialQuery = encoder(/[\0-\x20"#'<>\x7f-\u{10ffff}]/gu);
  const encodePath = encoder(/[\0-\x20"#<>?^`{}\x7f-\u{10ffff}]/gu);
  const encodeUser = encoder(/[\0-\x20"#/:;<=>?@[\\\]^`{|}\x7f-\u{10ffff}]/gu);
  const queryOf = (record, text) => (special(record) ? encodeSpecialQuery : encodeQuery)(text);

  const driveLetter = (text) => /^[a-z][:|]$/i.test(text);
  const startsWithDrive = (text) => /^[a-z][:|](?:$|[/\\?#])/i.test(text);
  const shorten = ({ scheme, path }) => {
    if (!(scheme === "file" && path.length === 1 && /^[a-z]:$/i.test(path[0]))) path.pop();
  };
  const SINGLE_DOT = /^(?:\.|%2e)$/i, DOUBLE_DOT = /^(?:\.|%2e){2}$/i;
  // Adds segments to the record's path. `text` begins behind the slash, if there was one.
  const addPath = (record, text) => {
    const segments = text.split(special(record) ? /[/\\]/ : "/");
    segments.forEach((segment, i) => {
      const last = i === segments.length - 1;
      if (DOUBLE_DOT.test(segment)) {
        shorten(record);
        if (last) record.path.push("");
      } else if (SINGLE_DOT.test(segment)) {
        if (last) record.path.push("");
      } else if (record.scheme === "file" && !record.path.length && driveLetter(segment)) record.path.push(`${segment[0]}:`);
      else record.path.push(encodePath(segment));
    });
  };
  const startPath = (record, text) => {
    if (text === "" && !special(record)) return;
    addPath(record, text[0] === "/" || (special(record) && text[0] === "\\") ? text.slice(1) : text);
  };
  const parsePort = (record, digits) => {
    const port = parseInt(digits, 10);
    if (port > 65535) return false;
    record.port = port === PORTS[record.scheme] ? null : port;
    return true;
  };
  // Reads "user:password@host:port" and the path behind it; false if it cannot be.
  const parseAuthority = (record, text) => {
    const end = text.search(special(record) ? /[/\\]/ : /\//);
    let authority = end < 0 ? text : text.slice(0, end);
    const at = authority.lastIndexOf("@");
    if (at >= 0) {
      const user = authority.slice(0, at), colon = user.indexOf(":");
      record.username = encodeUser(colon < 0 ? user : user.slice(0, colon));
      record.password = colon < 0 ? "" : encodeUser(user.slice(colon + 1));
      authority = authority.slice(at + 1);
      if (authority === "") return false;
    }
    const [, name, , port] = /^((?:\[[^\]]*\]?|[^:[])*)(:(.*))?$/s.exec(authority) ?? [];
    if (name === undefined || (name === "" && (special(record) || port !== undefined))) return false;
    record.host = name === "" ? "" : parseHost(name, special(record));
    if (record.host === undefined || !/^\d*$/.test(port ?? "") || (port && !parsePort(record, port))) return false;
    startPath(record, end < 0 ? "" : text.slice(end));
    return true;
  };
  const parseFileHost = (record, text) => {
    const end = text.search(/[/\\]/);
    const name = end < 0 ? text : text.slice(0, end);
    if (driveLetter(name)) { addPath(record, text); return true; }
    const found = name === "" ? "" : parseHost(name, true);
    if (found === undefined) return false;
    record.host = found === "localhost" ? "" : found;
    startPath(record, end < 0 ? "" : text.slice(end));
    return true;
  };
  const parseFile = (record, text, base, hasQuery) => {
    record.host = "";
    const from = base?.scheme === "file" ? base : undefined;
    if (/^[/\\]{2}/.test(text)) return parseFileHost(record, text.slice(2));
    if (/^[/\\]/.test(text)) {
      if (from) {
        record.host = from.host;
        if (!startsWithDrive(text.slice(1)) && /^[a-z]:$/i.test(from.path[0] ?? "")) record.path.push(from.path[0]);
      }
      addPath(record, text.slice(1));
      return true;
    }
    if (!from) { addPath(record, text); return true; }
    record.host = from.host;
    record.path = from.path.slice();
    if (text === "") { if (!hasQuery) record.query = from.query; return true; }
    if (startsWithDrive(text)) record.path = []; else shorten(record);
    addPath(record, text);
    return true;
  };
  const parseRelative = (record, text, base, hasQuery) => {
    const slash = special(record) ? /^[/\\]/ : /^\//;
    if (slash.test(text) && slash.test(text.slice(1))) return parseAuthority(record, special(record) ? text.replace(/^[/\\]+/, "") : text.slice(2));
    for (const name of ["username", "password", "host", "port"]) record[name] = base[name];
    if (slash.test(text)) { addPath(record, text.slice(1)); return true; }
    record.path = base.path.slice();
    if (text === "") { if (!hasQuery) record.query = base.query; return true; }
    shorten(record);
    addPath(record, text);
    return true;
  };

  // Returns the record of a URL, undefined if it is none.
  const parse = (input, base) => {
    let text = input.toWellFormed().replace(/^[\0-\x20]+|[\0-\x20]+$/g, "").replace(/[\t\n\r]+/g, "");
    const record = { scheme: "", username: "", password: "", host: null, port: null, path: [], query: null, fragment: null };
    const hash = text.indexOf("#");
    if (hash >= 0) { record.fragment = encodeFragment(text.slice(hash + 1)); text = text.slice(0, hash); }
    const mark = text.indexOf("?");
    const query = mark < 0 ? null : text.slice(mark + 1);
    if (mark >= 0) text = text.slice(0, mark);
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text);
    let good = true;
    if (scheme) {
      record.scheme = scheme[1].toLowerCase();
      text = text.slice(scheme[0].length);
      if (record.scheme === "file") good = parseFile(record, text, base, query !== null);
      else if (special(record)) {
        if (base?.scheme === record.scheme && !/^[/\\]{2}/.test(text)) good = parseRelative(record, text, base, query !== null);
        else good = parseAuthority(record, text.replace(/^[/\\]+/, ""));
      } else if (text.startsWith("//")) good = parseAuthority(record, text.slice(2));
      else if (text[0] === "/") addPath(record, text.slice(1));
      else record.path = controls(text);
    } else if (!base) return undefined;
    else if (typeof base.path === "string") {
      if (text !== "" || query !== null || record.fragment === null) return undefined;
      return { ...base, fragment: record.fragment };
    } else {
      record.scheme = base.scheme;
      good = record.scheme === "file" ? parseFile(record, text, base, query !== null) : parseRelative(record, text, base, query !== null);
    }
    if (!good) return undefined;
    if (query !== null) record.query = queryOf(record, query);
    return record;
  };
  const pathOf = ({ path }) => (typeof path === "string" ? path : path.map((segment) => `/${segment}`).join(""));
  const write = (record, fragment = true) => {
    let out = `${record.scheme}:`;
    if (record.host !== null) {
      const user = record.username || record.password ? `${record.username}${record.password && `:${record.password}`}@` : "";
      out += `//${user}${record.host}${record.port === null ? "" : `:${record.port}`}`;
    } else if (typeof record.path !== "string" && record.path.length > 1 && record.path[0] === "") out += "/.";
    out += pathOf(record);
    if (record.query !== null) out += `?${record.query}`;
    return fragment && record.fragment !== null ? `${out}#${record.fragment}` : out;
  };
  return { PORTS, special, parse, write, pathOf, startPath, addPath, parsePort, encodeUser, encodeFragment, queryOf };
})
