import { expect, test } from "vitest";
import { keyOf, shownKeys } from "./commands";

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  keyOf({ key, code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });

test("keys are called the same on every machine", () => {
  expect(press("Z", { ctrlKey: true, shiftKey: true })).toBe("mod+shift+z");
  expect(press("z", { metaKey: true })).toBe("mod+z");
  expect(press("F2")).toBe("f2");
  expect(press(" ")).toBe("space");
});

test("a sign that needs Shift is a sign of its own", () => {
  expect(press("?", { shiftKey: true })).toBe("?");
  expect(press("P", { shiftKey: true })).toBe("shift+p");
  expect(press("ArrowLeft", { shiftKey: true })).toBe("shift+arrowleft");
});

test("with Alt the key counts that was pressed, not the letter that the layout makes of it", () => {
  expect(press("ˇ", { altKey: true, shiftKey: true, code: "KeyT" })).toBe("alt+shift+t");
});

test("keys are shown one by one, also a plus", () => {
  expect(shownKeys("mod+shift+z").at(-1)).toBe("Z");
  expect(shownKeys("+")).toEqual(["+"]);
});
