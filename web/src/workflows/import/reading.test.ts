import fc from "fast-check";
import { expect, it } from "vitest";
import { readIncoming, unsupported } from "./reading";

const node = (type: string, typeVersion = 1, more = {}) => ({ name: type, type, typeVersion, ...more });

it("reads one workflow, or a list of them", () => {
  const one = { name: "One", nodes: [node("a"), node("a"), node("a", 2)] };
  expect(readIncoming(JSON.stringify(one)).workflows).toMatchObject([{ name: "One", nodes: 3 }]);
  expect(readIncoming(JSON.stringify(one)).workflows[0]?.types).toHaveLength(2);
  expect(readIncoming(JSON.stringify([one, one])).workflows).toHaveLength(2);
});

it("names the credentials that nodes refer to", () => {
  const drawing = { nodes: [node("a", 1, { credentials: { mail: { id: "1", name: "Post office" } } })] };
  expect(readIncoming(JSON.stringify(drawing)).workflows[0]?.credentials).toEqual(["Post office"]);
});

it.each(["", "hello", "[]", "7", "null", '{"name": "no nodes"}', '[{"nodes": []}, 1]'])(
  "says why %j is none",
  (text) => {
    expect(readIncoming(text).problem).not.toBeNull();
  },
);

it("reads any text without failing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { workflows, problem } = readIncoming(text);
      expect(workflows.length > 0).toBe(problem === null);
    }),
  );
});

it("finds kinds and versions of nodes that cannot run here", () => {
  const known = [{ type: "a", title: "A", versions: [1, 2], trigger: null }];
  const { workflows } = readIncoming(JSON.stringify({ nodes: [node("a", 2), node("a", 3), node("b")] }));
  expect(unsupported(workflows, known)).toEqual(["a (version 3)", "b"]);
});
