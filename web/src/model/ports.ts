/** Where wires come in and go out of a node. */

import type { NodeDescription } from "@/nodes/descriptions";
import type { Wire } from "./graph";
import type { Json, WorkflowNode } from "./workflow";
import { STICKY_NOTE } from "./workflow";

export interface Port {
  readonly kind: string;
  /** From 0, within its kind. */
  readonly index: number;
  readonly label: string;
  readonly error?: boolean;
}

export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/**
 * The ports of a node: as its description and its parameters have it, and at least those that its wires use, so that
 * nothing that is drawn disappears, whatever the node is.
 */
export function portsOf(
  node: WorkflowNode,
  description: NodeDescription | null | undefined,
  wires: readonly Wire[],
): Ports {
  if (node.type === STICKY_NOTE) return { inputs: [], outputs: [] };
  const declared = description ? declaredPorts(node, description) : guessed(node, wires);
  const inputs = [...declared.inputs];
  const outputs = [...declared.outputs];
  for (const wire of wires) {
    if (wire.target === node.name) complete(inputs, wire.targetKind, wire.input);
    if (wire.source === node.name) complete(outputs, wire.kind, wire.output);
  }
  return { inputs, outputs };
}

function complete(ports: Port[], kind: string, index: number): void {
  // Hostile workflows name any number; what cannot be drawn is not drawn.
  for (let at = ports.filter((port) => port.kind === kind).length; at <= Math.min(index, 63); at++) {
    ports.push({ kind, index: at, label: "" });
  }
}

function guessed(node: WorkflowNode, wires: readonly Wire[]): Ports {
  const kinds = [...new Set(wires.filter((wire) => wire.source === node.name).map((wire) => wire.kind))];
  const subNode = kinds.length > 0 && kinds.every((kind) => kind !== "main");
  const trigger = /trigger$/i.test(node.type);
  return {
    inputs: subNode || trigger ? [] : [main(0)],
    outputs: subNode ? kinds.map((kind) => ({ kind, index: 0, label: "" })) : withError(node, [main(0)]),
  };
}

function declaredPorts(node: WorkflowNode, description: NodeDescription): Ports {
  const trigger = description.trigger != null || description.group === "trigger";
  return {
    inputs: trigger ? [] : inputsOf(node, description),
    outputs: withError(node, outputsOf(node, description)),
  };
}

function inputsOf(node: WorkflowNode, description: NodeDescription): Port[] {
  if (node.type === "n8n-nodes-base.merge" && node.typeVersion >= 3) {
    return many(clamped(node.parameters.numberInputs, 2), (index) => `Input ${index + 1}`);
  }
  const kinds = description.inputs ?? ["main"];
  return numbered(kinds, kinds.length > 1 ? (index) => `Input ${index + 1}` : () => "");
}

function outputsOf(node: WorkflowNode, description: NodeDescription): Port[] {
  if (node.type === "n8n-nodes-base.switch") {
    const switched = switchOutputs(node);
    if (switched !== null) return switched;
  }
  return numbered(description.outputs ?? ["main"], (index) => description.outputNames?.[index] ?? "");
}

function switchOutputs(node: WorkflowNode): Port[] | null {
  const { mode, rules, options } = node.parameters;
  if (mode === "expression") return many(clamped(node.parameters.numberOutputs, 4), String);
  if (node.typeVersion < 3) return null;
  const listed = isObject(rules) && Array.isArray(rules.values) ? rules.values : [];
  const outputs = listed.map((rule, index) => {
    const named = isObject(rule) && rule.renameOutput === true && typeof rule.outputKey === "string";
    return { ...main(index), label: named ? String(rule.outputKey) : String(index) };
  });
  if (isObject(options) && options.fallbackOutput === "extra") {
    outputs.push({ ...main(outputs.length), label: String(options.renameFallbackOutput || "Fallback") });
  }
  return outputs.length > 0 ? outputs : [main(0)];
}

function withError(node: WorkflowNode, outputs: Port[]): Port[] {
  if (node.onError !== "continueErrorOutput") return outputs;
  const index = outputs.filter((port) => port.kind === "main").length;
  const named = outputs.map((port) =>
    port.label === "" && port.kind === "main" ? { ...port, label: "Success" } : port,
  );
  return [...named, { kind: "main", index, label: "Error", error: true }];
}

function numbered(kinds: readonly string[], label: (index: number) => string): Port[] {
  const seen = new Map<string, number>();
  return kinds.map((kind, position) => {
    const index = seen.get(kind) ?? 0;
    seen.set(kind, index + 1);
    return { kind, index, label: kind === "main" ? label(position) : label(position) || kind.replace(/^ai_/, "") };
  });
}

function many(count: number, label: (index: number) => string): Port[] {
  return Array.from({ length: count }, (_, index) => ({ ...main(index), label: label(index) }));
}

function main(index: number): Port {
  return { kind: "main", index, label: "" };
}

function clamped(value: Json | undefined, otherwise: number): number {
  const number = typeof value === "number" ? value : otherwise;
  return Math.max(1, Math.min(64, Math.floor(number)));
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
