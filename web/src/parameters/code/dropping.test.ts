import { expect, it } from "vitest";
import { droppedText, inExpression } from "./dropping";

it("knows what lies between braces", () => {
  const text = "a {{ b }} c {{ d";

  expect([0, 2, 3, 4, 7, 8, 9, 11, 14, 16].map((at) => [at, inExpression(text, at)])).toEqual([
    [0, false],
    [2, false],
    [3, false],
    [4, true],
    [7, true],
    [8, true],
    [9, false],
    [11, false],
    [14, true],
    [16, true],
  ]);
});

it("takes the braces off where there are some already", () => {
  expect([droppedText("{{ $json.a }}", true), droppedText("{{ $json.a }}", false)]).toEqual([
    "$json.a",
    "{{ $json.a }}",
  ]);
});
