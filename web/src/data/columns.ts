/** Columns of the table of items. */

import { schemaOf, type ValueType } from "@/model/schema";
import type { Item } from "@/model/workflow";
import { shown } from "./values";

export interface Column {
  readonly key: string;
  readonly type: ValueType;
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
  const fields = schemaOf(items.map((item) => item.json));
  const sample = items.slice(0, 20);
  const columns = fields.slice(0, MOST_COLUMNS).map((field): Column => {
    const key = String(field.key);
    const lengths = sample.map((item) => shown(item.json[key], 48).text.length);
    const longest = Math.max(key.length + 2, ...lengths);
    return {
      key,
      type: field.types.find((type) => type !== "null") ?? "null",
      width: Math.round(Math.min(WIDEST, Math.max(NARROWEST, longest * CHARACTER + 24))),
    };
  });
  return { columns, hidden: fields.length - columns.length };
}
