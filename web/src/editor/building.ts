/** New nodes: what they are called, where they stand, and how they are wired to what is there. */

import { addNode, connect, insertOnWire, moveNodes, reach, type Wire } from "@/model/graph";
import { snap } from "@/model/layout";
import type { Port } from "@/model/ports";
import { type Position, STICKY_NOTE, type Workflow, type WorkflowNode } from "@/model/workflow";
import type { NodeType } from "@/nodes/descriptions";

/** Why a node is added: alone, behind an output, or into a wire. */
export type Purpose =
  | { readonly kind: "alone"; readonly at?: Position }
  | { readonly kind: "after"; readonly node: string; readonly port: Port; readonly at?: Position }
  | { readonly kind: "into"; readonly wire: Wire };

const STEP_X = 224;
const STEP_Y = 144;
/** Nodes whose address carries an id of its own. */
const ADDRESSED = /(webhook|formTrigger|chatTrigger|\.wait|\.form)$/;

export function newNode(type: NodeType, position: Position): WorkflowNode {
  return {
    id: crypto.randomUUID(),
    name: type.title.replace(/\s*\(.*\)$/, ""),
    type: type.type,
    typeVersion: Math.max(...type.versions, 1),
    position: [snap(position[0]), snap(position[1])],
    parameters: {},
    ...(ADDRESSED.test(type.type) ? { webhookId: crypto.randomUUID() } : {}),
  };
}

/** The workflow with a new node put where its purpose wants it; returns its name. */
export function placed(workflow: Workflow, type: NodeType, purpose: Purpose, middle: Position): [Workflow, string] {
  const receives = type.trigger === null && type.group !== "trigger";
  switch (purpose.kind) {
    case "alone":
      return addNode(workflow, newNode(type, free(workflow, purpose.at ?? middle)));
    case "after": {
      const source = workflow.nodes.find((node) => node.name === purpose.node);
      const beside: Position =
        source === undefined ? middle : [source.position[0] + STEP_X, source.position[1] + purpose.port.index * STEP_Y];
      const [added, name] = addNode(workflow, newNode(type, purpose.at ?? free(workflow, beside)));
      if (!receives) return [added, name];
      const wire = {
        source: purpose.node,
        kind: purpose.port.kind,
        output: purpose.port.index,
        target: name,
        targetKind: purpose.port.kind,
        input: 0,
      };
      return [connect(added, wire), name];
    }
    case "into": {
      const source = workflow.nodes.find((node) => node.name === purpose.wire.source);
      const target = workflow.nodes.find((node) => node.name === purpose.wire.target);
      const at: Position =
        source === undefined ? middle : [source.position[0] + STEP_X, target?.position[1] ?? source.position[1]];
      const roomy = target === undefined || target.position[0] - (source?.position[0] ?? 0) >= 2 * STEP_X - 32;
      const made = roomy ? workflow : shifted(workflow, purpose.wire.target);
      const [added, name] = addNode(made, newNode(type, at));
      return [receives ? insertOnWire(added, purpose.wire, name) : added, name];
    }
  }
}

export function newNote(position: Position): WorkflowNode {
  return {
    id: crypto.randomUUID(),
    name: "Sticky Note",
    type: STICKY_NOTE,
    typeVersion: 1,
    position: [snap(position[0]), snap(position[1])],
    parameters: { content: "", width: 240, height: 160 },
  };
}

/** `at`, or below it where nothing stands. */
function free(workflow: Workflow, at: Position): Position {
  const near = (x: number, y: number) =>
    workflow.nodes.some(
      (node) =>
        node.type !== STICKY_NOTE && Math.abs(node.position[0] - x) < 128 && Math.abs(node.position[1] - y) < 128,
    );
  let y = at[1];
  while (near(at[0], y)) y += STEP_Y;
  return [at[0], y];
}

/** Room in a line: the node and all that follow it move to the right. */
function shifted(workflow: Workflow, from: string): Workflow {
  const start = workflow.nodes.find((node) => node.name === from);
  if (start === undefined) return workflow;
  const moving = new Set([from, ...reach(workflow, from, "downstream")]);
  return moveNodes(
    workflow,
    new Map(
      workflow.nodes
        .filter((node) => moving.has(node.name) && node.position[0] >= start.position[0])
        .map((node) => [node.name, [node.position[0] + STEP_X, node.position[1]] as const]),
    ),
  );
}
