import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";
import type { PreviewBody } from "@/api/schema";
import { useEditing } from "@/editor/store";
import { isExpression } from "@/model/parameters";
import type { Json, JsonObject, WorkflowNode } from "@/model/workflow";
import type { PreviewContext } from "./NodeParameters";

/** What an expression gives, or why it gives nothing. */
export interface Preview {
  readonly value?: Json;
  readonly error?: string | null;
}

const NONE: Readonly<Record<string, Preview>> = {};
const MOST = 100;

/** What all expressions of a node give for the chosen item: asked for in one call, a moment after the last change. */
export function usePreviews(node: WorkflowNode, context: PreviewContext): Readonly<Record<string, Preview>> {
  const expressions = Object.fromEntries(expressionsIn(node.parameters).slice(0, MOST));
  const workflowId = useEditing()?.getState().workflowId;
  const asked = {
    workflowId,
    node: node.name,
    executionId: context.executionId ?? null,
    itemIndex: context.itemIndex,
    runIndex: context.runIndex ?? -1,
    expressions,
  };
  const [settled] = useDebouncedValue(JSON.stringify(asked), 250);
  const found = useQuery({
    queryKey: ["previews", settled],
    enabled: workflowId !== undefined && Object.keys(JSON.parse(settled).expressions).length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async () => {
      const body = { ...JSON.parse(settled), workflow: context.workflow } as PreviewBody;
      return (await got(api.POST("/api/v1/expressions/preview", { body }))).results as Record<string, Preview>;
    },
  });
  return found.data ?? NONE;
}

/** Every expression in parameters, with the path at which a field shows it. */
export function expressionsIn(value: Json, path = ""): [string, string][] {
  if (isExpression(value)) return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((one, index) => expressionsIn(one, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value as JsonObject).flatMap(([key, one]) =>
    expressionsIn(one, path === "" ? key : `${path}.${key}`),
  );
}
