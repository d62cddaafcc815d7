// What the other files stand on: private copies of what user code could change, lazy parts, errors.
//
// `host` holds what user code must not get at. It has no prototype, is never the `this` or an argument of anything that
// user code can replace, and all functions that see it are strict, so that no stack shows it.
(function (host) {
  "use strict";
  const F = Function, construct = Reflect.construct;
  const apply = (host.apply = Reflect.apply);
  host.compile = (parameters, body) => construct(F, [parameters, body]);
  host.stringify = JSON.stringify;
  host.parse = JSON.parse;
  host.has = Object.hasOwn;
  host.now = Date.now;

  // An error that fails the node, unlike a TypeError, which makes an expression undefined.
  host.ExpressionError = class ExpressionError extends Error {
    constructor(message, description) {
      super(message);
      this.name = "ExpressionError";
      this.description = description;
    }
  };
  host.ExtensionError = class ExpressionExtensionError extends host.ExpressionError {};

  // Parts of this runtime and libraries, compiled when they are first used. Each file in parts/ is a function of
  // `host` that returns what it offers.
  const sources = { __proto__: null };
  const loaded = { __proto__: null };
  host.addSource = (name, source) => { sources[name] = source; };
  host.part = (name) => {
    if (!(name in loaded)) loaded[name] = host.compile("", `return (${sources[name]});\n//# sourceURL=headrace:${name}`)()(host);
    return loaded[name];
  };
  host.isLoaded = (name) => name in loaded;
  const run = (name, source) => {
    const module = { exports: {} };
    const body = host.compile("exports, module, require", `${source}\n//# sourceURL=${name}`);
    apply(body, module.exports, [module.exports, module, host.require]);
    return module.exports;
  };
  host.library = (name) => {
    if (!(name in loaded)) {
      loaded[name] = run(name, name === "luxon" ? `${sources[name]}\n;module.exports = luxon;` : sources[name]);
      if (name === "luxon") loaded[name].Settings.defaultZone = host.zone || "America/New_York";
    }
    return loaded[name];
  };
  host.setZone = (zone) => {
    host.zone = zone;
    if ("luxon" in loaded) loaded.luxon.Settings.defaultZone = zone;
  };
  host.isDateTime = (value) => "luxon" in loaded && loaded.luxon.DateTime.isDateTime(value);
  host.isDateTimeClass = (value) => "luxon" in loaded && value === loaded.luxon.DateTime;
  host.isDuration = (value) => "luxon" in loaded && loaded.luxon.Duration.isDuration(value);
  host.isInterval = (value) => "luxon" in loaded && loaded.luxon.Interval.isInterval(value);

  // Modules that the server's owner has bundled.
  const modules = (host.modules = { __proto__: null });
  host.addModule = (name, source) => { modules[name] = source; };
  host.module = (name) => {
    const key = `module ${name}`;
    if (!(key in loaded)) loaded[key] = run(name, modules[name]);
    return loaded[key];
  };

  // Globals that a bare V8 lacks; those of a part are made when they are first looked at.
  const define = Object.defineProperty, everything = globalThis;
  host.global = (name, value) => { define(everything, name, { value, writable: true, configurable: true, enumerable: false }); };
  host.lazyGlobals = (part, ...names) => {
    for (const name of names) {
      define(everything, name, {
        get: () => { const value = host.part(part)[name]; host.global(name, value); return value; },
        set: (value) => { host.global(name, value); },
        configurable: true,
        enumerable: false,
      });
    }
  };

  // Data that is asked for but not here: noted down, so that the parent sends it and runs the batch again,
  // even if user code catches the error.
  host.needs = [];
  host.need = (key) => {
    host.needs[host.needs.length] = key;
    throw new host.ExpressionError("data is not loaded yet");
  };
})
