import { expect, test } from "vitest";
import { fold, newRun, type RunView } from "./runs";

const AT = "2026-01-01T00:00:00Z";

function after(...events: readonly Record<string, unknown>[]): RunView {
  return events.reduce<RunView>(
    (view, event, index) => fold(view, { seq: index + 1, at: AT, executionId: "1", type: "", ...event }),
    newRun("1"),
  );
}

test("a node that started runs, and one that succeeded has its items and its time", () => {
  const started = { type: "node.started", node: "Set", run: 0, attempt: 1 };
  expect(after(started).nodes.Set?.[0]?.status).toBe("running");

  const view = after(started, { type: "node.succeeded", node: "Set", run: 0, items: [2, 0], seconds: 0.5 });
  expect(view.nodes.Set).toEqual([
    { run: 0, status: "success", items: [2, 0], seconds: 0.5, attempts: 1, startedAt: AT, reused: false },
  ]);
});

test("each pass of a loop is a run of its own", () => {
  const view = after(
    { type: "node.succeeded", node: "Loop", run: 0, items: [1] },
    { type: "node.succeeded", node: "Loop", run: 1, items: [3] },
  );

  expect(view.nodes.Loop?.map((run) => run.items)).toEqual([[1], [3]]);
});

test("a try that failed is no failure until the last", () => {
  const view = after(
    { type: "node.started", node: "Call", run: 0, attempt: 1 },
    { type: "node.retrying", node: "Call", run: 0 },
    { type: "node.started", node: "Call", run: 0, attempt: 2 },
  );
  expect(view.nodes.Call?.[0]).toMatchObject({ status: "running", attempts: 2 });

  expect(
    fold(view, { type: "node.failed", seq: 9, node: "Call", run: 0, error: "refused" }).nodes.Call?.[0],
  ).toMatchObject({
    status: "error",
    error: "refused",
  });
});

test("what ran when the execution was canceled is canceled with it, and what had ended is not", () => {
  const view = after(
    { type: "node.succeeded", node: "A", run: 0, items: [1] },
    { type: "node.started", node: "B", run: 0 },
    { type: "execution.canceled" },
  );

  expect([view.status, view.nodes.A?.[0]?.status, view.nodes.B?.[0]?.status]).toEqual([
    "canceled",
    "success",
    "canceled",
  ]);
});

test("events of another execution and events that nobody knows change nothing", () => {
  const view = newRun("1");

  expect(fold(view, { type: "node.started", seq: 1, executionId: "2", node: "A" })).toBe(view);
  expect(fold(view, { type: "something.new", seq: 1 })).toBe(view);
});
