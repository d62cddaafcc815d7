/** Finding items by their text: in names of fields and in values, without regard to case. */

import type { Item, Json } from "@/model/workflow";

export function itemMatches(item: Item, wanted: string): boolean {
  const needle = wanted.trim().toLowerCase();
  return needle === "" || holds(item.json, needle, 0);
}

function holds(value: Json, needle: string, depth: number): boolean {
  if (depth > 60) return false;
  if (Array.isArray(value)) return value.some((one) => holds(one, needle, depth + 1));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).some(
      ([key, one]) => key.toLowerCase().includes(needle) || holds(one, needle, depth + 1),
    );
  }
  return String(value).toLowerCase().includes(needle);
}
