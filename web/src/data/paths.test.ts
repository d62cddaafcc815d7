import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessOf, expressionOf, pathText, rootOf } from "./paths";

describe("paths", () => {
  it("are dotted where a name allows it, and in brackets where not", () => {
    expect(accessOf("$json", ["user", "first name", 0, "id"])).toBe("$json.user['first name'][0].id");
  });

  it("begin with the node that the item came from", () => {
    expect(expressionOf(rootOf("Get user's"), ["id"])).toBe("{{ $('Get user\\'s').item.json.id }}");
  });

  it("never end the expression from inside of a name", () => {
    expect(expressionOf("$json", ["a}}b"]).indexOf("}}")).toBe(expressionOf("$json", ["a}}b"]).length - 2);
  });

  it("say for people what is where", () => {
    expect(pathText(["user", "first name", 0])).toBe("user['first name'][0]");
    expect(pathText([0])).toBe("[0]");
  });

  it("read as JavaScript find the value under any name", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        fc.pre(name !== "__proto__");
        const read = new Function("$json", `return ${accessOf("$json", [name])};`);
        expect(read({ [name]: 42 })).toBe(42);
      }),
    );
  });
});
