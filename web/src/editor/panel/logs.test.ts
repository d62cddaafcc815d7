import { expect, it } from "vitest";
import type { NodeRun } from "@/model/runs";
import { fullOutput, logOf } from "./logs";

function ran(run: number, second: number, more: Partial<NodeRun> = {}): NodeRun {
  const startedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return { run, status: "success", items: [1, 2], attempts: 1, seconds: 0.5, startedAt, ...more };
}

it("tells nodes in the order in which they began", () => {
  const log = logOf({ executionId: "e", status: "success", nodes: { B: [ran(0, 2)], A: [ran(0, 1)], C: [] } });

  expect(log.map((one) => one.node)).toEqual(["A", "B"]);
});

it("sums up what a node did in a loop, and says that it failed if one run did", () => {
  const nodes = { A: [ran(0, 1), ran(1, 2, { status: "error", error: "no", items: [] }), ran(2, 3)] };
  const [log] = logOf({ executionId: "e", status: "error", nodes });

  expect(log).toMatchObject({ status: "error", error: "no", items: 6, seconds: 1.5 });
});

it("has no time for a node that has not ended", () => {
  const running: NodeRun = { run: 0, status: "running", items: [], attempts: 1 };

  expect(logOf({ executionId: "e", status: "running", nodes: { A: [running] } })[0]?.seconds).toBeUndefined();
});

it("shows the first output that has items", () => {
  expect([fullOutput(ran(0, 1, { items: [0, 3] })), fullOutput(ran(0, 1, { items: [] }))]).toEqual([1, 0]);
});
