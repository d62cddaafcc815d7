import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePins, pin, pinnable, pinnedOf, pinText, unpin } from "./pins";
import { EMPTY, type JsonObject } from "./workflow";

describe("pinned data", () => {
  it("is put on a node, and taken off without a trace of the others changed", () => {
    const one = pin(pin(EMPTY, "A", [{ json: { a: 1 } }]), "B", []);

    expect(pinnedOf(one, "A")).toEqual([{ json: { a: 1 } }]);
    expect(unpin(one, "A").pinData).toEqual({ B: [] });
    expect(unpin(one, "C")).toBe(one);
  });

  it("is not found under names that every object has", () => {
    expect(pinnedOf(pin(EMPTY, "A", []), "constructor")).toBeUndefined();
  });

  it("leaves files with their run", () => {
    expect(pinnable({ json: { a: 1 }, binary: { data: {} }, pairedItem: 0 })).toEqual({
      json: { a: 1 },
      pairedItem: 0,
    });
  });
});

describe("what a person writes as pinned data", () => {
  it("may be bare objects or whole items", () => {
    expect(parsePins('[{"a": 1}, {"json": {"b": 2}}]')).toEqual({ items: [{ json: { a: 1 } }, { json: { b: 2 } }] });
    expect(parsePins('{"a": 1}')).toEqual({ items: [{ json: { a: 1 } }] });
  });

  it("is refused with the item that is wrong", () => {
    expect(parsePins('[{"a": 1}, 2]')).toEqual({ problem: 'Item 2 must be an object, like { "name": "Ada" }.' });
    expect(parsePins("[{]")).toHaveProperty("problem");
  });

  it("comes back as it was written", () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(fc.array(json), (all) => {
        const items = JSON.parse(JSON.stringify(all)).map((one: JsonObject) => ({ json: one }));
        expect(parsePins(pinText(items))).toEqual({ items });
      }),
    );
  });
});
