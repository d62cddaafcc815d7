// What the other files stand on: private copies of what user code could change, lazy libraries, errors.
(function (host) {
  "use strict";
  const F = Function;
  host.compile = (...parts) => new F(...parts);
  host.stringify = JSON.stringify;
  host.parse = JSON.parse;
  host.keys = Object.keys;
  host.isArray = Array.isArray;

  // An error that fails the node, unlike a TypeError, which makes an expression undefined.
  host.ExpressionError = class ExpressionError extends Error {
    constructor(message, description) {
      super(message);
      this.name = "ExpressionError";
      this.description = description;
    }
  };
  host.ExtensionError = class ExpressionExtensionError extends host.ExpressionError {};

  // All that libraries want of `Function`, which is taken away from everybody.
  const bare = { toString: F.prototype.toString, bind: F.prototype.bind, prototype: F.prototype };
  const sources = Object.create(null);
  const loaded = Object.create(null);
  host.addLibrary = (name, source) => { sources[name] = source; };
  host.library = (name) => {
    if (!(name in loaded)) {
      if (name === "luxon") {
        loaded[name] = new F("Function", sources[name] + "\n;return luxon;")(bare);
        loaded[name].Settings.defaultZone = host.zone || "America/New_York";
      } else {
        const exports = {};
        new F("Function", "exports", "module", sources[name]).call(exports, bare, exports, { exports });
        loaded[name] = exports;
      }
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

  // Data that is asked for but not here: noted down, so that the parent sends it and runs the batch again,
  // even if user code catches the error.
  host.needs = [];
  host.need = (key) => {
    host.needs.push(key);
    throw new host.ExpressionError("data is not loaded yet");
  };
})
