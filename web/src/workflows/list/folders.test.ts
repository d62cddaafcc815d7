import { expect, it } from "vitest";
import { type Folder, flat, mayMoveInto, pathTo, treeOf } from "./folders";

const folder = (id: string, parentId: string | null = null): Folder => ({ id, name: id, projectId: "p", parentId });
const FOLDERS = [folder("b"), folder("a"), folder("a1", "a"), folder("a2", "a1"), folder("lost", "gone")];

it("puts folders below their parents, by name", () => {
  expect(flat(treeOf(FOLDERS)).map(([one, depth]) => `${depth} ${one.id}`)).toEqual([
    "0 a",
    "1 a1",
    "2 a2",
    "0 b",
    "0 lost",
  ]);
});

it("knows the way from the top to a folder", () => {
  expect(pathTo(FOLDERS, "a2").map((one) => one.id)).toEqual(["a", "a1", "a2"]);
  expect(pathTo(FOLDERS, "gone")).toEqual([]);
});

it("keeps a folder out of itself and out of what is in it", () => {
  expect(mayMoveInto(FOLDERS, "a", "a")).toBe(false);
  expect(mayMoveInto(FOLDERS, "a", "a2")).toBe(false);
  expect(mayMoveInto(FOLDERS, "a", null)).toBe(false);
  expect(mayMoveInto(FOLDERS, "a1", null)).toBe(true);
  expect(mayMoveInto(FOLDERS, "a", "b")).toBe(true);
});

it("comes to an end with folders that are in each other", () => {
  expect(pathTo([folder("x", "y"), folder("y", "x")], "x").map((one) => one.id)).toEqual(["y", "x"]);
});
