import { expect, it } from "vitest";
import { failureOf } from "./failure";

it("puts the first line on top, and the rest under it", () => {
  expect(failureOf("No such field\nThe item has: a, b", undefined)).toEqual({
    title: "No such field",
    description: "The item has: a, b",
    item: null,
    raw: null,
  });
});

it("knows the item from what is told, or from the message", () => {
  expect(failureOf("x", { context: { itemIndex: 4 } }).item).toBe(4);
  expect(failureOf("x [item 2]", undefined).item).toBe(2);
});

it("keeps everything for those who look closer", () => {
  expect(failureOf("x", { name: "NodeApiError", httpCode: "404", stack: "at a" }).raw).toBe("NodeApiError 404\n\nat a");
});
