import { describe, expect, it } from "vitest";
import type { Item } from "@/model/workflow";
import { isLinked, originsOf } from "./links";

describe("where an item came from", () => {
  it("is read in every form in which it is written", () => {
    expect(originsOf({ json: {}, pairedItem: 3 })).toEqual([3]);
    expect(originsOf({ json: {}, pairedItem: { item: 2 } })).toEqual([2]);
    expect(originsOf({ json: {}, pairedItem: [{ item: 0 }, { item: 4, input: 0 }, 5] })).toEqual([0, 4, 5]);
    expect(originsOf({ json: {} })).toEqual([]);
    expect(originsOf({ json: {}, pairedItem: "x" })).toEqual([]);
  });

  it("concerns one input at a time", () => {
    const item: Item = { json: {}, pairedItem: [{ item: 1 }, { item: 2, input: 1 }] };
    expect([originsOf(item, 0), originsOf(item, 1)]).toEqual([[1], [2]]);
  });

  it("links rows of both panes, seen from either", () => {
    const output = { json: {}, pairedItem: { item: 1 } };
    const overOutput = { side: "output", index: 0, from: originsOf(output) } as const;
    const overInput = { side: "input", index: 1, from: [] } as const;
    expect(isLinked(overOutput, "input", 1, { json: {} })).toBe(true);
    expect(isLinked(overOutput, "input", 0, { json: {} })).toBe(false);
    expect(isLinked(overInput, "output", 0, output)).toBe(true);
    expect(isLinked(overInput, "input", 1, { json: {} })).toBe(false);
  });
});
