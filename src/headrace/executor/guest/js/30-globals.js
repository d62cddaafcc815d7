// Web and Node interfaces that people's code uses and a bare V8 lacks.
(function (host) {
  "use strict";
  host.lazyGlobals("encoding", "TextEncoder", "TextDecoder", "atob", "btoa");
  host.lazyGlobals("url", "URL", "URLSearchParams");
  host.lazyGlobals("buffer", "Buffer");
  host.lazyGlobals("clone", "structuredClone");
  host.lazyGlobals("events", "DOMException", "Event", "CustomEvent", "EventTarget", "AbortController", "AbortSignal");
  host.lazyGlobals("crypto", "crypto");
  host.lazyGlobals("fetch", "fetch", "Headers", "Response", "FormData", "Blob", "File");
  host.lazyGlobals("console", "console");
  const begun = host.now();
  const performance = { timeOrigin: begun, now: () => host.now() - begun };
  host.global("performance", performance);
  host.global("queueMicrotask", (f) => {
    if (typeof f !== "function") throw new TypeError('The "callback" argument must be of type function');
    host.queueMicrotask(f);
  });

  const part = (name) => () => host.part(name);
  const later = (delay, value) => new Promise((resolve) => { host.timers.setTimeout(resolve, delay, value); });
  const timers = () => ({ ...host.timers, promises: { setTimeout: later, setImmediate: (value) => later(0, value) } });
  const builtin = {
    __proto__: null,
    luxon: () => host.library("luxon"),
    jmespath: () => host.library("jmespath"),
    assert: part("assert"),
    "assert/strict": () => host.part("assert").strict,
    buffer: () => { const { Buffer, constants } = host.part("buffer"); return { Buffer, constants, kMaxLength: constants.MAX_LENGTH, atob, btoa, Blob, File }; },
    crypto: () => host.part("crypto").node,
    events: part("emitter"),
    path: part("path"),
    "path/posix": part("path"),
    perf_hooks: () => ({ performance }),
    querystring: part("querystring"),
    timers,
    "timers/promises": () => timers().promises,
    url: () => ({ URL, URLSearchParams, parse: (text) => new URL(text), format: (url) => String(url) }),
    util: part("util"),
  };
  const made = { __proto__: null };
  host.require = (name) => {
    const wanted = `${name}`;
    const bare = wanted.startsWith("node:") ? wanted.slice(5) : wanted;
    if (wanted in host.modules) return host.module(wanted);
    if (bare in builtin) return (made[bare] ??= builtin[bare]());
    const owned = Object.keys(host.modules);
    const error = new Error(`Cannot find module '${wanted}'. Available here: ${[...Object.keys(builtin), ...owned].join(", ")}. The server's owner can add modules with the setting HEADRACE_JAVASCRIPT_MODULES`);
    error.code = "MODULE_NOT_FOUND";
    throw error;
  };
})
