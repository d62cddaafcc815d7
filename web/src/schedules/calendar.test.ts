import fc from "fast-check";
import { expect, test } from "vitest";
import { byDay, dayKey, monthOf } from "./calendar";

test("runs are in order, each on its day", () => {
  const runs = ["2026-03-02T10:00:00", "2026-03-01T23:00:00", "2026-03-02T09:00:00"].map((at) => ({ at }));

  expect(byDay(runs).map((day) => [day.key, day.runs.map((run) => run.at.slice(11, 13))])).toEqual([
    ["2026-03-01", ["23"]],
    ["2026-03-02", ["09", "10"]],
  ]);
});

test("a month has all its days once, in whole weeks from Monday", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(2000, 0, 1), max: new Date(2100, 0, 1), noInvalidDate: true }), (moment) => {
      const { cells } = monthOf(moment);
      const numbers = cells.flatMap(({ number }) => (number === null ? [] : [number]));
      expect(cells.length % 7).toBe(0);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      expect(cells.some(({ key }) => key === dayKey(moment))).toBe(true);
      const first = cells.findIndex(({ number }) => number === 1);
      expect(first).toBe((new Date(moment.getFullYear(), moment.getMonth(), 1).getDay() + 6) % 7);
    }),
  );
});
