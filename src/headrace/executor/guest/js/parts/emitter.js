// Node's `events`. A plain function, so that older code may call it on objects of its own.
(function () {
  "use strict";
  const held = Symbol("events");
  const listenersOf = (emitter, name) => (emitter[held] ??= new Map()).get(name) ?? [];
  const add = (emitter, name, listener, once, first) => {
    if (typeof listener !== "function") throw new TypeError('The "listener" argument must be of type function');
    if (listenersOf(emitter, "newListener").length) emitter.emit("newListener", name, listener);
    const before = listenersOf(emitter, name);
    emitter[held].set(name, first ? [{ listener, once }, ...before] : [...before, { listener, once }]);
    return emitter;
  };
  const unhandled = (error) => error instanceof Error ? error
    : Object.assign(new Error(`Unhandled error. (${String(error)})`), { code: "ERR_UNHANDLED_ERROR", context: error });

  function EventEmitter() {}
  const methods = {
    on(name, listener) { return add(this, name, listener, false, false); },
    once(name, listener) { return add(this, name, listener, true, false); },
    prependListener(name, listener) { return add(this, name, listener, false, true); },
    prependOnceListener(name, listener) { return add(this, name, listener, true, true); },
    off(name, listener) {
      const before = listenersOf(this, name);
      const at = before.findLastIndex((one) => one.listener === listener);
      if (at < 0) return this;
      if (before.length === 1) this[held].delete(name); else this[held].set(name, before.toSpliced(at, 1));
      if (listenersOf(this, "removeListener").length) this.emit("removeListener", name, listener);
      return this;
    },
    removeAllListeners(name) {
      if (name === undefined) this[held] = new Map(); else this[held]?.delete(name);
      return this;
    },
    emit(name, ...args) {
      const listeners = listenersOf(this, name);
      if (!listeners.length && name === "error") throw unhandled(args[0]);
      for (const { listener, once } of listeners) {
        if (once) this.off(name, listener);
        listener.apply(this, args);
      }
      return listeners.length > 0;
    },
    listeners(name) { return listenersOf(this, name).map((one) => one.listener); },
    listenerCount(name) { return listenersOf(this, name).length; },
    eventNames() { return [...(this[held]?.keys() ?? [])]; },
    setMaxListeners() { return this; },
    getMaxListeners() { return EventEmitter.defaultMaxListeners; },
  };
  methods.addListener = methods.on;
  methods.removeListener = methods.off;
  methods.rawListeners = methods.listeners;
  for (const name of Object.keys(methods)) {
    Object.defineProperty(EventEmitter.prototype, name, { value: methods[name], writable: true, configurable: true });
  }
  EventEmitter.defaultMaxListeners = 10;
  EventEmitter.EventEmitter = EventEmitter;
  EventEmitter.once = (emitter, name) => new Promise((resolve, reject) => {
    const failed = (error) => { emitter.off(name, done); reject(error); };
    const done = (...args) => { emitter.off("error", failed); resolve(args); };
    emitter.once(name, done);
    if (name !== "error") emitter.once("error", failed);
  });
  return EventEmitter;
})
