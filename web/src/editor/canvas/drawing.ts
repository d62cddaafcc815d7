/** From what is drawn to what the canvas shows: its nodes and edges, made anew only where something changed. */

import type { Edge, Node } from "@xyflow/react";
import type { Mark } from "@/editor/FlowView";
import { type Wire, wireId, wiresByNode, wiresOf } from "@/model/graph";
import type { Size } from "@/model/layout";
import { type Ports, portsOf } from "@/model/ports";
import type { NodeRun, RunView } from "@/model/runs";
import { STICKY_NOTE, type Workflow, type WorkflowNode } from "@/model/workflow";
import { keyOf, type NodeDescription } from "@/nodes/descriptions";

export interface StepData extends Record<string, unknown> {
  readonly node: WorkflowNode;
  readonly ports: Ports;
  /** Handles of outputs from which nothing leaves yet, with commas. */
  readonly open: string;
  /** null: no such type here; undefined: not known yet. */
  readonly description: NodeDescription | null | undefined;
  readonly runs: readonly NodeRun[] | undefined;
  readonly pinned: boolean;
  /** What it was set to changed after it ran. */
  readonly stale: boolean;
  readonly mark: Mark | undefined;
  /** Why it cannot run as it is. */
  readonly problems: readonly string[];
}

export interface WireData extends Record<string, unknown> {
  readonly wire: Wire;
  /** Items that went over it in the run that is shown, and over how many runs of its source. */
  readonly items: number | undefined;
  readonly error: boolean;
  readonly label: string;
}

export type StepNode = Node<StepData, "step">;
export type NoteNode = Node<{ readonly node: WorkflowNode }, "note">;
export type CanvasNode = StepNode | NoteNode;
export type CanvasEdge = Edge<WireData, "wire">;

export const STEP_WIDTH = 96;
const PORT_GAP = 30;

export function sizeOfStep(ports: Ports): Size {
  const most = Math.max(
    ports.inputs.filter((port) => port.kind === "main").length,
    ports.outputs.filter((port) => port.kind === "main").length,
  );
  return { width: STEP_WIDTH, height: Math.max(96, most * PORT_GAP + 36) };
}

export function sizeOfNote(node: WorkflowNode): Size {
  const { width, height } = node.parameters;
  return { width: sane(width, 240), height: sane(height, 160) };
}

function sane(value: unknown, otherwise: number): number {
  return typeof value === "number" && value >= 40 && value <= 20_000 ? value : otherwise;
}

export interface Shown {
  readonly workflow: Workflow;
  readonly descriptions: ReadonlyMap<string, NodeDescription | null | undefined>;
  readonly run: RunView | null;
  readonly selection: ReadonlySet<string>;
  readonly marks: Readonly<Record<string, Mark>>;
  readonly stale: ReadonlySet<string>;
  readonly problems: ReadonlyMap<string, readonly string[]>;
}

const NONE: readonly string[] = [];

/** Draws again and again; what did not change since the last time is the same object, so that it is not rendered. */
export class Drawing {
  #nodes = new Map<string, CanvasNode>();
  #edges = new Map<string, CanvasEdge>();
  #ports = new Map<string, Ports>();

  /** The ports of a node, as it was drawn last. */
  portsOf(node: string): Ports | undefined {
    return this.#ports.get(node);
  }

  nodes(shown: Shown): CanvasNode[] {
    const next = new Map<string, CanvasNode>();
    const wires = wiresByNode(wiresOf(shown.workflow));
    this.#ports = new Map();
    for (const node of shown.workflow.nodes) {
      const before = this.#nodes.get(node.name);
      const description = shown.descriptions.get(keyOf(node.type, node.typeVersion));
      const own = wires.get(node.name) ?? [];
      const ports = portsOf(node, description, own);
      const leaving = new Set(
        own.filter((wire) => wire.source === node.name).map((wire) => handleId(wire.kind, wire.output)),
      );
      this.#ports.set(node.name, ports);
      const drawn =
        node.type === STICKY_NOTE ? drawNote(node, shown) : drawStep(node, ports, description, leaving, shown);
      next.set(node.name, before !== undefined && alike(before, drawn) ? before : drawn);
    }
    this.#nodes = next;
    return [...next.values()];
  }

