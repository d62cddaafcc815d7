import type { Item } from "@/model/workflow";

/** What the data panes say, in one place for translation. */
export const TEXTS = {
  views: { schema: "Schema", table: "Table", json: "JSON", binary: "Files" },
  search: "Search items",
  searching: "Reading all items…",
  searchedSome: (some: string, all: string) => `Only the first ${some} of ${all} items were searched.`,
  nothingFound: "No item has this text in it.",
  clearSearch: "Clear the search",
  noItems: "No items came out here.",
  noItemsHint:
    "What follows this output did not run. A node that should go on even so can always output data: see its settings.",
  emptyItems: "The items are empty: they have no fields.",
  onlyFiles: "The items have no fields, but files: see Files.",
  manyColumns: (hidden: number) => `${hidden} more fields: see Schema or JSON.`,
  firstItems: (count: string) => `Told from the first ${count}.`,
  showMore: "Show more",
  showAll: (hidden: number) => `Show ${hidden} more`,
  copyExpression: "Copy expression",
  copyPath: "Copy path",
  copyValue: "Copy value",
  showValue: "Show value",
  asText: "Text",
  asPage: "Page",
  cutValue: (shown: string, all: string) => `The first ${shown} of ${all} characters. Copying takes all of it.`,
  cutFile: "Only the beginning is shown. Download it to see all of it.",
  noFiles: "None of these items has a file.",
  download: "Download",
  preview: "Preview",
  noPreview: "There is no preview for this kind of file. Download it to see it.",
  tooLargeToPreview: "This file is too large for a preview. Download it to see it.",
} as const;

/** Why there is nothing to show of items without fields. */
export function noFields(items: readonly Item[]): string {
  return items.some((item) => item.binary !== undefined) ? TEXTS.onlyFiles : TEXTS.emptyItems;
}
