/** Parts of a workflow as text: n8n's workflow JSON, so that what is copied there can be pasted here and back. */

import { connect, uniqueName, wiresOf } from "./graph";
import { renameInExpressions } from "./renaming";
import type { Connections, Item, Position, Workflow, WorkflowNode } from "./workflow";

export interface Fragment {
  readonly name?: string;
  readonly nodes: readonly WorkflowNode[];
  readonly connections: Connections;
  readonly pinData?: Readonly<Record<string, readonly Item[]>>;
  readonly settings?: Workflow["settings"];
}

/** These nodes, the wires between them, and what is pinned to them, as JSON text. */
export function copied(workflow: Workflow, names: ReadonlySet<string>): string {
  const nodes = workflow.nodes.filter((node) => names.has(node.name));
  const wires = wiresOf(workflow).filter((wire) => names.has(wire.source) && names.has(wire.target));
  const { connections } = wires.reduce(connect, { ...workflow, connections: {} } as Workflow);
  const pinned = Object.entries(workflow.pinData ?? {}).filter(([name]) => names.has(name));
  return JSON.stringify({ nodes, connections, pinData: Object.fromEntries(pinned) }, null, 2);
}

/** What a text holds, if it is a workflow or a part of one; null if it is anything else. Never throws. */
export function readFragment(text: string): Fragment | null {
  if (!text.trimStart().startsWith("{") || text.length > 20_000_000) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || !Array.isArray(value.nodes)) return null;
  const nodes = value.nodes.map(readNode).filter((node) => node !== null);
  if (nodes.length === 0 || nodes.length !== value.nodes.length) return null;
  const connections = isRecord(value.connections) ? readConnections(value.connections) : {};
  return {
    nodes,
    connections,
    ...(typeof value.name === "string" ? { name: value.name } : {}),
    ...(isRecord(value.pinData) ? { pinData: value.pinData as Fragment["pinData"] } : {}),
    ...(isRecord(value.settings) ? { settings: value.settings as Workflow["settings"] } : {}),
  };
}

/**
 * The workflow with a fragment in it, its upper left corner at `at`; names that are taken are made unique, and
 * expressions of the fragment follow. Returns the names that its nodes got.
 */
export function pasted(workflow: Workflow, fragment: Fragment, at: Position): [Workflow, string[]] {
  const taken = new Set(workflow.nodes.map((node) => node.name));
  const left = Math.min(...fragment.nodes.map((node) => node.position[0]));
  const top = Math.min(...fragment.nodes.map((node) => node.position[1]));
  // Of several nodes with one name, which only a broken workflow has, wires and expressions mean the first.
  const names = new Map<string, string>();
  const given = fragment.nodes.map((node) => {
    const name = uniqueName(node.name, taken);
    taken.add(name);
    if (!names.has(node.name)) names.set(node.name, name);
    return name;
  });
  const ids = new Set(workflow.nodes.map((node) => node.id));
  const added = fragment.nodes.map((node, index): WorkflowNode => {
    let parameters = node.parameters;
    for (const [from, to] of names) if (from !== to) parameters = renameInExpressions(parameters, from, to);
    const id = node.id === "" || ids.has(node.id) ? crypto.randomUUID() : node.id;
    ids.add(id);
    const position: Position = [at[0] + node.position[0] - left, at[1] + node.position[1] - top];
    return { ...node, id, name: given[index] ?? node.name, parameters, position };
  });
  let after: Workflow = { ...workflow, nodes: [...workflow.nodes, ...added] };
  const wires = wiresOf({ ...workflow, nodes: fragment.nodes, connections: fragment.connections });
  for (const wire of wires) {
    const source = names.get(wire.source);
    const target = names.get(wire.target);
    if (source !== undefined && target !== undefined) after = connect(after, { ...wire, source, target });
  }
  const pins = Object.entries(fragment.pinData ?? {}).flatMap(([name, items]) => {
    const to = names.get(name);
    return to === undefined ? [] : [[to, items] as const];
  });
  if (pins.length > 0) after = { ...after, pinData: { ...after.pinData, ...Object.fromEntries(pins) } };
  return [after, given];
}

function readNode(value: unknown): WorkflowNode | null {
  if (!isRecord(value) || typeof value.name !== "string" || typeof value.type !== "string") return null;
  const [x, y] = Array.isArray(value.position) ? value.position : [];
  return {
    ...value,
    id: typeof value.id === "string" ? value.id : "",
    name: value.name,
    type: value.type,
    typeVersion: typeof value.typeVersion === "number" ? value.typeVersion : 1,
    position: [finite(x), finite(y)],
    parameters: isRecord(value.parameters) ? (value.parameters as WorkflowNode["parameters"]) : {},
  };
}

function readConnections(value: Record<string, unknown>): Connections {
  const connections: Record<string, Record<string, ({ node: string; type: string; index: number }[] | null)[]>> = {};
  for (const [source, kinds] of Object.entries(value)) {
    if (!isRecord(kinds)) continue;
    for (const [kind, outputs] of Object.entries(kinds)) {
      if (!Array.isArray(outputs)) continue;
      const read = outputs.map((targets) => (Array.isArray(targets) ? targets.filter(isTarget) : null));
      connections[source] = { ...connections[source], [kind]: read };
    }
  }
  return connections;
}

function isTarget(value: unknown): value is { node: string; type: string; index: number } {
  return (
    isRecord(value) &&
    typeof value.node === "string" &&
    typeof value.type === "string" &&
    Number.isInteger(value.index) &&
    (value.index as number) >= 0
  );
}

function finite(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
