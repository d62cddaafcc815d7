/** Pinned data: items that stand in for a node in test runs. */

import type { Item, Json, JsonObject, Workflow } from "./workflow";

/** Larger ones make every save of the workflow slow. */
export const MOST_PINNED_CHARACTERS = 4_000_000;

export function pinnedOf(workflow: Workflow, node: string): readonly Item[] | undefined {
  const pins = workflow.pinData;
  return pins !== undefined && Object.hasOwn(pins, node) ? pins[node] : undefined;
}

export function pin(workflow: Workflow, node: string, items: readonly Item[]): Workflow {
  return { ...workflow, pinData: { ...workflow.pinData, [node]: items } };
}

export function unpin(workflow: Workflow, node: string): Workflow {
  if (pinnedOf(workflow, node) === undefined) return workflow;
  const { [node]: _, ...pinData } = workflow.pinData ?? {};
  return { ...workflow, pinData };
}

/** An item without what only its run can have: files stay with the run, and errors are no data. */
export function pinnable(item: Item): Item {
  const { json, pairedItem } = item;
  return pairedItem === undefined ? { json } : { json, pairedItem };
}

export type Parsed = { readonly items: readonly Item[] } | { readonly problem: string };

/**
 * Items of what a person wrote: a list of objects, each an item with `json` or the bare data of one; a single object
 * is one item.
 */
export function parsePins(text: string): Parsed {
  if (text.length > MOST_PINNED_CHARACTERS) return { problem: "This is too large to pin: at most 4 MB." };
  let written: Json;
  try {
    written = JSON.parse(text) as Json;
  } catch (thrown) {
    return { problem: `This is not valid JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
  }
  const items: Item[] = [];
  for (const [index, one] of (Array.isArray(written) ? written : [written]).entries()) {
    if (!isObject(one)) return { problem: `Item ${index + 1} must be an object, like { "name": "Ada" }.` };
    items.push(itemOf(one));
  }
  return { items };
}

/** What a person edits: bare data where an item is nothing more. */
export function pinText(items: readonly Item[]): string {
  const bare = items.map((item) => (isWrapped(item.json) ? { json: item.json } : item.json));
  return JSON.stringify(bare, null, 2);
}

function itemOf(written: JsonObject): Item {
  if (!isWrapped(written)) return { json: written };
  const { json, ...rest } = written;
  return { ...rest, json: json as JsonObject } as Item;
}

/** Whether an object is an item with its data under `json`, rather than data that happens to have such a field. */
function isWrapped(written: JsonObject): boolean {
  const { json, ...rest } = written;
  return isObject(json) && Object.keys(rest).every((key) => ITEM_KEYS.has(key));
}

const ITEM_KEYS = new Set(["binary", "pairedItem", "error"]);

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
