/** Expressions that name a value of an item, as people write them by hand. */

import type { Path } from "@/model/schema";

/** Where paths begin: the item that reaches the open node, or the one of an earlier node that it came from. */
export function rootOf(node: string | null): string {
  return node === null ? "$json" : `$(${quoted(node)}).item.json`;
}

const WORD = /^[A-Za-z_$][\w$]*$/;

/** `$json.user['first name'][0]`. */
export function accessOf(root: string, path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return WORD.test(key) ? `${text}.${key}` : `${text}[${quoted(key)}]`;
  }, root);
}

/** `{{ $json.name }}`: what a parameter takes. */
export function expressionOf(root: string, path: Path): string {
  return `{{ ${accessOf(root, path)} }}`;
}

/** The path for people and for other tools: `user["first name"][0]` without the root. */
export function pathText(path: Path): string {
  return accessOf("", path).replace(/^\./, "");
}

/** Between single quotes; line breaks and quotes escaped, so that no name ends the text early. */
function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll("}}", "}\\x7d")}'`;
}
