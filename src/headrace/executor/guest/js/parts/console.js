// The console: what code prints is kept with the run.
(function (host) {
  "use strict";
  const { inspect, format } = host.part("inspect");
  let indent = "";
  const counts = new Map(), timers = new Map();
  const print = (text) => host.print(indent ? text.replace(/^/gm, indent) : text);
  const log = (...args) => print(format(...args));

  const table = (data, columns) => {
    if (data === null || typeof data !== "object") { log(data); return; }
    const rows = data instanceof Map ? [...data].map(([key, value], i) => [i, { Key: key, Values: value }])
      : data instanceof Set ? [...data].map((value, i) => [i, value]) : Object.entries(data);
    const isRow = (value) => value !== null && typeof value === "object";
    const names = columns ?? [...new Set(rows.flatMap(([, value]) => (isRow(value) ? Object.keys(value) : [])))];
    const hasValues = columns === undefined && rows.some(([, value]) => !isRow(value));
    const cell = (value) => inspect(value, { depth: isRow(value) ? 0 : 1, breakLength: Infinity });
    const lines = [["(index)", ...names, ...(hasValues ? ["Values"] : [])].map(String)];
    for (const [index, value] of rows) {
      lines.push([String(index), ...names.map((name) => (isRow(value) && Object.hasOwn(value, name) ? cell(value[name]) : "")), ...(hasValues ? [isRow(value) ? "" : cell(value)] : [])]);
    }
    const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)) + 2);
    const rule = (left, middle, right) => left + widths.map((width) => "\u2500".repeat(width)).join(middle) + right;
    const row = (line) => `\u2502${line.map((text, i) => ` ${text}`.padEnd(widths[i])).join("\u2502")}\u2502`;
    print([rule("\u250c", "\u252c", "\u2510"), row(lines[0]), rule("\u251c", "\u253c", "\u2524"), ...lines.slice(1).map(row), rule("\u2514", "\u2534", "\u2518")].join("\n"));
  };
  const duration = (ms) => (ms < 1000 ? `${ms}ms` : `${(ms / 1000).toFixed(3)}s`);
  const timed = (label, args) => {
    if (!timers.has(label)) { print(`Warning: No such label '${label}' for console.time()`); return; }
    log(`${label}: ${duration(host.now() - timers.get(label))}`, ...args);
  };
  const group = (...args) => {
    if (args.length) log(...args);
    indent += "  ";
  };
  const console = {
    log, info: log, debug: log, warn: log, error: log,
    dir: (value, options) => print(inspect(value, { ...options })),
    dirxml: log,
    table,
    trace: (...args) => print(`Trace${args.length ? `: ${format(...args)}` : ""}\n${host.stackOf(new Error()).replace(/^.*\n?/, "")}`),
    assert: (condition, ...args) => {
      if (condition) return;
      if (typeof args[0] === "string") log(`Assertion failed: ${args[0]}`, ...args.slice(1)); else log("Assertion failed", ...args);
    },
    count: (label = "default") => {
      counts.set(`${label}`, (counts.get(`${label}`) ?? 0) + 1);
      print(`${label}: ${counts.get(`${label}`)}`);
    },
    countReset: (label = "default") => { counts.delete(`${label}`); },
    time: (label = "default") => { timers.set(`${label}`, host.now()); },
    timeLog: (label = "default", ...args) => timed(`${label}`, args),
    timeEnd: (label = "default") => { timed(`${label}`, []); timers.delete(`${label}`); },
    group, groupCollapsed: group,
    groupEnd: () => { indent = indent.slice(2); },
    clear: () => {},
  };
  const reset = () => { indent = ""; counts.clear(); timers.clear(); };
  return { console, reset };
})
