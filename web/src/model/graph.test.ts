import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addNode,
  connect,
  disconnect,
  insertOnWire,
  reach,
  removeNodes,
  renameNode,
  uniqueName,
  type Wire,
  wiresOf,
} from "./graph";
import { EMPTY, type Workflow, type WorkflowNode } from "./workflow";

function node(name: string, parameters: WorkflowNode["parameters"] = {}): WorkflowNode {
  return { id: name, name, type: "n8n-nodes-base.set", typeVersion: 3.4, position: [0, 0], parameters };
}

function wire(source: string, target: string, output = 0, input = 0): Wire {
  return { source, kind: "main", output, target, targetKind: "main", input };
}

function drawn(names: readonly string[], wires: readonly Wire[]): Workflow {
  return wires.reduce(connect, { ...EMPTY, nodes: names.map((name) => node(name)) });
}

const NAMES = ["A", "B", "C", "D", "E"];
const anyWire = fc.record({
  source: fc.constantFrom(...NAMES),
  kind: fc.constantFrom("main", "ai_tool"),
  output: fc.nat(3),
  target: fc.constantFrom(...NAMES),
  targetKind: fc.constantFrom("main", "ai_tool"),
  input: fc.nat(2),
});
const anyWorkflow = fc.array(anyWire, { maxLength: 12 }).map((wires) => drawn(NAMES, wires));

describe("wires", () => {
  test("a wire that is there already is not drawn twice", () => {
    const once = drawn(["A", "B"], [wire("A", "B")]);

    expect(connect(once, wire("A", "B"))).toBe(once);
  });

  test("a wire from a later output leaves the ones before it empty, as n8n writes it", () => {
    const { connections } = drawn(["A", "B"], [wire("A", "B", 2)]);

    expect(connections.A?.main).toEqual([[], [], [{ node: "B", type: "main", index: 0 }]]);
  });

  test("connecting and cutting again leaves the wires that were there", () => {
    fc.assert(
      fc.property(anyWorkflow, anyWire, (workflow, extra) => {
        fc.pre(!wiresOf(workflow).some((one) => JSON.stringify(one) === JSON.stringify(extra)));
        expect(wiresOf(disconnect(connect(workflow, extra), [extra]))).toEqual(wiresOf(workflow));
      }),
    );
  });

  test("wires to nodes that are not there are neither drawn nor lost", () => {
    const broken: Workflow = {
      ...drawn(["A"], []),
      connections: { A: { main: [[{ node: "Gone", type: "main", index: 0 }]] } },
    };

    expect(wiresOf(broken)).toEqual([]);
    expect(addNode(broken, node("B"))[0].connections).toEqual(broken.connections);
  });
});

describe("removing nodes", () => {
  test("joins the neighbours of a node in the middle of a line", () => {
    const line = drawn(["A", "B", "C"], [wire("A", "B"), wire("B", "C")]);

    expect(wiresOf(removeNodes(line, ["B"]))).toEqual([wire("A", "C")]);
  });

  test("joins across several nodes that are removed at once", () => {
    const line = drawn(["A", "B", "C", "D"], [wire("A", "B"), wire("B", "C"), wire("C", "D")]);

    expect(wiresOf(removeNodes(line, ["B", "C"]))).toEqual([wire("A", "D")]);
  });

  test("leaves nothing that speaks of what is gone", () => {
    fc.assert(
      fc.property(anyWorkflow, fc.constantFrom(...NAMES), (workflow, name) => {
        const pinned = { ...workflow, pinData: { [name]: [{ json: {} }] } };
        const rest = removeNodes(pinned, [name]);

        expect(rest.nodes.map((one) => one.name)).not.toContain(name);
        expect(JSON.stringify([rest.connections, rest.pinData])).not.toContain(`"${name}"`);
      }),
    );
  });
});

test("a node inserted into a wire takes what came and hands it on to where it went", () => {
  const line = drawn(["A", "B", "New"], [wire("A", "B", 1, 1)]);

  expect(wiresOf(insertOnWire(line, wire("A", "B", 1, 1), "New"))).toEqual([
    wire("A", "New", 1, 0),
    wire("New", "B", 0, 1),
  ]);
});

describe("names", () => {
  test("get the lowest number that makes them unique", () => {
    expect(uniqueName("Set", ["Set", "Set1", "Set3"])).toBe("Set2");
    expect(uniqueName("Set1", ["Set1"])).toBe("Set2");
    expect(uniqueName("Set", [])).toBe("Set");
  });

  test("are never given twice", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("Set", "Set1", "1", "If", "If2")), (wanted) => {
        let workflow = EMPTY;
        for (const name of wanted) [workflow] = addNode(workflow, node(name));
        expect(new Set(workflow.nodes.map((one) => one.name)).size).toBe(wanted.length);
      }),
    );
  });

  test("that are taken do not become those of another node by renaming", () => {
    const [after, name] = renameNode(drawn(["A", "B"], []), "A", " B ");

    expect(name).toBe("B1");
    expect(after.nodes.map((one) => one.name)).toEqual(["B1", "B"]);
  });
});

describe("renaming a node", () => {
  const speaking = {
    plain: "A speaks of $('A'), and is no expression",
    value: `={{ $('A').item.json.x + $node["A"].json.y + $node.A.json.z + $items("A", 0).length + $('AB').first() }}`,
    nested: [{ deep: "={{ $(`A`).all() }}" }],
    jsCode: "return $('A').all()",
  };

  test("is followed by wires, pins and every expression, and by nothing else", () => {
    const before: Workflow = {
      ...drawn(["A", "B"], [wire("A", "B")]),
      nodes: [node("A"), node("B", speaking)],
      pinData: { A: [{ json: { x: 1 } }] },
    };

    const [after] = renameNode(before, "A", 'It\'s "new"');

    expect(wiresOf(after)).toEqual([wire(`It's "new"`, "B")]);
    expect(Object.keys(after.pinData ?? {})).toEqual([`It's "new"`]);
    const { plain, value, nested, jsCode } = after.nodes[1]?.parameters ?? {};
    expect(plain).toBe(speaking.plain);
    expect(value).toBe(
      `={{ $('It\\'s "new"').item.json.x + $node["It's \\"new\\""].json.y + $node["It's \\"new\\""].json.z + $items("It's \\"new\\"", 0).length + $('AB').first() }}`,
    );
    expect(nested).toEqual([{ deep: '={{ $(`It\'s "new"`).all() }}' }]);
    expect(jsCode).toBe(`return $('It\\'s "new"').all()`);
  });

  test("shares everything that did not change", () => {
    const before = drawn(["A", "B", "C"], []);

    const [after] = renameNode(before, "A", "Z");

    expect(after.nodes[1]).toBe(before.nodes[1]);
  });

  test("and back again changes nothing", () => {
    fc.assert(
      fc.property(anyWorkflow, fc.string({ minLength: 1 }), (workflow, wanted) => {
        const [there, name] = renameNode(workflow, "A", wanted);
        fc.pre(name !== "A");
        expect(renameNode(there, name, "A")[0]).toEqual(workflow);
      }),
    );
  });
});

test("what can be reached goes along the wires, also round a loop", () => {
  const loop = drawn(["A", "B", "C", "D"], [wire("A", "B"), wire("B", "C"), wire("C", "B"), wire("C", "D")]);

  expect(reach(loop, "B", "downstream")).toEqual(new Set(["C", "B", "D"]));
  expect(reach(loop, "B", "upstream")).toEqual(new Set(["A", "C", "B"]));
});
