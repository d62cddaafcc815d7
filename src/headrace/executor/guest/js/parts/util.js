// Node's `util`.
(function (host) {
  "use strict";
  const { inspect, format } = host.part("inspect");
  const { equal } = host.part("equality");
  const { TextEncoder, TextDecoder } = host.part("encoding");

  const promisify = (f) => {
    if (typeof f !== "function") throw new TypeError('The "original" argument must be of type function');
    if (f[promisify.custom]) return f[promisify.custom];
    return function (...args) {
      return new Promise((resolve, reject) => { f.call(this, ...args, (error, value) => { if (error) reject(error); else resolve(value); }); });
    };
  };
  promisify.custom = Symbol.for("nodejs.util.promisify.custom");
  const callbackify = (f) => function (...args) {
    const done = args.pop();
    f.apply(this, args).then((value) => done(null, value), (error) => done(error));
  };
  const inherits = (kind, parent) => {
    Object.defineProperty(kind, "super_", { value: parent, writable: true, configurable: true });
    Object.setPrototypeOf(kind.prototype, parent.prototype);
  };
  const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const types = {
    isPromise: (value) => value instanceof Promise,
    isDate: (value) => value instanceof Date,
    isRegExp: (value) => value instanceof RegExp,
    isMap: (value) => value instanceof Map,
    isSet: (value) => value instanceof Set,
    isNativeError: (value) => value instanceof Error,
    isTypedArray: (value) => ArrayBuffer.isView(value) && !(value instanceof DataView),
    isUint8Array: (value) => value instanceof Uint8Array,
    isArrayBuffer: (value) => value instanceof ArrayBuffer,
    isAnyArrayBuffer: (value) => value instanceof ArrayBuffer,
    isAsyncFunction: (value) => typeof value === "function" && tag(value) === "AsyncFunction",
    isGeneratorFunction: (value) => typeof value === "function" && tag(value).endsWith("GeneratorFunction"),
  };
  return {
    inspect, format, promisify, callbackify, inherits, types, TextEncoder, TextDecoder,
    isDeepStrictEqual: (a, b) => equal(a, b, true),
    deprecate: (f) => f,
    debuglog: () => () => {},
    stripVTControlCharacters: (text) => String(text).replace(/\u001b\[[0-9;]*[A-Za-z]/g, ""),
    toUSVString: (text) => `${text}`.toWellFormed(),
    isArray: Array.isArray,
  };
})
