import { expect, it } from "vitest";
import { columnsOf, MOST_COLUMNS } from "./columns";

it("has a column for each field of any item, in the order in which they were met", () => {
  const { columns, hidden } = columnsOf([{ json: { a: 1 } }, { json: { b: 2, a: 3 } }]);

  expect(columns.map((column) => column.key)).toEqual(["a", "b"]);
  expect(hidden).toBe(0);
});

it("is wider for longer values, within limits", () => {
  const { columns } = columnsOf([{ json: { short: "x", text: "word ".repeat(6), long: "word ".repeat(100) } }]);
  const [short, text, long] = columns.map((column) => column.width);

  expect(short).toBeLessThan(text ?? 0);
  expect(text).toBeLessThan(long ?? 0);
  expect(long).toBeLessThanOrEqual(320);
});

it("says how many fields are left out of a table that would be too wide", () => {
  const json = Object.fromEntries(Array.from({ length: MOST_COLUMNS + 7 }, (_, index) => [`f${index}`, index]));

  expect(columnsOf([{ json }])).toMatchObject({ hidden: 7, columns: { length: MOST_COLUMNS } });
});
