import { expect, test } from "vitest";
import { readBlock, readCell, showCell } from "./cells";

test.each([
  ["12.5", "number", 12.5],
  ["twelve", "number", undefined],
  ["1e999", "number", undefined],
  ["yes", "boolean", true],
  ["0", "boolean", false],
  ["perhaps", "boolean", undefined],
  ["2026-01-31", "date", "2026-01-31T00:00:00.000Z"],
  ["soon", "date", undefined],
  [" kept as typed ", "string", " kept as typed "],
  ["  ", "string", null],
] as const)("%j in a column of kind %s is %j", (text, type, value) => {
  expect(readCell(text, type)).toBe(value);
});

test("nothing is shown as nothing", () => {
  expect([showCell(null), showCell(undefined), showCell(0), showCell(false)]).toEqual(["", "", "0", "false"]);
});

test("a block from a spreadsheet is rows of cells", () => {
  expect(readBlock("a\tb\r\nc\td\n")).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});
