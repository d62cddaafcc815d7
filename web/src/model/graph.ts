/** Changes of what is drawn. Each returns a new workflow, or the same one if nothing changes. */

import { renameInExpressions } from "./renaming";
import type { Connections, Position, Target, Workflow, WorkflowNode } from "./workflow";

/** One wire, from an output to an input. */
export interface Wire {
  readonly source: string;
  readonly kind: string;
  readonly output: number;
  readonly target: string;
  readonly targetKind: string;
  readonly input: number;
}

export function wireId(wire: Wire): string {
  return JSON.stringify([wire.source, wire.kind, wire.output, wire.target, wire.targetKind, wire.input]);
}

/** All wires whose both ends are there, in the order in which they are written. */
export function wiresOf(workflow: Workflow): Wire[] {
  const known = new Set(workflow.nodes.map((node) => node.name));
  const wires: Wire[] = [];
  for (const [source, kinds] of Object.entries(workflow.connections)) {
    if (!known.has(source)) continue;
    for (const [kind, outputs] of Object.entries(kinds)) {
      outputs.forEach((targets, output) => {
        for (const target of targets ?? []) {
          if (known.has(target.node)) {
            wires.push({ source, kind, output, target: target.node, targetKind: target.type, input: target.index });
          }
        }
      });
    }
  }
  return wires;
}

/** The wires that come to or leave each node, by its name. */
export function wiresByNode(wires: readonly Wire[]): Map<string, Wire[]> {
  const found = new Map<string, Wire[]>();
  const put = (name: string, wire: Wire) => {
    const known = found.get(name);
    if (known === undefined) found.set(name, [wire]);
    else known.push(wire);
  };
  for (const wire of wires) {
    put(wire.source, wire);
    if (wire.target !== wire.source) put(wire.target, wire);
  }
  return found;
}

export function nodeNamed(workflow: Workflow, name: string): WorkflowNode | undefined {
  return workflow.nodes.find((node) => node.name === name);
}

/** `wanted`, or with the lowest number behind it that makes it unique: "Set", "Set1", "Set2". */
export function uniqueName(wanted: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  if (!names.has(wanted)) return wanted;
  const stem = wanted.replace(/\d+$/, "") || wanted;
  for (let number = 1; ; number++) {
    if (!names.has(`${stem}${number}`)) return `${stem}${number}`;
  }
}

/** With one more node; its name is made unique. Returns the name that it got. */
export function addNode(workflow: Workflow, node: WorkflowNode): [Workflow, string] {
  const name = uniqueName(
    node.name,
    workflow.nodes.map((one) => one.name),
  );
  return [{ ...workflow, nodes: [...workflow.nodes, { ...node, name }] }, name];
}

export function changeNode(workflow: Workflow, name: string, next: (node: WorkflowNode) => WorkflowNode): Workflow {
  let changed = false;
  const nodes = workflow.nodes.map((node) => {
    if (node.name !== name) return node;
    const after = next(node);
    changed ||= after !== node;
    return after;
  });
  return changed ? { ...workflow, nodes } : workflow;
}

export function moveNodes(workflow: Workflow, moved: ReadonlyMap<string, Position>): Workflow {
  let changed = false;
  const nodes = workflow.nodes.map((node) => {
    const to = moved.get(node.name);
    if (to === undefined || (to[0] === node.position[0] && to[1] === node.position[1])) return node;
    changed = true;
    return { ...node, position: to };
  });
  return changed ? { ...workflow, nodes } : workflow;
}

/** With a wire; a node is not wired to itself by its own output to its own input of another kind than "main". */
export function connect(workflow: Workflow, wire: Wire): Workflow {
  if (wiresOf(workflow).some((one) => wireId(one) === wireId(wire))) return workflow;
  const kinds = workflow.connections[wire.source] ?? {};
  const outputs = [...(kinds[wire.kind] ?? [])];
  while (outputs.length <= wire.output) outputs.push([]);
  const target: Target = { node: wire.target, type: wire.targetKind, index: wire.input };
  outputs[wire.output] = [...(outputs[wire.output] ?? []), target];
  return {
    ...workflow,
    connections: { ...workflow.connections, [wire.source]: { ...kinds, [wire.kind]: outputs } },
  };
}

export function disconnect(workflow: Workflow, wires: readonly Wire[]): Workflow {
  const gone = new Set(wires.map(wireId));
  return gone.size === 0 ? workflow : keepWires(workflow, (wire) => !gone.has(wireId(wire)));
}

