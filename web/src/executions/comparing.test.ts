import { expect, test } from "vitest";
import type { NodeRun, RunView } from "@/model/runs";
import { differences } from "./comparing";

function run(status: NodeRun["status"], items: number[], error?: string): NodeRun {
  return { run: 0, status, items, attempts: 1, error };
}

function view(nodes: RunView["nodes"]): RunView {
  return { executionId: "1", status: "success", nodes };
}

test("two runs that went alike do not differ", () => {
  const one = view({ A: [run("success", [2])] });

  expect(differences(one, one)).toEqual([]);
});

test("what ran in one only, went otherwise or put out more or less is named", () => {
  const earlier = view({ A: [run("success", [2])], B: [run("success", [1])], Gone: [run("success", [1])] });
  const later = view({ A: [run("success", [3])], B: [run("error", [], "it broke")], New: [run("success", [1])] });

  expect(differences(earlier, later)).toEqual([
    { node: "A", mark: "changed", what: "2 against 3 items" },
    { node: "B", mark: "changed", what: "success against error; it broke; 1 against no items" },
    { node: "New", mark: "added", what: "ran only in the second" },
    { node: "Gone", mark: "removed", what: "ran only in the first" },
  ]);
});
