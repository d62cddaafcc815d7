/** What two versions differ in, for people: from the server's comparison to marks and lines. */

import type { Difference, NodeChange, ValueChange, Wire } from "@/api/schema";
import type { Mark } from "@/editor/FlowView";

export interface Marks {
  readonly before: Readonly<Record<string, Mark>>;
  readonly after: Readonly<Record<string, Mark>>;
}

/** Which nodes to mark in each drawing; a node that only moved is none of them. */
export function marksOf(difference: Difference): Marks {
  const before: Record<string, Mark> = {};
  const after: Record<string, Mark> = {};
  for (const name of difference.removed) before[name] = "removed";
  for (const name of difference.added) after[name] = "added";
  for (const change of difference.changed) {
    if (!isChanged(change)) continue;
    before[change.renamed_from ?? change.name] = "changed";
    after[change.name] = "changed";
  }
  return { before, after };
}

/** It does something else, or is called something else: not only drawn elsewhere. */
export function isChanged(change: NodeChange): boolean {
  return change.renamed_from != null || change.parameters.length > 0 || change.other.length > 0;
}

/** How many things differ; places on the canvas do not count. */
export function countOf(difference: Difference): number {
  return (
    difference.added.length +
    difference.removed.length +
    difference.changed.filter(isChanged).length +
    difference.wires_added.length +
    difference.wires_removed.length +
    difference.settings.length +
    difference.other.length
  );
}

/** `assignments.assignments[0].value`, as people write it. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

/** A value as it is shown: text as it is, everything else as JSON. */
export function valueText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

export function wireText(wire: Wire): string {
  const output = wire.output > 0 ? ` (output ${wire.output + 1})` : "";
  const input = wire.input > 0 ? ` (input ${wire.input + 1})` : "";
  return `${wire.source}${output} → ${wire.target}${input}`;
}

/** A line of text that differs; long texts are compared line by line. */
export interface Line {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

const MAX_LINES = 400;

/** The lines of two texts, with what is common shown once; too long texts are shown whole, one after the other. */
export function linesOf(before: string, after: string): readonly Line[] {
  const old = before.split("\n");
  const now = after.split("\n");
  if (old.length > MAX_LINES || now.length > MAX_LINES) {
    return [
      ...old.map((text): Line => ({ kind: "removed", text })),
      ...now.map((text): Line => ({ kind: "added", text })),
    ];
  }
  // The longest common subsequence, from the end: common[i][j] of old[i…] and now[j…].
  const common = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    const row = common[i];
    if (row === undefined) continue;
    for (let j = now.length - 1; j >= 0; j--) {
      row[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: "same", text: old[i] ?? "" });
      i++;
      j++;
    } else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: "removed", text: old[i++] ?? "" });
    } else {
      lines.push({ kind: "added", text: now[j++] ?? "" });
    }
  }
  return lines;
}

/** Whether a change is better shown line by line. */
export function isLong(change: ValueChange): boolean {
  return [change.before, change.after].some((value) => valueText(value).includes("\n"));
}
