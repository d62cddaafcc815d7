/** What items look like, told from some of them: which fields there are, of which types, with an example of each. */

import type { Json, JsonObject } from "./workflow";

export type ValueType = "string" | "number" | "boolean" | "null" | "array" | "object";

/** Keys from an item's `json` down to a value; a number is a place in a list. */
export type Path = readonly (string | number)[];

export interface SchemaField {
  readonly key: string | number;
  readonly path: Path;
  /** In the order in which they were met. */
  readonly types: readonly ValueType[];
  /** Some of the objects that could have it do not. */
  readonly optional: boolean;
  /** The first value that is not null, if there is one. */
  readonly sample: Json;
  /** Fields of objects; of a list, what is in it, under the key 0. */
  readonly fields: readonly SchemaField[];
}

/** Deeper than people read, and than a call stack should go for hostile data. */
const DEEPEST = 24;
/** A list's later elements tell little new. */
const ELEMENTS = 50;

export function typeOf(value: Json | undefined): ValueType {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as ValueType;
}

export function schemaOf(items: readonly JsonObject[]): readonly SchemaField[] {
  return fieldsOf(items, []);
}

function fieldsOf(objects: readonly JsonObject[], path: Path): SchemaField[] {
  const values = new Map<string, Json[]>();
  for (const object of objects) {
    for (const [key, value] of Object.entries(object)) {
      const known = values.get(key);
      if (known === undefined) values.set(key, [value]);
      else known.push(value);
    }
  }
  return [...values].map(([key, found]) => field(key, [...path, key], found, found.length < objects.length));
}

function field(key: string | number, path: Path, values: readonly Json[], optional: boolean): SchemaField {
  const types = [...new Set(values.map(typeOf))];
  return {
    key,
    path,
    types,
    optional,
    sample: values.find((value) => value !== null) ?? null,
    fields: path.length >= DEEPEST ? [] : within(path, values),
  };
}

function within(path: Path, values: readonly Json[]): SchemaField[] {
  const objects = values.filter((value): value is JsonObject => typeOf(value) === "object");
  const elements = values.flatMap((value) => (Array.isArray(value) ? value.slice(0, ELEMENTS) : []));
  const listed = elements.length > 0 ? [field(0, [...path, 0], elements, false)] : [];
  return [...fieldsOf(objects, path), ...listed];
}

/** The value at a path, undefined where there is none. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path) {
    if (Array.isArray(found)) found = typeof key === "number" ? found[key] : undefined;
    else if (typeof found === "object" && found !== null && Object.hasOwn(found, key)) found = found[String(key)];
    else return undefined;
  }
  return found;
}
