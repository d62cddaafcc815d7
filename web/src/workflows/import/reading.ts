/** What a text holds that is to be imported: one workflow or several, and what they need. */

import type { NodeType } from "@/nodes/descriptions";

export interface Incoming {
  readonly name: string;
  readonly nodes: number;
  /** Each kind of node once. */
  readonly types: readonly { readonly type: string; readonly version: number }[];
  /** Names of credentials that its nodes refer to. */
  readonly credentials: readonly string[];
}

export type Reading =
  | { readonly workflows: readonly Incoming[]; readonly problem: null }
  | { readonly workflows: readonly []; readonly problem: string };

/** The server refuses more. */
export const MAX_LENGTH = 16_000_000;

/** Never throws: what cannot be read is a problem, in words for people. */
export function readIncoming(text: string): Reading {
  if (text.length > MAX_LENGTH) return { workflows: [], problem: "It is larger than 16 MB." };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    return { workflows: [], problem: `It is no JSON: ${thrown instanceof Error ? thrown.message : "unreadable"}.` };
  }
  const parts = Array.isArray(value) ? value : [value];
  if (parts.length === 0) return { workflows: [], problem: "It is an empty list." };
  if (!parts.every(isDrawing)) {
    return { workflows: [], problem: "It is no workflow: a workflow has a list of nodes." };
  }
  return { workflows: parts.map(describe), problem: null };
}

/** Of the kinds of nodes that workflows use, those that cannot run here. */
export function unsupported(incoming: readonly Incoming[], known: readonly NodeType[]): readonly string[] {
  const versions = new Map(known.map((type) => [type.type, type.versions]));
  const missing = new Set<string>();
  for (const { type, version } of incoming.flatMap((workflow) => workflow.types)) {
    const there = versions.get(type);
    if (there === undefined) missing.add(type);
    else if (!there.includes(version)) missing.add(`${type} (version ${version})`);
  }
  return [...missing].sort();
}

function describe(drawing: { nodes: unknown[]; name?: unknown }): Incoming {
  const types = new Map<string, { type: string; version: number }>();
  const credentials = new Set<string>();
  for (const node of drawing.nodes.filter(isRecord)) {
    const type = typeof node.type === "string" ? node.type : "?";
    const version = typeof node.typeVersion === "number" ? node.typeVersion : 1;
    types.set(`${type}@${version}`, { type, version });
    for (const reference of isRecord(node.credentials) ? Object.values(node.credentials) : []) {
      if (isRecord(reference) && typeof reference.name === "string") credentials.add(reference.name);
    }
  }
  return {
    name: typeof drawing.name === "string" ? drawing.name : "My workflow",
    nodes: drawing.nodes.length,
    types: [...types.values()],
    credentials: [...credentials],
  };
}

function isDrawing(value: unknown): value is { nodes: unknown[]; name?: unknown } {
  return isRecord(value) && Array.isArray(value.nodes);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
