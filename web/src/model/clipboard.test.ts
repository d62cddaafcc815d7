import fc from "fast-check";
import { expect, test } from "vitest";
import { copied, pasted, readFragment } from "./clipboard";
import { connect, wiresOf } from "./graph";
import { EMPTY, type Workflow, type WorkflowNode } from "./workflow";

function node(name: string, parameters: WorkflowNode["parameters"] = {}): WorkflowNode {
  return { id: name, name, type: "n8n-nodes-base.set", typeVersion: 3, position: [100, 50], parameters };
}

const PAIR: Workflow = connect(
  {
    ...EMPTY,
    nodes: [node("A"), node("B", { value: "={{ $('A').item.json.x }}" })],
    pinData: { A: [{ json: { x: 1 } }] },
  },
  { source: "A", kind: "main", output: 0, target: "B", targetKind: "main", input: 0 },
);

test("what was copied comes back with its wires, its pins and its expressions under names of its own", () => {
  const fragment = readFragment(copied(PAIR, new Set(["A", "B"])));
  if (fragment === null) throw new Error("it is a workflow");

  const [after, names] = pasted(PAIR, fragment, [300, 300]);

  expect(names).toEqual(["A1", "B1"]);
  expect(wiresOf(after).map(({ source, target }) => [source, target])).toEqual([
    ["A", "B"],
    ["A1", "B1"],
  ]);
  expect(after.nodes[3]?.parameters).toEqual({ value: "={{ $('A1').item.json.x }}" });
  expect(after.nodes[2]?.position).toEqual([300, 300]);
  expect(after.pinData?.A1).toEqual([{ json: { x: 1 } }]);
  expect(new Set(after.nodes.map((one) => one.id)).size).toBe(4);
});

test("wires that lead out of what was copied stay behind", () => {
  expect(JSON.parse(copied(PAIR, new Set(["A"]))).connections).toEqual({});
});

test("keys that nobody knows are kept through copying and pasting", () => {
  const strange = { ...node("A"), futureKey: { deep: [1, 2] } };
  const fragment = readFragment(copied({ ...EMPTY, nodes: [strange] }, new Set(["A"])));

  expect(fragment?.nodes[0]?.futureKey).toEqual({ deep: [1, 2] });
});

test.each([
  ["", "nothing"],
  ["hello", "a word"],
  ["[1, 2]", "a list"],
  ['{"nodes": 1}', "nodes that are no list"],
  ['{"nodes": []}', "no nodes"],
  ['{"nodes": [{"name": "A"}]}', "a node without a type"],
  ['{"nodes": [null]}', "a hole"],
])("%j is no workflow: %s", (text) => {
  expect(readFragment(text)).toBeNull();
});

test("nesting without end is no workflow, and no crash", () => {
  expect(readFragment("{".repeat(100_000))).toBeNull();
});

test("no text breaks the reading, and what is read can be pasted", () => {
  const anything = fc
    .anything({ maxDepth: 4 })
    .map((value) => JSON.stringify({ nodes: [value], connections: value }) ?? "");
  const nodes = fc
    .array(fc.record({ name: fc.string(), type: fc.string(), position: fc.anything(), parameters: fc.anything() }))
    .map((list) => JSON.stringify({ nodes: list, connections: { A: { main: [null, [{ node: 1 }], 7] } } }));
  fc.assert(
    fc.property(fc.oneof(fc.string(), anything, nodes), (text) => {
      const fragment = readFragment(text);
      if (fragment === null) return;
      const [after] = pasted(PAIR, fragment, [0, 0]);
      expect(new Set(after.nodes.map((one) => one.name)).size).toBe(after.nodes.length);
      for (const one of after.nodes) expect(one.position.every(Number.isFinite)).toBe(true);
    }),
  );
});
