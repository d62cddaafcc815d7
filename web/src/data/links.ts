/** Which items came from which: `pairedItem` in all the forms in which nodes and n8n write it. */

import type { Item, Json } from "@/model/workflow";

/** Which row of which pane the pointer is on, and where that item came from. */
export interface Hovered {
  readonly side: "input" | "output";
  readonly index: number;
  /** Of an output item: places of the input items that it came from. */
  readonly from: readonly number[];
}

/** Places, in the input with number `input`, of the items that an item came from. */
export function originsOf(item: Item, input = 0): readonly number[] {
  const { pairedItem } = item;
  if (pairedItem === undefined || pairedItem === null) return [];
  const links = Array.isArray(pairedItem) ? pairedItem : [pairedItem];
  return links.flatMap((link) => placeOf(link, input));
}

function placeOf(link: Json, input: number): number[] {
  if (typeof link === "number") return input === 0 ? [link] : [];
  if (typeof link !== "object" || link === null || Array.isArray(link)) return [];
  const { item, input: of } = link;
  return typeof item === "number" && (typeof of === "number" ? of : 0) === input ? [item] : [];
}

/** Whether a row belongs to the one that the pointer is on, in the other pane. */
export function isLinked(hovered: Hovered | null, side: "input" | "output", index: number, item: Item): boolean {
  if (hovered === null || hovered.side === side) return false;
  return side === "input" ? hovered.from.includes(index) : originsOf(item).includes(hovered.index);
}
