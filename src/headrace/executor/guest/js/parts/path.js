// Node's `path`, as on POSIX systems.
(function () {
  "use strict";
  const text = (value, name = "path") => {
    if (typeof value !== "string") throw Object.assign(new TypeError(`The "${name}" argument must be of type string. Received ${value === null ? "null" : typeof value}`), { code: "ERR_INVALID_ARG_TYPE" });
    return value;
  };
  const settle = (parts, rooted) => {
    const kept = [];
    for (const part of parts) {
      if (part === "" || part === ".") continue;
      if (part !== "..") kept.push(part);
      else if (kept.length && kept.at(-1) !== "..") kept.pop();
      else if (!rooted) kept.push("..");
    }
    return kept;
  };
  const normalize = (path) => {
    if (text(path) === "") return ".";
    const rooted = path.startsWith("/");
    let made = settle(path.split("/"), rooted).join("/");
    if (made !== "" && path.endsWith("/")) made += "/";
    return rooted ? `/${made}` : made || (path.endsWith("/") ? "./" : ".");
  };
  const isAbsolute = (path) => text(path).startsWith("/");
  const join = (...paths) => {
    const joined = paths.map((path) => text(path)).filter((path) => path !== "").join("/");
    return joined === "" ? "." : normalize(joined);
  };
  // There is no working directory here; "/" stands for it.
  const resolve = (...paths) => {
    const last = paths.findLastIndex((path) => isAbsolute(path));
    return `/${settle(paths.slice(Math.max(last, 0)).join("/").split("/"), true).join("/")}`;
  };
  const dirname = (path) => {
    const at = text(path).replace(/(.)\/+$/, "$1").lastIndexOf("/");
    return at < 0 ? "." : at === 0 ? "/" : path.slice(0, at);
  };
  const basename = (path, suffix) => {
    const [, name] = /([^/]*)\/*$/.exec(text(path));
    return suffix !== undefined && name !== suffix && name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name;
  };
  const extname = (path) => {
    const found = /.(\.[^.]*)$/.exec(basename(path));
    return found && !/^\.+$/.test(basename(path)) ? found[1] : "";
  };
  const parse = (path) => {
    const base = basename(path), ext = extname(path), root = isAbsolute(path) ? "/" : "";
    const dir = path.replace(/\/+$/, "").includes("/") ? dirname(path) : root;
    return { root, dir, base, ext, name: ext ? base.slice(0, -ext.length) : base };
  };
  const format = ({ dir, root = "", base, name = "", ext = "" }) => {
    const file = base || `${name}${ext && !ext.startsWith(".") ? "." : ""}${ext}`;
    return !dir ? root + file : dir === root ? dir + file : `${dir}/${file}`;
  };
  const relative = (from, to) => {
    const [a, b] = [from, to].map((path) => resolve(path).split("/").filter((part) => part !== ""));
    let same = 0;
    while (same < a.length && same < b.length && a[same] === b[same]) same++;
    return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/");
  };
  const path = { normalize, isAbsolute, join, resolve, dirname, basename, extname, parse, format, relative, sep: "/", delimiter: ":", toNamespacedPath: (one) => one };
  path.posix = path;
  return path;
})
