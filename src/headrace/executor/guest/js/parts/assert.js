// Node's `assert`.
(function (host) {
  "use strict";
  const { inspect } = host.part("inspect");
  const { equal } = host.part("equality");

  class AssertionError extends Error {
    constructor({ message, actual, expected, operator }) {
      super(message);
      this.name = "AssertionError";
      this.code = "ERR_ASSERTION";
      this.generatedMessage = false;
      Object.assign(this, { actual, expected, operator });
    }
  }
  const fail = (message, standard, actual, expected, operator) => {
    if (message instanceof Error) throw message;
    throw new AssertionError({ message: message === undefined ? standard : String(message), actual, expected, operator });
  };
  const ok = (...args) => {
    const [value, message] = args;
    if (!value) fail(message, args.length ? "The expression evaluated to a falsy value" : "No value argument passed to `assert.ok()`", value, true, "==");
  };
  const assert = (...args) => ok(...args);
  const check = (operator, words, test) => (actual, expected, message) => {
    if (!test(actual, expected)) fail(message, `${words}\n\n${inspect(actual)}\n\nshould ${operator}\n\n${inspect(expected)}`, actual, expected, operator);
  };
  const matches = (error, expected, message) => {
    if (expected === undefined) return;
    if (typeof expected === "function") {
      if (expected.prototype !== undefined && error instanceof expected) return;
      if (!Object.prototype.isPrototypeOf.call(Error, expected) && expected.call({}, error) === true) return;
    } else if (expected instanceof RegExp) { if (expected.test(String(error))) return; }
    else if (Object.keys(expected).every((key) => (expected[key] instanceof RegExp && typeof error[key] === "string" ? expected[key].test(error[key]) : equal(error[key], expected[key], true)))) return;
    fail(message, `The error is not the expected one:\n\n${inspect(error)}`, error, expected, "throws");
  };
  const NOTHING = Symbol();
  const thrownBy = (f) => { try { f(); } catch (error) { return error; } return NOTHING; };
  const rejectionOf = async (promise) => { try { await (typeof promise === "function" ? promise() : promise); } catch (error) { return error; } return NOTHING; };
  const mustThrow = (error, expected, message, what) => {
    if (typeof expected === "string") [message, expected] = [expected, undefined];
    if (error === NOTHING) fail(message, `Missing expected ${what}.`, undefined, expected, "throws");
    matches(error, expected, message);
  };
  const mustNotThrow = (error, message, what) => {
    if (error !== NOTHING) fail(typeof message === "string" ? message : undefined, `Got unwanted ${what}.\nActual message: "${error?.message}"`, error, undefined, "doesNotThrow");
  };
  Object.assign(assert, {
    AssertionError, ok,
    fail: (message = "Failed") => fail(message, "Failed", undefined, undefined, "fail"),
    equal: check("equal", "Expected values to be loosely equal:", (a, b) => a == b || (Number.isNaN(a) && Number.isNaN(b))),
    notEqual: check("not equal", "Expected values to be loosely unequal:", (a, b) => a != b && !(Number.isNaN(a) && Number.isNaN(b))),
    strictEqual: check("strictly equal", "Expected values to be strictly equal:", Object.is),
    notStrictEqual: check("not strictly equal", "Expected values to be strictly unequal:", (a, b) => !Object.is(a, b)),
    deepEqual: check("loosely deep-equal", "Expected values to be loosely deep-equal:", (a, b) => equal(a, b, false)),
    notDeepEqual: check("not loosely deep-equal", "Expected values not to be loosely deep-equal:", (a, b) => !equal(a, b, false)),
    deepStrictEqual: check("strictly deep-equal", "Expected values to be strictly deep-equal:", (a, b) => equal(a, b, true)),
    notDeepStrictEqual: check("not strictly deep-equal", "Expected values not to be strictly deep-equal:", (a, b) => !equal(a, b, true)),
    match: check("match", "The input did not match the regular expression:", (text, pattern) => typeof text === "string" && pattern.test(text)),
    doesNotMatch: check("not match", "The input was expected to not match the regular expression:", (text, pattern) => typeof text !== "string" || !pattern.test(text)),
    ifError: (value) => { if (value !== null && value !== undefined) throw value instanceof Error ? value : new AssertionError({ message: `ifError got unwanted exception: ${inspect(value)}`, actual: value, expected: null, operator: "ifError" }); },
    throws: (f, expected, message) => mustThrow(thrownBy(f), expected, message, "exception"),
    doesNotThrow: (f, message) => mustNotThrow(thrownBy(f), message, "exception"),
    rejects: async (promise, expected, message) => mustThrow(await rejectionOf(promise), expected, message, "rejection"),
    doesNotReject: async (promise, message) => mustNotThrow(await rejectionOf(promise), message, "rejection"),
  });
  assert.strict = Object.assign((...args) => ok(...args), assert, { equal: assert.strictEqual, notEqual: assert.notStrictEqual, deepEqual: assert.deepStrictEqual, notDeepEqual: assert.notDeepStrictEqual });
  return assert;
})
