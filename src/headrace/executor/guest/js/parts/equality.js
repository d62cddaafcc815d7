// Deep equality as Node's `assert` and `util` define it.
(function () {
  "use strict";
  const tag = (value) => Object.prototype.toString.call(value);
  const keysOf = (value) => [...Object.keys(value), ...Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))];
  const bare = (a, b, strict) => (strict ? Object.is(a, b) : a == b || (Number.isNaN(a) && Number.isNaN(b)));
  const isObject = (value) => value !== null && typeof value === "object";

  const compare = (a, b, strict, seen) => {
    if (!isObject(a) || !isObject(b)) return bare(a, b, strict);
    if (a === b) return true;
    if (tag(a) !== tag(b) || (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) || Array.isArray(a) !== Array.isArray(b)) return false;
    if (a instanceof Date && !Object.is(a.getTime(), b.getTime())) return false;
    if (a instanceof RegExp && (String(a) !== String(b) || a.lastIndex !== b.lastIndex)) return false;
    if (a instanceof Error && (a.message !== b.message || a.name !== b.name)) return false;
    for (const kind of [Number, String, Boolean, BigInt, Symbol]) if (a instanceof kind && !Object.is(a.valueOf(), b.valueOf())) return false;
    if (ArrayBuffer.isView(a)) {
      if (a.byteLength !== b.byteLength) return false;
      const [x, y] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      return x.every((byte, i) => byte === y[i]);
    }
    if (a instanceof ArrayBuffer) return compare(new Uint8Array(a), new Uint8Array(b), strict, seen);
    if (Array.isArray(a) && a.length !== b.length) return false;
    const keys = keysOf(a);
    if (keys.length !== keysOf(b).length) return false;
    // Going round in the same circle on both sides is equal as far as one can tell.
    if (seen.some(([x, y]) => x === a && y === b)) return true;
    seen.push([a, b]);
    const same = keys.every((key) => Object.hasOwn(b, key) && compare(a[key], b[key], strict, seen))
      && (!(a instanceof Map) || (a.size === b.size && [...a].every(([key, value]) => {
        if (b.has(key)) return compare(value, b.get(key), strict, seen);
        return [...b].some(([other, held]) => isObject(key) && compare(key, other, strict, seen) && compare(value, held, strict, seen));
      })))
      && (!(a instanceof Set) || (a.size === b.size && [...a].every((value) => b.has(value) || [...b].some((other) => compare(value, other, strict, seen) && (isObject(value) || !strict)))));
    seen.pop();
    return same;
  };
  return { equal: (a, b, strict) => compare(a, b, strict, []) };
})
