/** What of a node's parameters is shown, and what is missing: rules over its description. */

import type { CredentialSlot, DisplayOptions, FieldGroup, NodeDescription, Parameter } from "@/nodes/descriptions";
import type { Json, JsonObject, WorkflowNode } from "./workflow";

/** What conditions of display look at. */
export interface Scope {
  /** The node's own parameters: what a path with a slash in front starts at. */
  readonly root: JsonObject;
  /** The values beside the one that is shown. */
  readonly beside: JsonObject;
  /** What `beside` lacks, by the parameters that are declared there. */
  readonly defaults: ReadonlyMap<string, Json>;
  readonly rootDefaults: ReadonlyMap<string, Json>;
  readonly version: number;
}

export function isShown(display: DisplayOptions | undefined, scope: Scope): boolean {
  if (display === undefined) return true;
  const holds = ([key, wanted]: readonly [string, readonly Json[]]) => {
    const value = lookUp(key, scope);
    // What an expression will be is not known: everything that might be wanted is shown.
    if (typeof value === "string" && value.startsWith("=")) return true;
    const values = Array.isArray(value) ? value : [value];
    return values.some((one) => wanted.some((other) => fits(one, other)));
  };
  const hides = ([key, unwanted]: readonly [string, readonly Json[]]) => {
    const value = lookUp(key, scope);
    const values = Array.isArray(value) ? value : [value];
    return values.some((one) => unwanted.some((other) => fits(one, other)));
  };
  if (display.hide !== undefined && Object.entries(display.hide).some(hides)) return false;
  return display.show === undefined || Object.entries(display.show).every(holds);
}

function lookUp(key: string, scope: Scope): Json | undefined {
  if (key === "@version") return scope.version;
  const fromRoot = key.startsWith("/");
  const [first = "", ...rest] = (fromRoot ? key.slice(1) : key).split(".");
  const [values, defaults] = fromRoot ? [scope.root, scope.rootDefaults] : [scope.beside, scope.defaults];
  let value: Json | undefined = values[first] ?? defaults.get(first);
  for (const part of rest) value = isObject(value) ? value[part] : undefined;
  return isLocator(value) ? value.value : value;
}

function fits(value: Json | undefined, wanted: Json): boolean {
  if (!isObject(wanted) || !isObject(wanted._cnd)) return value === wanted;
  const [condition, operand] = Object.entries(wanted._cnd)[0] ?? [];
  const [text, other] = [String(value ?? ""), String(operand ?? "")];
  switch (condition) {
    case "eq":
      return value === operand;
    case "not":
      return value !== operand;
    case "gte":
      return Number(value) >= Number(operand);
    case "lte":
      return Number(value) <= Number(operand);
    case "gt":
      return Number(value) > Number(operand);
    case "lt":
      return Number(value) < Number(operand);
    case "between":
      return isObject(operand) && Number(value) >= Number(operand.from) && Number(value) <= Number(operand.to);
    case "startsWith":
      return text.startsWith(other);
    case "endsWith":
      return text.endsWith(other);
    case "includes":
      return text.includes(other);
    case "exists":
      return value !== undefined && value !== null && value !== "";
    default:
      return false;
  }
}

/** The scope of the parameters in `values`, which are those of the node itself or of a group within. */
export function scopeOf(
  parameters: readonly Parameter[],
  values: JsonObject,
  root: JsonObject,
  rootParameters: readonly Parameter[],
  version: number,
): Scope {
  const scope = {
    root,
    beside: values,
    version,
    defaults: new Map<string, Json>(),
    rootDefaults: new Map<string, Json>(),
  };
  // Several parameters may have one name, of which one is shown: its default counts. Two rounds settle what depends
  // on something that is declared later.
  for (let round = 0; round < 2; round++) {
    for (const parameter of rootParameters) {
      const shown = isShown(parameter.displayOptions, { ...scope, beside: root, defaults: scope.rootDefaults });
      if (shown) scope.rootDefaults.set(parameter.name, parameter.default);
    }
  }
  if (values === root) return { ...scope, defaults: scope.rootDefaults };
  for (let round = 0; round < 2; round++) {
    for (const parameter of parameters) {
      if (isShown(parameter.displayOptions, scope)) scope.defaults.set(parameter.name, parameter.default);
    }
  }
  return scope;
}

/** The parameters that are shown, in their order. */
export function shownParameters(parameters: readonly Parameter[], scope: Scope): Parameter[] {
  return parameters.filter((parameter) => parameter.type !== "hidden" && isShown(parameter.displayOptions, scope));
}

export function shownCredentials(description: NodeDescription, node: WorkflowNode): CredentialSlot[] {
  const parameters = description.parameters ?? [];
  const scope = scopeOf(parameters, node.parameters, node.parameters, parameters, node.typeVersion);
  return (description.credentials ?? []).filter((slot) => isShown(slot.displayOptions, scope));
}

/** What must be given and is not, each named for people. */
export function missing(description: NodeDescription, node: WorkflowNode): string[] {
  const parameters = description.parameters ?? [];
  const scope = scopeOf(parameters, node.parameters, node.parameters, parameters, node.typeVersion);
  const fields = shownParameters(parameters, scope)
    .filter((parameter) => parameter.required === true && isEmpty(node.parameters[parameter.name] ?? parameter.default))
    .map((parameter) => `${parameter.displayName} is missing.`);
  const credentials = shownCredentials(description, node)
    .filter((slot) => slot.required === true && node.credentials?.[slot.name] === undefined)
    .map(() => "A credential is missing.");
  return [...fields, ...new Set(credentials)];
}

export function isEmpty(value: Json | undefined): boolean {
  if (isLocator(value)) return isEmpty(value.value);
  return value === undefined || value === null || value === "" || value === "=";
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isLocator(value: Json | undefined): value is { mode: string; value: Json } {
  return isObject(value) && "mode" in value && "value" in value;
}

/** What a new group of a fixedCollection holds: nothing that is not asked for. */
export function newGroup(group: FieldGroup): JsonObject {
  return Object.fromEntries(
    group.values
      .filter((parameter) => parameter.displayOptions === undefined)
      .map((parameter) => [parameter.name, parameter.default]),
  );
}

/** "=text {{ … }}" as an expression; a plain value as one that gives it. */
export function toExpression(value: Json | undefined): string {
  if (typeof value === "string") return value.startsWith("=") ? value : `=${value}`;
  return value === undefined || value === null ? "=" : `={{ ${JSON.stringify(value)} }}`;
}

/** The value that an expression is without its expression: its text, or a number where the field wants one. */
export function toFixed(value: Json | undefined, parameter: Pick<Parameter, "type" | "default">): Json {
  if (typeof value !== "string" || !value.startsWith("=")) return value ?? parameter.default;
  const text = value.slice(1);
  const plain = /^\{\{\s*(.*?)\s*\}\}$/s.exec(text)?.[1] ?? text;
  switch (parameter.type) {
    case "number":
      return plain.trim() !== "" && Number.isFinite(Number(plain)) ? Number(plain) : parameter.default;
    case "boolean":
      return plain === "true" ? true : plain === "false" ? false : parameter.default;
    case "string":
    case "json":
    case "dateTime":
      return text;
    default:
      return parameter.default;
  }
}

export function isExpression(value: Json | undefined): value is string {
  return typeof value === "string" && value.startsWith("=");
}
