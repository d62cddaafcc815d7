import type { Json, JsonObject } from "./workflow";

/**
 * Parameters in which every expression speaks of `to` where it spoke of the node `from`: `$('from')`,
 * `$node["from"]`, `$node.from`, `$items("from")`. Code counts too; text that is no expression does not.
 */
export function renameInExpressions(parameters: JsonObject, from: string, to: string): JsonObject {
  return renamed(parameters, from, to, undefined) as JsonObject;
}

const CODE = new Set(["jsCode", "pythonCode", "functionCode"]);

function renamed(value: Json, from: string, to: string, key: string | undefined): Json {
  if (typeof value === "string") {
    return value.startsWith("=") || (key !== undefined && CODE.has(key)) ? renamedText(value, from, to) : value;
  }
  if (Array.isArray(value)) {
    const next = value.map((one) => renamed(one, from, to, key));
    return next.some((one, index) => one !== value[index]) ? next : value;
  }
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value);
    const next = entries.map(([name, one]): [string, Json] => [name, renamed(one, from, to, name)]);
    return next.some(([, one], index) => one !== entries[index]?.[1]) ? Object.fromEntries(next) : value;
  }
  return value;
}

function renamedText(text: string, from: string, to: string): string {
  const forms = ["'", '"', "`"].map((quote) => ({ quote, written: quoted(from, quote) }));
  let next = text;
  for (const { quote, written } of forms) {
    const name = quoted(to, quote);
    for (const [before, after] of [
      ["$(", ")"],
      ["$node[", "]"],
      ["$items(", ")"],
      ["$items(", ","],
    ] as const) {
      next = next.replaceAll(`${before}${written}${after}`, () => `${before}${name}${after}`);
    }
  }
  if (/^[A-Za-z_$][\w$]*$/.test(from)) {
    const dotted = new RegExp(`\\$node\\.${from.replaceAll("$", "\\$")}(?![\\w$])`, "g");
    const written = /^[A-Za-z_$][\w$]*$/.test(to) ? `$node.${to}` : `$node[${quoted(to, '"')}]`;
    next = next.replace(dotted, () => written);
  }
  return next;
}

function quoted(name: string, quote: string): string {
  return quote + name.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`) + quote;
}
