/** A run at any moment of its history. Pure. */

import type { LiveEvent } from "@/api/stream";
import { fold, newRun, type RunView } from "@/model/runs";

/** The run as it stood after the first `count` events: 0 is before anything happened. */
export function at(executionId: string, events: readonly LiveEvent[], count: number): RunView {
  return events.slice(0, Math.max(0, count)).reduce(fold, newRun(executionId));
}

/**
 * All moments at once: the view after 0, 1, 2, … events. Views share what did not change, so that a thousand events
 * cost little more than the last view.
 */
export function moments(executionId: string, events: readonly LiveEvent[]): RunView[] {
  const views = [newRun(executionId)];
  for (const event of events) views.push(fold(views.at(-1) ?? newRun(executionId), event));
  return views;
}

/** One run of a node on the time line; milliseconds from the beginning of the execution. */
export interface Bar {
  readonly node: string;
  readonly run: number;
  readonly from: number;
  readonly to: number;
  readonly status: string;
}

/** When each node ran, in order of their start. */
export function bars(events: readonly LiveEvent[]): Bar[] {
  const start = Date.parse(events[0]?.at ?? "");
  const open = new Map<string, { from: number }>();
  const found: Bar[] = [];
  for (const event of events) {
    if (event.node === undefined || event.at === undefined) continue;
    const key = `${event.node}\0${event.run ?? 0}`;
    const when = Date.parse(event.at) - start;
    if (event.type === "node.started") {
      if (!open.has(key)) open.set(key, { from: when });
    } else if (event.type === "node.succeeded" || event.type === "node.failed") {
      // What was taken over from an earlier run has no start of its own here.
      const from = open.get(key)?.from ?? when;
      const to = Math.max(when, from + (event.seconds ?? 0) * 1000);
      found.push({
        node: event.node,
        run: event.run ?? 0,
        from,
        to,
        status: event.type === "node.failed" ? "error" : "success",
      });
      open.delete(key);
    }
  }
  for (const [key, { from }] of open) {
    const [node = "", run = "0"] = key.split("\0");
    const last = Date.parse(events.at(-1)?.at ?? "") - start;
    found.push({ node, run: Number(run), from, to: Math.max(from, last), status: "running" });
  }
  return found.sort((a, b) => a.from - b.from);
}

/** What an event says, for people. */
export function sentence(event: LiveEvent): string {
  const node =
    event.node === undefined ? "" : `${event.node}${(event.run ?? 0) > 0 ? ` #${(event.run ?? 0) + 1}` : ""}`;
  switch (event.type) {
    case "execution.requested":
      return "The run was asked for";
    case "execution.suspended":
      return event.resume === "time" ? `${node} waits for the clock` : `${node} waits for a ${event.resume ?? "call"}`;
    case "execution.resumed":
      return "The wait is over";
    case "execution.succeeded":
      return "The run succeeded";
    case "execution.failed":
      return `The run failed: ${event.error ?? ""}`;
    case "execution.canceled":
      return "The run was canceled";
    case "node.started":
      return `${node} started${(event.attempt ?? 1) > 1 ? `, try ${event.attempt}` : ""}`;
    case "node.retrying":
      return `${node} failed and is tried again: ${event.error ?? ""}`;
    case "node.succeeded": {
      const items = (event.items ?? []).reduce((sum, one) => sum + one, 0);
      return `${node} ${event.carried === true ? "was taken over" : "succeeded"} with ${items} ${items === 1 ? "item" : "items"}`;
    }
    case "node.failed":
      return `${node} failed: ${event.error ?? ""}`;
    case "node.ended":
      return `${node} ended its branch`;
    default:
      return event.type;
  }
}
