// DOMException, Event, CustomEvent, EventTarget, AbortController, AbortSignal.
(function (host) {
  "use strict";
  const CODES = { IndexSizeError: 1, NotFoundError: 8, NotSupportedError: 9, InvalidStateError: 11, SyntaxError: 12, InvalidAccessError: 15, TypeMismatchError: 17, NetworkError: 19, AbortError: 20, QuotaExceededError: 22, TimeoutError: 23, DataCloneError: 25, InvalidCharacterError: 5 };
  class DOMException extends Error {
    #name;
    constructor(message = "", name = "Error") {
      super(message);
      this.#name = `${typeof name === "object" && name !== null ? name.name ?? "Error" : name}`;
      if (typeof name === "object" && name !== null && "cause" in name) this.cause = name.cause;
    }
    get name() { return this.#name; }
    get code() { return CODES[this.#name] ?? 0; }
    get [Symbol.toStringTag]() { return "DOMException"; }
  }

  class Event {
    #type; #bubbles; #cancelable; #prevented = false; #stopped = false; #target = null; #time = host.now();
    constructor(type, { bubbles = false, cancelable = false } = {}) {
      this.#type = `${type}`;
      this.#bubbles = Boolean(bubbles);
      this.#cancelable = Boolean(cancelable);
    }
    get type() { return this.#type; }
    get bubbles() { return this.#bubbles; }
    get cancelable() { return this.#cancelable; }
    get composed() { return false; }
    get isTrusted() { return false; }
    get timeStamp() { return this.#time; }
    get target() { return this.#target; }
    get currentTarget() { return this.#target; }
    get defaultPrevented() { return this.#prevented; }
    preventDefault() { if (this.#cancelable) this.#prevented = true; }
    stopPropagation() {}
    stopImmediatePropagation() { this.#stopped = true; }
    static aim(event, target) { event.#target = target; event.#stopped = false; }
    static isStopped(event) { return event.#stopped; }
  }
  // For EventTarget alone.
  const { aim, isStopped } = Event;
  delete Event.aim;
  delete Event.isStopped;
  class CustomEvent extends Event {
    #detail;
    constructor(type, init = {}) { super(type, init); this.#detail = init.detail ?? null; }
    get detail() { return this.#detail; }
  }

  class EventTarget {
    #listeners = [];
    addEventListener(type, listener, options = {}) {
      if (listener === null || listener === undefined) return;
      const { once = false, signal, capture = false } = typeof options === "boolean" ? { capture: options } : options;
      if (signal?.aborted || this.#listeners.some((one) => one.type === `${type}` && one.listener === listener && one.capture === capture)) return;
      this.#listeners.push({ type: `${type}`, listener, once, capture });
      signal?.addEventListener("abort", () => this.removeEventListener(type, listener, { capture }), { once: true });
    }
    removeEventListener(type, listener, options = {}) {
      const capture = typeof options === "boolean" ? options : options.capture ?? false;
      this.#listeners = this.#listeners.filter((one) => one.type !== `${type}` || one.listener !== listener || one.capture !== capture);
    }
    dispatchEvent(event) {
      if (!(event instanceof Event)) throw new TypeError('The "event" argument must be an instance of Event.');
      aim(event, this);
      for (const one of this.#listeners.slice()) {
        if (one.type !== event.type || !this.#listeners.includes(one)) continue;
        if (one.once) this.removeEventListener(one.type, one.listener, one);
        const { listener } = one;
        host.guarded(() => { if (typeof listener === "function") listener.call(this, event); else listener.handleEvent(event); }, []);
        if (isStopped(event)) break;
      }
      return !event.defaultPrevented;
    }
  }

  const KEY = {};
  let abort;
  class AbortSignal extends EventTarget {
    #aborted = false; #reason; onabort = null;
    constructor(key) {
      super();
      if (key !== KEY) throw new TypeError("Illegal constructor");
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }
    static {
      abort = (signal, reason) => {
        if (signal.#aborted) return;
        signal.#aborted = true;
        signal.#reason = reason === undefined ? new DOMException("This operation was aborted", "AbortError") : reason;
        const event = new Event("abort");
        if (typeof signal.onabort === "function") host.guarded(() => signal.onabort(event), []);
        signal.dispatchEvent(event);
      };
    }
    static abort(reason) { const signal = new AbortSignal(KEY); abort(signal, reason); return signal; }
    static timeout(delay) {
      const signal = new AbortSignal(KEY);
      host.timers.setTimeout(() => abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError")), delay);
      return signal;
    }
    static any(signals) {
      const combined = new AbortSignal(KEY);
      for (const signal of signals) {
        if (signal.aborted) { abort(combined, signal.reason); break; }
        signal.addEventListener("abort", () => abort(combined, signal.reason), { once: true });
      }
      return combined;
    }
  }
  class AbortController {
    #signal = new AbortSignal(KEY);
    get signal() { return this.#signal; }
    abort(reason) { abort(this.#signal, reason); }
  }
  for (const [kind, name] of [[Event, "Event"], [EventTarget, "EventTarget"], [AbortSignal, "AbortSignal"], [AbortController, "AbortController"]]) {
    Object.defineProperty(kind.prototype, Symbol.toStringTag, { value: name, configurable: true });
  }
  return { DOMException, Event, CustomEvent, EventTarget, AbortSignal, AbortController };
})
