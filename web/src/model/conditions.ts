/** Conditions of If, Filter and Switch: n8n's filter value, and the operators that each kind of value has. */

import type { Json, JsonObject } from "./workflow";

export type ConditionKind = "string" | "number" | "dateTime" | "boolean" | "array" | "object";

export interface Operator {
  readonly kind: ConditionKind;
  readonly operation: string;
  readonly label: string;
  /** It looks at one value only. */
  readonly single: boolean;
}

const EXISTS = [
  ["exists", "exists", true],
  ["notExists", "does not exist", true],
] as const;
const EMPTY = [
  ["empty", "is empty", true],
  ["notEmpty", "is not empty", true],
] as const;
const EQUAL = [
  ["equals", "is equal to", false],
  ["notEquals", "is not equal to", false],
] as const;

const BY_KIND: Readonly<Record<ConditionKind, readonly (readonly [string, string, boolean])[]>> = {
  string: [
    ...EQUAL,
    ["contains", "contains", false],
    ["notContains", "does not contain", false],
    ["startsWith", "starts with", false],
    ["notStartsWith", "does not start with", false],
    ["endsWith", "ends with", false],
    ["notEndsWith", "does not end with", false],
    ["regex", "matches the pattern", false],
    ["notRegex", "does not match the pattern", false],
    ...EMPTY,
    ...EXISTS,
  ],
  number: [
    ...EQUAL,
    ["gt", "is greater than", false],
    ["lt", "is less than", false],
    ["gte", "is at least", false],
    ["lte", "is at most", false],
    ...EMPTY,
    ...EXISTS,
  ],
  dateTime: [
    ...EQUAL,
    ["after", "is after", false],
    ["before", "is before", false],
    ["afterOrEquals", "is at or after", false],
    ["beforeOrEquals", "is at or before", false],
    ...EMPTY,
    ...EXISTS,
  ],
  boolean: [["true", "is true", true], ["false", "is false", true], ...EQUAL, ...EMPTY, ...EXISTS],
  array: [
    ["contains", "contains", false],
    ["notContains", "does not contain", false],
    ["lengthEquals", "has as many as", false],
    ["lengthNotEquals", "has not as many as", false],
    ["lengthGt", "has more than", false],
    ["lengthLt", "has less than", false],
    ["lengthGte", "has at least", false],
    ["lengthLte", "has at most", false],
    ...EMPTY,
    ...EXISTS,
  ],
  object: [...EMPTY, ...EXISTS],
};

export const KIND_LABELS: Readonly<Record<ConditionKind, string>> = {
  string: "Text",
  number: "Number",
  dateTime: "Date and time",
  boolean: "Yes or no",
  array: "List",
  object: "Object",
};

export const OPERATORS: readonly Operator[] = (Object.keys(BY_KIND) as ConditionKind[]).flatMap((kind) =>
  BY_KIND[kind].map(([operation, label, single]) => ({ kind, operation, label, single })),
);

export interface Condition {
  readonly id: string;
  readonly leftValue: Json;
  readonly rightValue: Json;
  readonly operator: { readonly type: string; readonly operation: string; readonly singleValue?: boolean };
}

export interface FilterValue {
  readonly options: JsonObject;
  readonly conditions: readonly Condition[];
  readonly combinator: "and" | "or";
}

/** A filter as it is stored; what is not there is as n8n begins it. */
export function readFilter(value: Json | undefined, version: number): FilterValue {
  const stored = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  const options = typeof stored.options === "object" && !Array.isArray(stored.options) ? stored.options : null;
  return {
    options: options ?? { caseSensitive: true, leftValue: "", typeValidation: "strict", version },
    conditions: Array.isArray(stored.conditions) ? (stored.conditions as unknown as Condition[]) : [],
    combinator: stored.combinator === "or" ? "or" : "and",
  };
}

export function newCondition(): Condition {
  return {
    id: crypto.randomUUID(),
    leftValue: "",
    rightValue: "",
    operator: { type: "string", operation: "equals" },
  };
}

export function operatorOf(condition: Condition): Operator | undefined {
  const { type, operation } = condition.operator;
  return OPERATORS.find((one) => one.kind === type && one.operation === operation);
}

/** The condition with another operator; a value that it does not look at is cleared, as n8n does. */
export function withOperator(condition: Condition, operator: Operator): Condition {
  const { kind, operation, single } = operator;
  return {
    ...condition,
    rightValue: single ? "" : condition.rightValue,
    operator: single ? { type: kind, operation, singleValue: true } : { type: kind, operation },
  };
}
