import fc from "fast-check";
import { expect, it } from "vitest";
import type { Difference } from "@/api/schema";
import { countOf, linesOf, marksOf, pathText, wireText } from "./diffing";

const NOTHING: Difference = {
  added: [],
  removed: [],
  changed: [],
  wires_added: [],
  wires_removed: [],
  settings: [],
  other: [],
};

it("marks nodes by the names that they have in each drawing", () => {
  const marks = marksOf({
    ...NOTHING,
    added: ["New"],
    removed: ["Gone"],
    changed: [
      { name: "Now", renamed_from: "Then", moved: null, parameters: [], other: [] },
      {
        name: "Elsewhere",
        renamed_from: null,
        moved: [
          [0, 0],
          [9, 9],
        ],
        parameters: [],
        other: [],
      },
    ],
  });
  expect(marks).toEqual({ before: { Gone: "removed", Then: "changed" }, after: { New: "added", Now: "changed" } });
});

it("counts no node that was only moved", () => {
  const moved: Difference["changed"][number] = {
    name: "A",
    renamed_from: null,
    moved: [
      [0, 0],
      [9, 9],
    ],
    parameters: [],
    other: [],
  };
  expect(countOf({ ...NOTHING, changed: [moved], added: ["B"] })).toBe(1);
});

it("writes paths and wires as people do", () => {
  expect(pathText(["assignments", "assignments", 0, "value"])).toBe("assignments.assignments[0].value");
  const wire = { source: "If", type: "main", output: 1, target: "End", target_type: "main", input: 0 };
  expect(wireText(wire)).toBe("If (output 2) → End");
});

it("shows lines from which both texts can be read again", () => {
  const texts = fc
    .array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 12 })
    .map((one) => one.join("\n"));
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const lines = linesOf(before, after);
      const without = (kind: string) =>
        lines
          .filter((line) => line.kind !== kind)
          .map((line) => line.text)
          .join("\n");
      expect(without("added")).toBe(before);
      expect(without("removed")).toBe(after);
    }),
  );
});
