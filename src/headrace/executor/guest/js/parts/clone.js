// structuredClone (HTML standard, section 2.7).
(function (host) {
  "use strict";
  const { DOMException } = host.part("events");
  const ERRORS = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const BOXES = [Boolean, Number, String, BigInt];
  const UNCLONABLE = [WeakMap, WeakSet, WeakRef, Promise, Symbol];
  const everything = globalThis;
  // The name of a typed array's own kind, also for what is derived from it.
  const kindOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
  const refuse = (what) => { throw new DOMException(`${what} could not be cloned.`, "DataCloneError"); };
  const put = (target, key, value, enumerable) => { Object.defineProperty(target, key, { value, writable: true, enumerable, configurable: true }); };

  const viewOf = (view, seen) => {
    const buffer = clone(view.buffer, seen);
    if (view instanceof DataView) return new DataView(buffer, view.byteOffset, view.byteLength);
    return new everything[kindOf.call(view)](buffer, view.byteOffset, view.length);
  };
  const errorOf = (error) => {
    const copy = new (ERRORS[`${error.name}`] ?? Error)();
    const message = Object.getOwnPropertyDescriptor(error, "message");
    if (message && "value" in message) put(copy, "message", `${message.value}`, false);
    put(copy, "stack", `${error.stack}`, false);
    return copy;
  };
  // A copy without its parts, which may lead back to it; and whether properties are parts.
  const shell = (value, seen) => {
    if (Array.isArray(value)) return [new Array(value.length), true];
    if (value instanceof Date) return [new Date(value.getTime())];
    if (value instanceof RegExp) return [new RegExp(value.source, value.flags)];
    if (value instanceof Map) return [new Map()];
    if (value instanceof Set) return [new Set()];
    if (value instanceof ArrayBuffer) return [value.slice(0)];
    if (ArrayBuffer.isView(value)) return [viewOf(value, seen)];
    if (value instanceof Error) return [errorOf(value)];
    if (BOXES.some((kind) => value instanceof kind)) return [Object(value.valueOf())];
    for (const kind of UNCLONABLE) if (value instanceof kind) refuse(`#<${kind.name}>`);
    return [{}, true];
  };
  const clone = (value, seen) => {
    if (typeof value === "function" || typeof value === "symbol") refuse(String(value).slice(0, 100));
    if (value === null || typeof value !== "object") return value;
    if (seen.has(value)) return seen.get(value);
    const [copy, open] = shell(value, seen);
    seen.set(value, copy);
    if (value instanceof Map) for (const [key, part] of [...value]) copy.set(clone(key, seen), clone(part, seen));
    else if (value instanceof Set) for (const part of [...value]) copy.add(clone(part, seen));
    else if (value instanceof Error && Object.hasOwn(value, "cause")) put(copy, "cause", clone(value.cause, seen), false);
    else if (open) for (const key of Object.keys(value)) put(copy, key, clone(value[key], seen), true);
    return copy;
  };
  const structuredClone = (value, { transfer = [] } = {}) => {
    for (const buffer of transfer) if (!(buffer instanceof ArrayBuffer)) throw new DOMException("Value not transferable.", "DataCloneError");
    const copy = clone(value, new Map());
    for (const buffer of transfer) buffer.transfer();
    return copy;
  };
  return { structuredClone };
})
