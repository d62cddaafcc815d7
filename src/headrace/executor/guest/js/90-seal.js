// The last file: takes away what leads out or around, and hands the one entrance to the worker.
(function (host) {
  "use strict";
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics", "eval", "Function"]) delete globalThis[name];
  // The constructors of functions compile text; nothing here needs them after this point but `host.compile`.
  for (const f of [function () {}, async () => {}, function* () {}, async function* () {}]) {
    const prototype = Object.getPrototypeOf(f);
    Object.defineProperty(prototype, "constructor", { value: undefined, writable: false, configurable: false });
  }
  host.entrance = (operation, ...args) => {
    switch (operation) {
      case "library": host.addLibrary(args[0], args[1]); return "";
      case "random": host.addRandom(args[0]); return "";
      case "put": host.put(args[0], args[1]); return "";
      case "drop": host.dropData(args[0]); return "";
      case "run": {
        host.reset();
        return host.operations[args[0]](host.parse(args[1]));
      }
      default: throw new Error(`unknown operation ${operation}`);
    }
  };
  return host.entrance;
})
