import type { Item } from "@/model/workflow";

/** What a view shows: all items of an output, or those that a search found. */
export interface Rows {
  readonly count: number;
  /** The place of a row's item in its output. */
  indexOf(row: number): number;
  /** Undefined while it is on its way. */
  item(row: number): Item | undefined;
  /** These rows are looked at. */
  want(first: number, last: number): void;
}

/** Which item is chosen, and which belongs to what is pointed at in the other pane. */
export interface Marks {
  /** The item whose values expressions are previewed with; null where none is. */
  readonly selected: number | null;
  select(index: number): void;
  linked(index: number, item: Item): boolean;
  hover(index: number | null, item?: Item): void;
}
