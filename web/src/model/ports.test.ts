import { expect, test } from "vitest";
import type { NodeDescription } from "@/nodes/descriptions";
import { portsOf } from "./ports";
import type { WorkflowNode } from "./workflow";

function node(
  type: string,
  parameters: WorkflowNode["parameters"] = {},
  more: Partial<WorkflowNode> = {},
): WorkflowNode {
  return {
    id: "x",
    name: "X",
    type: `n8n-nodes-base.${type}`,
    typeVersion: 3.2,
    position: [0, 0],
    parameters,
    ...more,
  };
}

function description(more: Partial<NodeDescription> = {}): NodeDescription {
  return { type: "x", versions: [1], title: "X", summary: "", ...more };
}

const labels = (ports: readonly { label: string }[]) => ports.map((port) => port.label);

test("a node has one input and one output unless it says otherwise", () => {
  const { inputs, outputs } = portsOf(node("set"), description(), []);

  expect([inputs.length, outputs.length]).toEqual([1, 1]);
});

test("a trigger has no input", () => {
  expect(portsOf(node("webhook"), description({ trigger: "webhook" }), []).inputs).toEqual([]);
});

test("outputs have the names that the description gives them", () => {
  const branches = description({ outputs: ["main", "main"], outputNames: ["true", "false"] });

  expect(labels(portsOf(node("if"), branches, []).outputs)).toEqual(["true", "false"]);
});

test("a Switch has an output for each rule, and one for the rest if it is asked for", () => {
  const rules = {
    values: [
      { renameOutput: true, outputKey: "big" },
      { renameOutput: false, outputKey: "" },
    ],
  };
  const switched = node("switch", { rules, options: { fallbackOutput: "extra" } });

  expect(labels(portsOf(switched, description(), []).outputs)).toEqual(["big", "1", "Fallback"]);
  expect(portsOf(node("switch", { mode: "expression", numberOutputs: 3 }), description(), []).outputs).toHaveLength(3);
});

test("a Merge has as many inputs as it is set to, within reason", () => {
  expect(
    portsOf(node("merge", { numberInputs: 4 }), description({ inputs: ["main", "main"] }), []).inputs,
  ).toHaveLength(4);
  expect(portsOf(node("merge", { numberInputs: 1e9 }), description(), []).inputs).toHaveLength(64);
});

test("an error output comes last, under its name", () => {
  const { outputs } = portsOf(node("set", {}, { onError: "continueErrorOutput" }), description(), []);

  expect(outputs).toEqual([
    { kind: "main", index: 0, label: "Success" },
    { kind: "main", index: 1, label: "Error", error: true },
  ]);
});

test("ports that wires use are drawn even if the node declares none of them", () => {
  const wires = [
    { source: "X", kind: "ai_tool", output: 0, target: "Y", targetKind: "ai_tool", input: 0 },
    { source: "Z", kind: "main", output: 0, target: "X", targetKind: "main", input: 2 },
  ];

  const { inputs, outputs } = portsOf(node("mystery"), null, wires);

  expect(outputs.map((port) => port.kind)).toEqual(["ai_tool"]);
  expect(inputs.map((port) => port.index)).toEqual([0, 1, 2]);
});
