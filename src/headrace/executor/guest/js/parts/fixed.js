// A clock that stands still and random numbers that repeat: for tests of workflows, whose executor asks for them.
(function (host) {
  "use strict";
  const Real = Date, { construct } = Reflect;
  let moment = 0;
  // A function, not a class: Date() without `new` gives text.
  const Fixed = function Date(...parts) {
    if (!new.target) return new Real(moment).toString();
    return construct(Real, parts.length ? parts : [moment], new.target);
  };
  for (const [name, value] of [["now", () => moment], ["parse", Real.parse], ["UTC", Real.UTC]]) {
    Object.defineProperty(Fixed, name, { value, writable: true, configurable: true, enumerable: false });
  }
  Object.defineProperty(Fixed, "prototype", { value: Real.prototype, writable: false });
  Object.defineProperty(Real.prototype, "constructor", { value: Fixed, writable: true, configurable: true, enumerable: false });
  host.global("Date", Fixed);

  const word = new Uint8Array(8);
  Object.defineProperty(Math, "random", {
    value: function random() {
      const view = new DataView(host.part("random")(word).buffer);
      return ((view.getUint32(0) >>> 5) * 2 ** 26 + (view.getUint32(4) >>> 6)) / 2 ** 53;
    },
    writable: true, configurable: true, enumerable: false,
  });

  return ({ now, seed }) => {
    moment = now;
    host.seed = seed;
    host.part("random").restart();
  };
})
