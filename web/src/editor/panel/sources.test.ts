import { describe, expect, it } from "vitest";
import { changeNode, connect, nodeNamed, renameNode } from "@/model/graph";
import type { NodeRun, RunView } from "@/model/runs";
import { EMPTY, type Workflow } from "@/model/workflow";
import { cameFrom, isStale, itemsOf, namesThen, neighboursOf, runAt, sourcesOf } from "./sources";

function line(...wires: (readonly [string, string, number?, number?])[]): Workflow {
  const names = [...new Set(wires.flatMap((wire) => wire.slice(0, 2) as string[]))];
  const nodes = names.map((name) => ({
    id: name,
    name,
    type: "n8n-nodes-base.set",
    typeVersion: 1,
    position: [0, 0] as const,
    parameters: {},
  }));
  return wires.reduce<Workflow>(
    (flow, [source, target, output = 0, input = 0]) =>
      connect(flow, { source, kind: "main", output, target, targetKind: "main", input }),
    { ...EMPTY, nodes },
  );
}

const RAN: NodeRun = { run: 0, status: "success", items: [2, 1], attempts: 1 };

function view(nodes: Record<string, NodeRun[]>): RunView {
  return { executionId: "e1", status: "success", nodes };
}

describe("earlier nodes", () => {
  it("are those that are wired first, by input, then farther ones", () => {
    const flow = line(["A", "B"], ["B", "M", 1, 1], ["A", "M", 0, 0], ["Start", "A"]);

    expect(sourcesOf(flow, "M")).toEqual([
      { node: "A", output: 0, input: 0 },
      { node: "B", output: 1, input: 1 },
      { node: "Start", output: 0, input: null },
    ]);
  });

  it("come to an end in a loop", () => {
    const flow = line(["Start", "Loop"], ["Loop", "Work", 1], ["Work", "Loop"]);

    expect(sourcesOf(flow, "Work").map((source) => source.node)).toEqual(["Loop", "Start"]);
    expect(neighboursOf(flow, "Loop")).toEqual({ before: ["Start", "Work"], after: ["Work"] });
  });
});

describe("the items of a node", () => {
  const flow = line(["A", "B"]);

  it("are those of its last run, unless another is asked for", () => {
    const runs = [RAN, { ...RAN, run: 1 }, { ...RAN, run: 2 }];

    expect([runAt(runs, null)?.run, runAt(runs, 1)?.run, runAt(runs.slice(0, 1), 2)?.run]).toEqual([2, 1, 0]);
  });

  it("are pinned ones where they count", () => {
    const pinned: Workflow = { ...flow, pinData: { A: [{ json: { a: 1 } }] } };
    const where = { output: 0, number: null };

    expect(itemsOf(pinned, null, "A", { ...where, pins: true })).toEqual({ kind: "held", items: [{ json: { a: 1 } }] });
    expect(itemsOf(pinned, null, "A", { ...where, pins: false })).toBeNull();
  });

  it("are not there before it has run to its end", () => {
    const where = { output: 0, number: null, pins: true };

    expect(itemsOf(flow, view({}), "A", where)).toBeNull();
    expect(itemsOf(flow, view({ A: [{ ...RAN, status: "running" }] }), "A", where)).toBeNull();
    expect(itemsOf(flow, view({ A: [RAN] }), "A", { ...where, output: 1 })).toMatchObject({ output: 1, total: 1 });
  });
});

describe("a run in a loop", () => {
  const source = { node: "Loop", output: 1, input: 0 };

  it("knows which run of the node before its items came from", () => {
    const told = [{ previousNode: "Loop", previousNodeOutput: 1, previousNodeRun: 2 }];

    expect(cameFrom(source, "Loop", told)).toEqual({ run: 2, output: 1 });
    expect(cameFrom(source, "Loop", [{ previousNode: "Loop" }])).toEqual({ run: 0, output: 0 });
  });

  it("does not take another node's items for those of the one that is looked at", () => {
    expect(cameFrom(source, "Loop", [{ previousNode: "Start" }])).toBeNull();
    expect(cameFrom({ ...source, input: null }, "Loop", [{ previousNode: "Loop" }])).toBeNull();
    expect(cameFrom(source, "Loop", [null])).toBeNull();
  });
});

describe("a node that was changed after its run", () => {
  const flow = line(["A", "B"]);

  it("is found in the run under the name that it had", () => {
    const [renamed] = renameNode(flow, "A", "Orders");

    expect(["Orders", "B", "C"].map(namesThen(renamed, flow))).toEqual(["A", "B", "C"]);
    expect(["A"].map(namesThen(flow, null))).toEqual(["A"]);
  });

  it("is stale while its parameters differ, and not because of its place or name", () => {
    const moved = changeNode(flow, "A", (node) => ({ ...node, position: [9, 9], name: "Orders" }));
    const changed = changeNode(flow, "A", (node) => ({ ...node, parameters: { a: 1 } }));
    const back = changeNode(changed, "A", (node) => ({ ...node, parameters: {} }));
    const stale = [nodeNamed(moved, "Orders"), nodeNamed(changed, "A"), nodeNamed(back, "A")].map(
      (node) => node !== undefined && isStale(node, flow),
    );

    expect(stale).toEqual([false, true, false]);
  });
});
