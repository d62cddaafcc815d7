/** What differs between two runs. Pure. */

import type { Mark } from "@/editor/FlowView";
import type { RunView } from "@/model/runs";

export interface Difference {
  readonly node: string;
  readonly mark: Mark;
  /** What differs, for people. */
  readonly what: string;
}

/** Nodes that went otherwise in `later` than in `earlier`, in the order of the later run. */
export function differences(earlier: RunView, later: RunView): Difference[] {
  const names = [...new Set([...Object.keys(later.nodes), ...Object.keys(earlier.nodes)])];
  return names.flatMap((node): Difference[] => {
    const [before, after] = [earlier.nodes[node], later.nodes[node]];
    if (before === undefined) return [{ node, mark: "added", what: "ran only in the second" }];
    if (after === undefined) return [{ node, mark: "removed", what: "ran only in the first" }];
    const found = [];
    if (before.length !== after.length) found.push(`${before.length} against ${after.length} runs`);
    const [one, two] = [before.at(-1), after.at(-1)];
    if (one?.status !== two?.status) found.push(`${one?.status} against ${two?.status}`);
    if (one?.error !== two?.error && two?.error !== undefined) found.push(two.error);
    if (String(one?.items) !== String(two?.items))
      found.push(`${counted(one?.items)} against ${counted(two?.items)} items`);
    return found.length === 0 ? [] : [{ node, mark: "changed", what: found.join("; ") }];
  });
}

function counted(items: readonly number[] | undefined): string {
  return items === undefined || items.length === 0 ? "no" : items.join(" / ");
}
