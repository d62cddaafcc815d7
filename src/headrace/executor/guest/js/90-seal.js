// The last file: takes away what leads out or around, and hands the one entrance to the worker.
(function (host) {
  "use strict";
  // Timers: V8 has none, but a wait on shared memory that nobody wakes ends in time. Not later than the deadline of the call.
  const Shared = SharedArrayBuffer, Cell = Int32Array, waitAsync = Atomics.waitAsync;
  const waiting = new Map();
  let lastTimer = 0;
  const timer = (repeat) => (f, delay, ...args) => {
    if (typeof f !== "function") throw new TypeError("The \"callback\" argument must be of type function");
    const id = ++lastTimer;
    waiting.set(id, true);
    const wait = () => {
      const done = waitAsync(new Cell(new Shared(4)), 0, 0, Math.max(1, Number(delay) || 0)).value;
      done.then(() => {
        if (!waiting.has(id)) return;
        if (repeat) wait(); else waiting.delete(id);
        f(...args);
      });
    };
    wait();
    return id;
  };
  const stop = (id) => { waiting.delete(id); };
  const timers = { setTimeout: timer(false), setInterval: timer(true), setImmediate: (f, ...args) => timer(false)(f, 0, ...args), clearTimeout: stop, clearInterval: stop, clearImmediate: stop };
  for (const name of ["__timer_manager", "__TimerManager"]) { try { delete globalThis[name]; } catch { /* a declaration; it works no more without shared memory */ } }
  for (const [name, value] of Object.entries(timers)) globalThis[name] = value;
  // Timers of code that is over must not fire into the next call.
  host.stopTimers = () => { waiting.clear(); };
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics", "eval", "Function"]) delete globalThis[name];
  // The constructors of functions compile text; nothing here needs them after this point but `host.compile`.
  for (const f of [function () {}, async () => {}, function* () {}, async function* () {}]) {
    const prototype = Object.getPrototypeOf(f);
    Object.defineProperty(prototype, "constructor", { value: undefined, writable: false, configurable: false });
  }
  // Takes the lengths of all parts, a line break, and the parts: operations, each with its arguments. Answers the last.
  const find = String.prototype.indexOf, cut = String.prototype.substring, apply = Reflect.apply;
  host.entrance = (text) => {
    const start = apply(find, text, ["\n"]);
    let place = 0, offset = start + 1;
    const next = () => {
      let end = apply(find, text, [",", place]);
      if (end < 0 || end > start) end = start;
      const length = +apply(cut, text, [place, end]);
      place = end + 1;
      offset += length;
      return apply(cut, text, [offset - length, offset]);
    };
    let answer = "";
    while (place <= start) {
      const operation = next();
      switch (operation) {
        case "library": host.addLibrary(next(), next()); break;
        case "random": host.addRandom(next()); break;
        case "put": host.put(next(), next()); break;
        case "drop": host.dropData(next()); break;
        case "run": {
          host.reset();
          host.stopTimers();
          answer = host.operations[next()](host.parse(next()));
          break;
        }
        default: throw new Error(`unknown operation ${operation}`);
      }
    }
    return answer;
  };
  return host.entrance;
})
