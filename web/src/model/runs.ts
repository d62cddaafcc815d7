/** What is known of an execution, folded from its events: the canvas, the panel and the scrubber draw from it. */

import type { LiveEvent } from "@/api/stream";

export type NodeStatus = "running" | "retrying" | "success" | "error" | "waiting" | "canceled";

/** One run of a node; a node in a loop has several. */
export interface NodeRun {
  readonly run: number;
  readonly status: NodeStatus;
  /** Items of each output. */
  readonly items: readonly number[];
  readonly startedAt?: string;
  readonly seconds?: number;
  readonly attempts: number;
  readonly error?: string;
  /** The output was taken over from an earlier execution; the node did not run. */
  readonly reused?: boolean;
}

export interface RunView {
  readonly executionId: string;
  readonly status: "running" | "success" | "error" | "waiting" | "canceled";
  readonly error?: string;
  /** By the node's name, the oldest run first. */
  readonly nodes: Readonly<Record<string, readonly NodeRun[]>>;
}

export function newRun(executionId: string): RunView {
  return { executionId, status: "running", nodes: {} };
}

/** The view after one more event; events of other executions change nothing. */
export function fold(view: RunView, event: LiveEvent): RunView {
  if (event.executionId !== undefined && event.executionId !== view.executionId) return view;
  switch (event.type) {
    case "execution.succeeded":
      return { ...view, status: "success" };
    case "execution.failed":
      return { ...ended(view, "error"), error: event.error };
    case "execution.canceled":
      return ended(view, "canceled");
    case "execution.suspended":
      return { ...view, status: "waiting" };
    case "execution.resumed":
      return { ...view, status: "running" };
    case "node.started":
      return put(view, event, (known) => ({
        run: event.run ?? 0,
        items: [],
        ...known,
        status: "running",
        startedAt: known?.startedAt ?? event.at,
        attempts: event.attempt ?? 1,
      }));
    case "node.retrying":
      return put(view, event, (known) => ({
        run: event.run ?? 0,
        items: [],
        attempts: 1,
        ...known,
        status: "retrying",
      }));
    case "node.succeeded":
      return put(view, event, (known) => ({
        run: event.run ?? 0,
        attempts: 1,
        startedAt: event.at,
        ...known,
        status: "success",
        items: event.items ?? [],
        seconds: event.seconds,
        reused: event.carried === true,
      }));
    case "node.failed":
      return put(view, event, (known) => ({
        run: event.run ?? 0,
        attempts: 1,
        items: [],
        startedAt: event.at,
        ...known,
        status: "error",
        error: event.error,
        seconds: event.seconds,
      }));
    default:
      return view;
  }
}

function put(view: RunView, event: LiveEvent, next: (known: NodeRun | undefined) => NodeRun): RunView {
  if (event.node === undefined) return view;
  const runs = view.nodes[event.node] ?? [];
  const at = runs.findIndex((one) => one.run === (event.run ?? 0));
  const changed = at < 0 ? [...runs, next(undefined)] : runs.map((one, index) => (index === at ? next(one) : one));
  return { ...view, nodes: { ...view.nodes, [event.node]: changed } };
}

function ended(view: RunView, status: "error" | "canceled"): RunView {
  const nodes = Object.fromEntries(
    Object.entries(view.nodes).map(([name, runs]) => [
      name,
      runs.map((run) =>
        run.status === "running" || run.status === "retrying" ? { ...run, status: "canceled" as const } : run,
      ),
    ]),
  );
  return { ...view, status, nodes };
}
