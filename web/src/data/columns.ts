/** Columns of the table of items. */

import type { Item } from "@/model/workflow";
import { shown } from "./values";

export interface Column {
  readonly key: string;
  /** Pixels. */
  readonly width: number;
}

/** More than people scan; each costs cells. */
export const MOST_COLUMNS = 60;
const CHARACTER = 7.4;
const NARROWEST = 88;
const WIDEST = 320;

/** The fields of some items as columns, as wide as what is in them needs; and how many fields are left out. */
export function columnsOf(items: readonly Item[]): { readonly columns: readonly Column[]; readonly hidden: number } {
  // Only the names: what is nested does not matter here, and telling it takes long.
  const keys = [...new Set(items.flatMap((item) => Object.keys(item.json)))];
  const sample = items.slice(0, 20);
  const columns = keys.slice(0, MOST_COLUMNS).map((key): Column => {
    const lengths = sample.map((item) => shown(item.json[key], 48).text.length);
    const longest = Math.max(key.length + 2, ...lengths);
    return {
      key,
      width: Math.round(Math.min(WIDEST, Math.max(NARROWEST, longest * CHARACTER + 24))),
    };
  });
  return { columns, hidden: keys.length - columns.length };
}
