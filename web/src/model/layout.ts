/** Tidy up: where nodes stand when the machine places them. The engine is large and comes when it is first asked. */

import type { ELK, ElkNode } from "elkjs/lib/elk-api";
import { wiresOf } from "./graph";
import type { Position, Workflow } from "./workflow";
import { STICKY_NOTE } from "./workflow";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const GRID = 16;

let engine: Promise<ELK> | null = null;

async function load(): Promise<ELK> {
  const [{ default: Elk }, { default: Worker }] = await Promise.all([
    import("elkjs/lib/elk-api"),
    import("elkjs/lib/elk-worker.min.js?worker"),
  ]);
  return new Elk({ workerFactory: () => new Worker() });
}

/**
 * New positions of the named nodes, left to right along the wires, on the grid; the upper left corner of all stays
 * where it was. Sub-nodes go below their root. Notes stay.
 */
export async function tidied(
  workflow: Workflow,
  names: ReadonlySet<string>,
  sizeOf: (name: string) => Size,
): Promise<Map<string, Position>> {
  engine ??= load();
  const nodes = workflow.nodes.filter((node) => names.has(node.name) && node.type !== STICKY_NOTE);
  if (nodes.length === 0) return new Map();
  const inside = new Set(nodes.map((node) => node.name));
  const wires = wiresOf(workflow).filter((wire) => inside.has(wire.source) && inside.has(wire.target));
  const subNodes = new Set(wires.filter((wire) => wire.kind !== "main").map((wire) => wire.source));
  const graph: ElkNode = {
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.spacing.nodeNode": "64",
      "elk.layered.spacing.nodeNodeBetweenLayers": "112",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
    },
    children: nodes.filter((node) => !subNodes.has(node.name)).map((node) => ({ id: node.name, ...sizeOf(node.name) })),
    edges: wires
      .filter((wire) => wire.kind === "main")
      .map((wire, index) => ({ id: String(index), sources: [wire.source], targets: [wire.target] })),
  };
  const placed = await (await engine).layout(graph);
  const left = Math.min(...nodes.map((node) => node.position[0]));
  const top = Math.min(...nodes.map((node) => node.position[1]));
  const positions = new Map<string, Position>();
  for (const child of placed.children ?? []) {
    positions.set(child.id, [snap(left + (child.x ?? 0)), snap(top + (child.y ?? 0))]);
  }
  const below = new Map<string, number>();
  for (const name of subNodes) {
    const root = wires.find((wire) => wire.source === name && wire.kind !== "main")?.target ?? "";
    const at = positions.get(root);
    const nth = below.get(root) ?? 0;
    below.set(root, nth + 1);
    if (at !== undefined) positions.set(name, [at[0] + nth * 144, at[1] + sizeOf(root).height + 112]);
  }
  return positions;
}

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}
