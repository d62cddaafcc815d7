/** A run as a tree: its nodes in the order in which they began, and under each that ran more than once its runs. */

import type { NodeRun, NodeStatus, RunView } from "@/model/runs";

export interface LogNode {
  /** As it was called in the run. */
  readonly node: string;
  readonly runs: readonly NodeRun[];
  /** Failed if one failed; else that of the last. */
  readonly status: NodeStatus;
  /** Of all runs together; undefined while none has ended. */
  readonly seconds: number | undefined;
  /** On all outputs of all runs. */
  readonly items: number;
  readonly error: string | undefined;
}

export function logOf(run: RunView): readonly LogNode[] {
  return Object.entries(run.nodes)
    .filter(([, runs]) => runs.length > 0)
    .map(([node, runs]) => logNode(node, runs))
    .sort((one, other) => began(one) - began(other));
}

function logNode(node: string, runs: readonly NodeRun[]): LogNode {
  const took = runs.flatMap((run) => (run.seconds === undefined ? [] : [run.seconds]));
  const failed = runs.findLast((run) => run.status === "error");
  return {
    node,
    runs,
    status: failed?.status ?? runs.at(-1)?.status ?? "success",
    seconds: took.length === 0 ? undefined : took.reduce((sum, seconds) => sum + seconds, 0),
    items: runs.reduce((sum, run) => sum + itemsIn(run), 0),
    error: failed?.error,
  };
}

/** Items on all outputs of a run. */
export function itemsIn(run: NodeRun): number {
  return run.items.reduce((sum, count) => sum + count, 0);
}

/** The first output that has items: what to show of a run. */
export function fullOutput(run: NodeRun): number {
  return Math.max(
    0,
    run.items.findIndex((count) => count > 0),
  );
}

function began(log: LogNode): number {
  const at = log.runs[0]?.startedAt;
  return at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at);
}
