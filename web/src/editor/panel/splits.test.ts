import fc from "fast-check";
import { expect, it } from "vitest";
import { checked, moved } from "./splits";

it("gives one pane what it takes from the other", () => {
  expect(moved([0.3, 0.4, 0.3], 0, 0.1, 0.1)).toEqual([0.4, expect.closeTo(0.3), 0.3]);
});

it("stops where a pane would become too narrow", () => {
  expect(moved([0.3, 0.4, 0.3], 1, 0.9, 0.2)[2]).toBeCloseTo(0.2);
});

it("keeps the whole and loses no pane, whatever is dragged", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1 }), fc.double({ min: -2, max: 2, noNaN: true }), (divider, by) => {
      const shares = moved([0.3, 0.4, 0.3], divider, by, 0.15);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.15 - 1e-9);
    }),
  );
});

it("takes kept widths only if they make sense", () => {
  const usual = [0.3, 0.4, 0.3];
  expect(checked([0.2, 0.5, 0.3], usual)).toEqual([0.2, 0.5, 0.3]);
  for (const kept of [null, [1], [0.2, 0.2, 0.2], ["a", 0.5, 0.5], [-1, 1, 1]])
    expect(checked(kept, usual)).toBe(usual);
});
