import { expect, it } from "vitest";
import { itemMatches } from "./search";

const ITEM = { json: { name: "Ada", address: { city: "Zürich" }, tags: ["NEW", 7, null] } };

it("finds texts, numbers and names of fields at any depth, in any case", () => {
  for (const wanted of ["ada", "ZÜRICH", "city", "new", "7", " "]) expect(itemMatches(ITEM, wanted)).toBe(true);
});

it("does not find what is not there", () => {
  expect(itemMatches(ITEM, "Bern")).toBe(false);
});
