import { describe, expect, test } from "vitest";
import type { NodeDescription, Parameter } from "@/nodes/descriptions";
import { isShown, missing, scopeOf, shownParameters, toExpression, toFixed } from "./parameters";
import type { JsonObject, WorkflowNode } from "./workflow";

function parameter(name: string, more: Partial<Parameter> = {}): Parameter {
  return { name, displayName: name, type: "string", default: "", ...more };
}

function shown(parameters: readonly Parameter[], values: JsonObject, version = 1): string[] {
  return shownParameters(parameters, scopeOf(parameters, values, values, parameters, version)).map((one) => one.name);
}

describe("what is shown", () => {
  const mode = parameter("mode", { type: "options", default: "simple" });
  const expert = parameter("expert", { displayOptions: { show: { mode: ["expert"] } } });

  test("depends on what is chosen, and on the default while nothing is", () => {
    expect(shown([mode, expert], {})).toEqual(["mode"]);
    expect(shown([mode, expert], { mode: "expert" })).toEqual(["mode", "expert"]);
  });

  test("is everything that an expression might ask for", () => {
    expect(shown([mode, expert], { mode: "={{ $json.mode }}" })).toEqual(["mode", "expert"]);
  });

  test("depends on the node's version", () => {
    const newer = parameter("newer", { displayOptions: { show: { "@version": [{ _cnd: { gte: 2 } }] } } });
    const older = parameter("older", { displayOptions: { hide: { "@version": [2, 3] } } });

    expect(shown([newer, older], {}, 1)).toEqual(["older"]);
    expect(shown([newer, older], {}, 2)).toEqual(["newer"]);
  });

  test("depends on a default that is itself shown only there", () => {
    const first = parameter("kind", { default: "a", displayOptions: { show: { mode: ["simple"] } } });
    const second = parameter("kind", { default: "b", displayOptions: { show: { mode: ["expert"] } } });
    const follows = parameter("follows", { displayOptions: { show: { kind: ["b"] } } });

    expect(shown([mode, first, second, follows], {})).toEqual(["mode", "kind"]);
    expect(shown([mode, first, second, follows], { mode: "expert" })).toEqual(["mode", "kind", "follows"]);
  });

  test("within a group looks beside it, and with a slash at the node", () => {
    const scope = {
      root: { mode: "expert" },
      beside: { mode: "simple" },
      defaults: new Map(),
      rootDefaults: new Map(),
      version: 1,
    };

    expect(isShown({ show: { mode: ["expert"] } }, scope)).toBe(false);
    expect(isShown({ show: { "/mode": ["expert"] } }, scope)).toBe(true);
  });
});

describe("what is missing", () => {
  const node: WorkflowNode = { id: "1", name: "Call", type: "x", typeVersion: 1, position: [0, 0], parameters: {} };
  const description: NodeDescription = {
    type: "x",
    versions: [1],
    title: "X",
    summary: "",
    parameters: [
      parameter("url", { displayName: "URL", required: true }),
      parameter("table", {
        displayName: "Table",
        required: true,
        type: "resourceLocator",
        default: { mode: "list", value: "" },
      }),
      parameter("hidden", { required: true, displayOptions: { show: { other: ["never"] } } }),
    ],
    credentials: [{ name: "basic", required: true }],
  };

  test("is what must be given, is shown and is empty", () => {
    expect(missing(description, node)).toEqual(["URL is missing.", "Table is missing.", "A credential is missing."]);
    expect(
      missing(description, { ...node, parameters: { url: "=", table: { __rl: true, mode: "list", value: "" } } }),
    ).toEqual(["URL is missing.", "Table is missing.", "A credential is missing."]);
  });

  test("is nothing once it is all there", () => {
    const full = {
      ...node,
      parameters: { url: "https://x", table: "t" },
      credentials: { basic: { id: "1", name: "c" } },
    };

    expect(missing(description, full)).toEqual([]);
  });
});

test("a fixed value becomes an expression that gives it, and back", () => {
  const number = parameter("n", { type: "number", default: 7 });

  expect(toExpression("text")).toBe("=text");
  expect(toExpression(3)).toBe("={{ 3 }}");
  expect(toExpression(undefined)).toBe("=");
  expect(toFixed("={{ 3 }}", number)).toBe(3);
  expect(toFixed("={{ $json.n }}", number)).toBe(7);
  expect(toFixed("=text {{ 1 }}", parameter("t"))).toBe("text {{ 1 }}");
});
