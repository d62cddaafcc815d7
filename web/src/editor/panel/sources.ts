/** Where the items of a node's panes come from: earlier nodes, their runs and outputs, and pinned data. */

import type { ItemSource } from "@/data/items";
import { wiresOf } from "@/model/graph";
import { pinnedOf } from "@/model/pins";
import type { NodeRun, RunView } from "@/model/runs";
import type { Workflow, WorkflowNode } from "@/model/workflow";

/** An earlier node whose items reach the open one. */
export interface Source {
  readonly node: string;
  /** The output through which its items go there. */
  readonly output: number;
  /** The open node's input that they reach; null where other nodes lie between. */
  readonly input: number | null;
}

/** All nodes from which items reach `node`: those wired to it first, by input, then farther ones, the nearest first. */
export function sourcesOf(workflow: Workflow, node: string): readonly Source[] {
  const wires = wiresOf(workflow).filter((wire) => wire.kind === "main" && wire.source !== wire.target);
  const direct = wires
    .filter((wire) => wire.target === node)
    .sort((one, other) => one.input - other.input)
    .map((wire) => ({ node: wire.source, output: wire.output, input: wire.input }));
  const found: Source[] = [...direct];
  const seen = new Set([node, ...direct.map((source) => source.node)]);
  for (let at = 0; at < found.length; at++) {
    for (const wire of wires) {
      if (wire.target === found[at]?.node && !seen.has(wire.source)) {
        seen.add(wire.source);
        found.push({ node: wire.source, output: wire.output, input: null });
      }
    }
  }
  return found;
}

/** The nodes right before and right after one. */
export function neighboursOf(
  workflow: Workflow,
  node: string,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const wires = wiresOf(workflow).filter((wire) => wire.source !== wire.target);
  const before = wires.filter((wire) => wire.target === node).map((wire) => wire.source);
  const after = wires.filter((wire) => wire.source === node).map((wire) => wire.target);
  return { before: [...new Set(before)], after: [...new Set(after)] };
}

/** The runs of a node that have come to an end; a node may carry any name. */
export function runsOf(run: RunView | null, node: string): readonly NodeRun[] {
  return run !== null && Object.hasOwn(run.nodes, node) ? (run.nodes[node] ?? []) : [];
}

/** The run with that number, or the last one before it: a node before a loop has fewer than one in it. */
export function runAt(runs: readonly NodeRun[], number: number | null): NodeRun | undefined {
  if (number === null) return runs.at(-1);
  return runs.findLast((run) => run.run <= number) ?? runs[0];
}

/** Tells which name a node had in a run, by its present one: renaming it does not lose what it put out. */
export function namesThen(workflow: Workflow, ranWith: Workflow | null): (name: string) => string {
  if (ranWith === null || ranWith.nodes === workflow.nodes) return (name) => name;
  const then = new Map(ranWith.nodes.map((node) => [node.id, node.name]));
  const now = new Map(workflow.nodes.map((node) => [node.name, then.get(node.id)]));
  return (name) => now.get(name) ?? name;
}

/** Whether a node is drawn differently from how it ran. */
export function isStale(node: WorkflowNode, ranWith: Workflow | null): boolean {
  const then = ranWith?.nodes.find((one) => one.id === node.id);
  if (then === undefined || then === node || then.parameters === node.parameters) return false;
  return JSON.stringify(then.parameters) !== JSON.stringify(node.parameters);
}

/**
 * The items on one output of a node: pinned ones, which stand for its first output, or those of a run. Null if there
 * is nothing to look at: it never ran, or has not come to its end.
 */
export function itemsOf(
  workflow: Workflow,
  run: RunView | null,
  node: string,
  { output, number, pins, ranAs = node }: { output: number; number: number | null; pins: boolean; ranAs?: string },
): ItemSource | null {
  const pinned = pins ? pinnedOf(workflow, node) : undefined;
  if (pinned !== undefined) return { kind: "held", items: output === 0 ? pinned : [] };
  const found = runAt(runsOf(run, ranAs), number);
  if (run === null || found === undefined) return null;
  if (found.status !== "success" && found.status !== "error") return null;
  const total = found.items[output] ?? 0;
  return { kind: "run", executionId: run.executionId, node: ranAs, run: found.run, output, total };
}

/** An output of a run of an earlier node, as the timeline tells it; zeros are left out. */
export interface Came {
  readonly previousNode: string;
  readonly previousNodeOutput?: number;
  readonly previousNodeRun?: number;
}

/** Which run and output of a source a run of the open node got its items from; null where that is not told. */
export function cameFrom(
  source: Source,
  ranAs: string,
  told: readonly (Came | null)[],
): { readonly run: number; readonly output: number } | null {
  const came = source.input === null ? undefined : told[source.input];
  if (came === undefined || came === null || came.previousNode !== ranAs) return null;
  return { run: came.previousNodeRun ?? 0, output: came.previousNodeOutput ?? 0 };
}

/** What tells one source from another: panes begin anew with another. */
export function sourceKey(source: ItemSource): string {
  return source.kind === "held"
    ? "held"
    : JSON.stringify([source.executionId, source.node, source.run, source.output, source.total]);
}
