import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";
import type { Json, JsonObject } from "@/model/workflow";

/** When a parameter is shown: all keys of `show` must match, and none of `hide`. "@version" is the node's version. */
export interface DisplayOptions {
  readonly show?: Readonly<Record<string, readonly Json[]>>;
  readonly hide?: Readonly<Record<string, readonly Json[]>>;
}

export interface Option {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly description?: string;
  readonly displayOptions?: DisplayOptions;
}

/** A group of fields of a fixedCollection. */
export interface FieldGroup {
  readonly name: string;
  readonly displayName: string;
  readonly values: readonly Parameter[];
  readonly displayOptions?: DisplayOptions;
}

export interface LocatorMode {
  readonly name: string;
  readonly displayName: string;
  readonly type?: "list" | "string";
  readonly placeholder?: string;
  readonly typeOptions?: JsonObject;
}

export type ParameterKind =
  | "string"
  | "number"
  | "boolean"
  | "options"
  | "multiOptions"
  | "collection"
  | "fixedCollection"
  | "json"
  | "notice"
  | "dateTime"
  | "filter"
  | "resourceLocator"
  | "resourceMapper"
  | "assignmentCollection"
  | "curlImport"
  | "credentialsSelect"
  | "hidden";

/** One parameter as a node declares it; a form field is drawn from it. */
export interface Parameter {
  readonly name: string;
  readonly displayName: string;
  readonly type: ParameterKind;
  readonly default: Json;
  readonly description?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  /** Only a fixed value: no expression makes sense. */
  readonly noDataExpression?: boolean;
  readonly displayOptions?: DisplayOptions;
  /** Option[] of options, Parameter[] of a collection, FieldGroup[] of a fixedCollection. */
  readonly options?: readonly (Option | Parameter | FieldGroup)[];
  readonly modes?: readonly LocatorMode[];
  readonly validateType?: string;
  /** multipleValues, minValue, maxValue, rows, password, sortable, editor, loadOptionsMethod, loadOptionsDependsOn. */
  readonly typeOptions?: JsonObject;
}

export interface CredentialSlot {
  readonly name: string;
  readonly required?: boolean;
  readonly displayOptions?: DisplayOptions;
}

/** What a node type says of itself, for some of its versions. */
export interface NodeDescription {
  readonly type: string;
  readonly versions: readonly number[];
  readonly title: string;
  readonly summary: string;
  readonly group?: string;
  readonly aliases?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly credentials?: readonly CredentialSlot[];
  /** Kinds of the inputs and outputs; one "main" each when absent. */
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly outputNames?: readonly string[];
  readonly trigger?: string | null;
  readonly effects?: "none" | "reads" | "writes";
}

/** A row of the list of node types. */
export interface NodeType {
  readonly type: string;
  readonly title: string;
  readonly versions: readonly number[];
  readonly trigger: string | null;
  readonly summary?: string;
  readonly group?: string;
  readonly aliases?: readonly string[];
}

export const nodeTypes = queryOptions({
  queryKey: ["node-types"],
  queryFn: async () => (await got(api.GET("/api/v1/node-types"))).data as readonly NodeType[],
  staleTime: Number.POSITIVE_INFINITY,
});

export function useNodeTypes() {
  return useQuery(nodeTypes);
}

/** The description of a type for one version of it; null where there is none: the node is kept, but cannot run. */
export function describing(type: string, version: number) {
  return queryOptions({
    queryKey: ["node-types", type, version],
    queryFn: async (): Promise<NodeDescription | null> => {
      try {
        const call = api.GET("/api/v1/node-types/{type_name}", {
          params: { path: { type_name: type }, query: { version } },
        });
        return (await got(call)) as unknown as NodeDescription;
      } catch (thrown) {
        if (thrown instanceof Error && "status" in thrown && thrown.status === 404) return null;
        throw thrown;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useDescription(type: string, version: number) {
  return useQuery(describing(type, version));
}

/** Descriptions of all of these, by `keyOf`; undefined while on its way. */
export function useDescriptions(kinds: readonly (readonly [type: string, version: number])[]) {
  const unique = [...new Map(kinds.map((kind) => [keyOf(...kind), kind])).entries()];
  return useQueries({
    queries: unique.map(([, [type, version]]) => describing(type, version)),
    combine: (results) => new Map(unique.map(([key], index) => [key, results[index]?.data])),
  });
}

export function keyOf(type: string, version: number): string {
  return `${type}@${version}`;
}