/** Without these nodes; where one stood in the middle of a line, its neighbours are joined. */
export function removeNodes(workflow: Workflow, names: Iterable<string>): Workflow {
  let rest = workflow;
  for (const name of new Set(names)) {
    if (nodeNamed(rest, name) === undefined) continue;
    const wires = wiresOf(rest);
    const before = wires.filter((wire) => wire.target === name && wire.targetKind === "main" && wire.source !== name);
    const after = wires.filter((wire) => wire.source === name && wire.kind === "main" && wire.target !== name);
    const bridges = before.flatMap((into) =>
      after
        .filter((out) => out.output === 0)
        .map((out) => ({ ...into, target: out.target, targetKind: out.targetKind, input: out.input })),
    );
    rest = keepWires(rest, (wire) => wire.source !== name && wire.target !== name);
    const { [name]: _, ...pinData } = rest.pinData ?? {};
    rest = { ...rest, nodes: rest.nodes.filter((node) => node.name !== name) };
    if (rest.pinData !== undefined) rest = { ...rest, pinData };
    rest = bridges.reduce(connect, rest);
  }
  return rest;
}

/** Puts a node that is there into a wire: from its first "main" output on to where the wire went. */
export function insertOnWire(workflow: Workflow, wire: Wire, name: string, output = 0): Workflow {
  const cut = disconnect(workflow, [wire]);
  const into = connect(cut, { ...wire, target: name, targetKind: "main", input: 0 });
  return connect(into, { ...wire, source: name, kind: "main", output });
}

/**
 * With another name for a node, everywhere: wires, pinned data, and every expression that speaks of it. The name is
 * made unique; an empty one changes nothing.
 */
export function renameNode(workflow: Workflow, from: string, wanted: string): [Workflow, string] {
  const trimmed = wanted.trim();
  if (trimmed === "" || trimmed === from || nodeNamed(workflow, from) === undefined) return [workflow, from];
  const to = uniqueName(
    trimmed,
    workflow.nodes.filter((node) => node.name !== from).map((node) => node.name),
  );
  const nodes = workflow.nodes.map((node) => {
    const parameters = renameInExpressions(node.parameters, from, to);
    const named = node.name === from ? { ...node, name: to } : node;
    return parameters === node.parameters ? named : { ...named, parameters };
  });
  const connections: Connections = Object.fromEntries(
    Object.entries(workflow.connections).map(([source, kinds]) => [
      source === from ? to : source,
      Object.fromEntries(
        Object.entries(kinds).map(([kind, outputs]) => [
          kind,
          outputs.map(
            (targets) => targets?.map((target) => (target.node === from ? { ...target, node: to } : target)) ?? null,
          ),
        ]),
      ),
    ]),
  );
  const renamed: Workflow = { ...workflow, nodes, connections };
  if (workflow.pinData === undefined) return [renamed, to];
  const pinData = Object.fromEntries(
    Object.entries(workflow.pinData).map(([name, items]) => [name === from ? to : name, items]),
  );
  return [{ ...renamed, pinData }, to];
}

/** All nodes from which items can reach `name`, or that it can reach: itself not among them, but for a loop. */
export function reach(workflow: Workflow, name: string, direction: "upstream" | "downstream"): Set<string> {
  const next = new Map<string, string[]>();
  for (const wire of wiresOf(workflow)) {
    const [from, to] = direction === "downstream" ? [wire.source, wire.target] : [wire.target, wire.source];
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found = new Set<string>();
  const open = [...(next.get(name) ?? [])];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    open.push(...(next.get(one) ?? []));
  }
  return found;
}

function keepWires(workflow: Workflow, keep: (wire: Wire) => boolean): Workflow {
  const connections: Record<string, Record<string, (Target[] | null)[]>> = {};
  for (const [source, kinds] of Object.entries(workflow.connections)) {
    for (const [kind, outputs] of Object.entries(kinds)) {
      const kept = outputs.map(
        (targets, output) =>
          targets?.filter((target) =>
            keep({ source, kind, output, target: target.node, targetKind: target.type, input: target.index }),
          ) ?? null,
      );
      while (kept.length > 0 && (kept.at(-1)?.length ?? 0) === 0) kept.pop();
      if (kept.length > 0) connections[source] = { ...connections[source], [kind]: kept };
    }
  }
  return { ...workflow, connections };
}
