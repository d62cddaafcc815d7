import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "@/model/workflow";
import { copied, counted, momentOf, shown, sized } from "./values";

describe("a value on one line", () => {
  it("is a text without quotes, and all else as compact JSON", () => {
    expect(shown("Ada").text).toBe("Ada");
    expect(shown(null).text).toBe("null");
    expect(shown(false).text).toBe("false");
    expect(shown({ id: 1, tags: ["a", "b"] }).text).toBe('{id: 1, tags: ["a", "b"]}');
    expect(shown([]).text).toBe("[]");
  });

  it("says that there is more of a long text", () => {
    expect(shown("x".repeat(200), 10)).toEqual({ text: `${"x".repeat(10)}…`, cut: true });
    expect(shown({ a: "x".repeat(200) }, 10).cut).toBe(true);
  });

  it("is bounded, whatever the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 5, max: 80 }), (value, most) => {
        expect(shown(value as Json, most).text.length).toBeLessThanOrEqual(most + 1);
      }),
    );
  });

  it("does not follow data of any depth", () => {
    let deep: Json = 1;
    for (let level = 0; level < 50_000; level++) deep = [deep];
    expect(shown(deep, 1000).cut).toBe(true);
  });
});

describe("words for values", () => {
  it("tell a moment from a text that only looks like one", () => {
    expect(momentOf("2026-11-24T03:30:12.5Z")).toContain("2026");
    expect(momentOf("2026-11-24T33:30:12Z")).toBeNull();
    expect(momentOf("2026-11-24")).toBeNull();
  });

  it("count and weigh", () => {
    expect([counted(1), counted(10_000)]).toEqual(["1 item", "10,000 items"]);
    expect([sized(12), sized(1536), sized(3_200_000)]).toEqual(["12 B", "1.5 kB", "3.2 MB"]);
  });

  it("are copied as they would be pasted", () => {
    expect(copied("a\nb")).toBe("a\nb");
    expect(copied({ a: 1 })).toBe('{\n  "a": 1\n}');
  });
});
