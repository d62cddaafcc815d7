import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SchemaField, schemaOf, typeOf, valueAt } from "./schema";
import type { Json, JsonObject } from "./workflow";

function all(fields: readonly SchemaField[]): SchemaField[] {
  return fields.flatMap((field) => [field, ...all(field.fields)]);
}

describe("the schema of items", () => {
  it("has each field once, with the types that it was met with", () => {
    const fields = schemaOf([
      { id: 1, name: "a" },
      { id: "2", name: "b" },
    ]);

    expect(fields.map(({ key, types }) => [key, types])).toEqual([
      ["id", ["number", "string"]],
      ["name", ["string"]],
    ]);
  });

  it("calls a field optional that some items lack", () => {
    const [id, note] = schemaOf([{ id: 1 }, { id: 2, note: "x" }]);

    expect([id?.optional, note?.optional]).toEqual([false, true]);
  });

  it("takes the first value that says something as the example", () => {
    expect(schemaOf([{ id: null }, { id: 7 }, { id: 8 }])[0]?.sample).toBe(7);
  });

  it("merges what is in a list under its first place", () => {
    const [lines] = schemaOf([{ lines: [{ sku: "a" }, { sku: "b", count: 2 }] }]);

    expect(lines?.fields[0]?.path).toEqual(["lines", 0]);
    expect(lines?.fields[0]?.fields.map((field) => [field.path, field.optional])).toEqual([
      [["lines", 0, "sku"], false],
      [["lines", 0, "count"], true],
    ]);
  });

  it("ends somewhere, however deep the data is", () => {
    let deep: Json = 1;
    for (let level = 0; level < 5000; level++) deep = { in: deep };

    expect(all(schemaOf([deep as JsonObject])).length).toBeLessThan(50);
  });

  it("names every field of every item", () => {
    const item = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(fc.array(item, { maxLength: 6 }), (items) => {
        const named = new Set(schemaOf(items).map((field) => field.key));
        for (const one of items) for (const key of Object.keys(one)) expect(named.has(key)).toBe(true);
      }),
    );
  });

  it("has examples of a type that it names", () => {
    const item = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(fc.array(item, { maxLength: 6 }), (items) => {
        for (const field of all(schemaOf(items))) expect(field.types).toContain(typeOf(field.sample));
      }),
    );
  });
});

describe("the value at a path", () => {
  it("is found through objects and lists", () => {
    expect(valueAt({ a: [{ "b c": 3 }] }, ["a", 0, "b c"])).toBe(3);
  });

  it("is undefined where the data ends, also for names that every object has", () => {
    expect(valueAt({ a: 1 }, ["a", "b"])).toBeUndefined();
    expect(valueAt({}, ["constructor"])).toBeUndefined();
  });
});
