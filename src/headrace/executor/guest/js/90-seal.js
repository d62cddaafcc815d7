// The last file: takes away what leads out or around, and hands the one entrance to the worker.
(function (host) {
  "use strict";
  for (const name of Object.keys(host.timers)) globalThis[name] = host.timers[name];
  // What the engine brings in place of timers; without shared memory it works no more.
  globalThis.__timer_manager = undefined;
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics", "eval", "Function"]) delete globalThis[name];
  // The constructors of functions compile text; nothing here needs them after this point but `host.compile`.
  for (const f of [function () {}, async () => {}, function* () {}, async function* () {}]) {
    Object.defineProperty(Object.getPrototypeOf(f), "constructor", { value: undefined, writable: false, configurable: false });
  }
  // Much code asks whether something is a `Function`, or looks at its prototype; none needs to make one of text.
  const Compiler = function Function() { throw new EvalError("Code generation from strings disallowed for this context"); };
  Object.defineProperty(Compiler, "prototype", { value: Object.getPrototypeOf(Compiler), writable: false });
  host.global("Function", Compiler);

  // Takes, as `this`, a text: the lengths of all parts, a line break, and the parts: operations, each with its
  // arguments. Answers with what `host.step` says of the last.
  const find = String.prototype.indexOf, cut = String.prototype.substring, apply = host.apply;
  return function () {
    const text = this;
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
        case "source": host.addSource(next(), next()); break;
        case "module": host.addModule(next(), next()); break;
        case "seed": host.seed = next(); break;
        case "put": host.put(next(), next()); break;
        case "drop": host.dropData(next()); break;
        case "run": {
          const run = host.operations[next()], request = next();
          host.reset();
          answer = host.step("run", () => run(host.parse(request)));
          break;
        }
        case "reply": answer = host.step("reply", next()); break;
        case "tick": answer = host.step("tick"); break;
        default: throw new Error(`unknown operation ${operation}`);
      }
    }
    return answer;
  };
})
