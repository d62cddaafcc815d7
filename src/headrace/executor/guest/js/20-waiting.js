// Waiting: for answers of the parent and for timers. Nothing in here waits by itself: the worker is told what there is
// to wait for, and comes back with it.
(function (host) {
  "use strict";
  const P = Promise, now = host.now;
  let turn = 0; // which run this is; what an earlier one has left behind is not heard
  let answer; // the text that ends the run
  let asks = []; // for the parent, as JSON texts, not yet handed to the worker
  let asked = { __proto__: null }; // id -> how its promise is settled
  let timers = { __proto__: null }; // id -> { at, f, args, every }
  let lastId = 0;

  const newTurn = () => {
    turn++;
    answer = undefined;
    asks = [];
    asked = { __proto__: null };
    timers = { __proto__: null };
  };

  // Asks the parent; headrace/executor/code_helpers.py says for what. Returns a promise of the reply.
  host.ask = (method, ...args) => {
    const place = new Error().stack; // later, nobody knows any more who asked
    return new P((resolve, reject) => {
      const id = ++lastId;
      const text = `{"id":${id},"method":"${method}","args":${host.stringify(args)}}`;
      asked[id] = { __proto__: null, resolve, reject, place };
      asks[asks.length] = text;
    });
  };
  const DETAILS = ["name", "code", "statusCode", "httpCode", "description", "response"];
  const settle = (id, reply) => {
    const waiting = asked[id];
    if (waiting === undefined) return;
    delete asked[id];
    if (!host.has(reply, "error")) { waiting.resolve(reply); return; }
    const error = new Error(reply.error);
    const asker = /\n[^]*/.exec(waiting.place);
    if (asker) error.stack = `Error: ${reply.error}${asker[0]}`;
    for (let i = 0; i < DETAILS.length; i++) if (host.has(reply, DETAILS[i])) error[DETAILS[i]] = reply[DETAILS[i]];
    waiting.reject(error);
  };
  const replied = (text) => {
    const replies = host.parse(text);
    // Refused as a whole, it is one object.
    if (host.has(replies, "error")) for (const id in asked) settle(id, replies);
    else for (let i = 0; i < replies.length; i++) settle(replies[i].id, replies[i]);
  };

  const LONGEST = 2 ** 31 - 1;
  const start = (f, delay, args, repeats) => {
    if (typeof f !== "function") throw new TypeError('The "callback" argument must be of type function');
    const id = ++lastId;
    const pause = delay >= 1 && delay <= LONGEST ? +delay : 1;
    timers[id] = { __proto__: null, at: now() + pause, f, args, every: repeats ? pause : 0 };
    return id;
  };
  const stop = (id) => { delete timers[id]; };
  host.timers = {
    __proto__: null,
    setTimeout: (f, delay, ...args) => start(f, delay, args, false),
    setInterval: (f, delay, ...args) => start(f, delay, args, true),
    setImmediate: (f, ...args) => start(f, 0, args, false),
    clearTimeout: stop,
    clearInterval: stop,
    clearImmediate: stop,
  };
  const next = () => {
    let first;
    for (const id in timers) if (first === undefined || timers[id].at < timers[first].at) first = id;
    return first;
  };
  // Calls what nobody waits for: its failure ends nothing, but is shown.
  host.guarded = (f, args) => {
    try { host.apply(f, undefined, args); } catch (error) { host.report(error); }
  };
  host.queueMicrotask = async (f) => { await undefined; host.guarded(f, []); };
  // One timer at a time: what it sets going comes before the next one.
  const fire = () => {
    const id = next();
    if (id === undefined || timers[id].at > now()) return false;
    const timer = timers[id];
    if (timer.every) timer.at = now() + timer.every; else delete timers[id];
    host.guarded(timer.f, timer.args);
    return true;
  };

  // Follows a run to its end. `await` looks at a promise itself, whatever user code has made of `then`.
  const follow = async (promise, mine) => {
    let text;
    try { text = await promise; } catch { text = ""; }
    if (mine === turn) answer = typeof text === "string" ? text : "";
  };
  // Goes on with the run, and returns what is next: "=ANSWER"; "?MS\nJSON", things to ask the parent; or "~MS". After MS
  // milliseconds, or with a reply if that comes first, the worker shall be back; without a number there are no timers.
  host.step = (kind, argument) => {
    let moved = true;
    switch (kind) {
      case "run": {
        newTurn();
        const result = argument();
        if (typeof result === "string") answer = result; else follow(result, turn);
        break;
      }
      case "reply": replied(argument); break;
      default: moved = answer === undefined && fire();
    }
    const timer = next();
    // What has just happened may have set something going that is done as soon as this returns.
    const pause = moved || answer !== undefined ? 0 : timer === undefined ? "" : timers[timer].at - now();
    const wait = pause < 0 ? "0" : `${pause}`;
    if (asks.length) {
      let batch = asks[0];
      for (let i = 1; i < asks.length; i++) batch += `,${asks[i]}`;
      asks = [];
      return `?${wait}\n[${batch}]`;
    }
    return answer === undefined ? `~${wait}` : `=${answer}`;
  };
})