  /** The wires; after `nodes`, whose ports they begin at. */
  edges(shown: Shown): CanvasEdge[] {
    const next = new Map<string, CanvasEdge>();
    for (const wire of wiresOf(shown.workflow)) {
      const id = wireId(wire);
      const before = this.#edges.get(id);
      const drawn = drawWire(id, wire, shown.run, this.#ports.get(wire.source));
      next.set(id, before !== undefined && sameData(before.data, drawn.data) ? before : drawn);
    }
    this.#edges = next;
    return [...next.values()];
  }
}

function drawStep(
  node: WorkflowNode,
  ports: Ports,
  description: NodeDescription | null | undefined,
  leaving: ReadonlySet<string>,
  shown: Shown,
): StepNode {
  return {
    id: node.name,
    type: "step",
    position: { x: node.position[0], y: node.position[1] },
    selected: shown.selection.has(node.name),
    ...sizeOfStep(ports),
    data: {
      node,
      ports,
      open: ports.outputs
        .map((port) => handleId(port.kind, port.index))
        .filter((id) => !leaving.has(id))
        .join(),
      description,
      runs: shown.run?.nodes[node.name],
      pinned: shown.workflow.pinData?.[node.name] !== undefined,
      stale: shown.stale.has(node.name),
      mark: shown.marks[node.name],
      problems: shown.problems.get(node.name) ?? NONE,
    },
  };
}

function drawNote(node: WorkflowNode, shown: Shown): NoteNode {
  return {
    id: node.name,
    type: "note",
    position: { x: node.position[0], y: node.position[1] },
    selected: shown.selection.has(node.name),
    zIndex: -1,
    ...sizeOfNote(node),
    data: { node },
  };
}

function drawWire(id: string, wire: Wire, run: RunView | null, ports: Ports | undefined): CanvasEdge {
  const runs = run?.nodes[wire.source]?.filter((one) => one.status === "success");
  const items =
    wire.kind === "main" && runs !== undefined && runs.length > 0
      ? runs.reduce((sum, one) => sum + (one.items[wire.output] ?? 0), 0)
      : undefined;
  const port = ports?.outputs.find((one) => one.kind === wire.kind && one.index === wire.output);
  return {
    id,
    type: "wire",
    source: wire.source,
    target: wire.target,
    sourceHandle: handleId(wire.kind, wire.output),
    targetHandle: handleId(wire.targetKind, wire.input),
    data: { wire, items, error: port?.error === true, label: "" },
  };
}

export function handleId(kind: string, index: number): string {
  return `${kind}:${index}`;
}

export function readHandle(id: string | null | undefined): { kind: string; index: number } {
  const at = (id ?? "main:0").lastIndexOf(":");
  return { kind: (id ?? "main:0").slice(0, at), index: Number((id ?? "main:0").slice(at + 1)) };
}

function alike(a: CanvasNode, b: CanvasNode): boolean {
  return (
    a.selected === b.selected &&
    a.position.x === b.position.x &&
    a.position.y === b.position.y &&
    a.width === b.width &&
    a.height === b.height &&
    sameData(a.data, b.data)
  );
}

function sameData(a: Record<string, unknown> | undefined, b: Record<string, unknown> | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Object.keys(b).every(
    (key) => a[key] === b[key] || (isPlain(b[key]) && JSON.stringify(a[key]) === JSON.stringify(b[key])),
  );
}

/** Small values that are made anew with every drawing: compared by what is in them. */
function isPlain(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("inputs" in value || "kind" in value);
}
