import fc from "fast-check";
import { expect, test } from "vitest";
import type { LiveEvent } from "@/api/stream";
import { at, bars, moments, sentence } from "./scrubbing";

const anyEvent = fc.record({
  type: fc.constantFrom(
    "node.started",
    "node.succeeded",
    "node.failed",
    "node.retrying",
    "execution.suspended",
    "execution.canceled",
    "gap",
  ),
  node: fc.constantFrom("A", "B", "C"),
  run: fc.nat(2),
  items: fc.array(fc.nat(9), { maxLength: 2 }),
  at: fc.constant("2026-01-01T00:00:00Z"),
});
const anyHistory = fc
  .array(anyEvent, { maxLength: 25 })
  .map((events) => events.map((event, seq): LiveEvent => ({ ...event, seq })));

test("any moment is what its events made of the run", () => {
  fc.assert(
    fc.property(anyHistory, fc.nat(30), (events, count) => {
      expect(moments("1", events)[Math.min(count, events.length)]).toEqual(at("1", events, count));
    }),
  );
});

test("bars lie where nodes ran, and one that still runs reaches to the last event", () => {
  const history: LiveEvent[] = [
    { seq: 1, type: "execution.requested", at: "2026-01-01T00:00:00.000Z" },
    { seq: 2, type: "node.started", node: "A", run: 0, at: "2026-01-01T00:00:00.100Z" },
    { seq: 3, type: "node.succeeded", node: "A", run: 0, seconds: 0.2, at: "2026-01-01T00:00:00.300Z" },
    { seq: 4, type: "node.started", node: "B", run: 0, at: "2026-01-01T00:00:00.300Z" },
    { seq: 5, type: "node.retrying", node: "B", run: 0, at: "2026-01-01T00:00:00.900Z" },
  ];

  expect(bars(history)).toEqual([
    { node: "A", run: 0, from: 100, to: 300, status: "success" },
    { node: "B", run: 0, from: 300, to: 900, status: "running" },
  ]);
});

test("every event has a sentence", () => {
  fc.assert(fc.property(anyEvent, (event) => sentence({ ...event, seq: 1 }).length > 0));
});
