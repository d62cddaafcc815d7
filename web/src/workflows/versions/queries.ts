import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, got } from "@/api/client";
import type { Difference } from "@/api/schema";
import { readRecord, type WorkflowRecord } from "@/editor/record";
import type { Workflow } from "@/model/workflow";

/** A version by its number; null is the draft. */
export type VersionRef = number | null;

export function useVersions(workflowId: string) {
  return useInfiniteQuery({
    queryKey: ["workflow", workflowId, "versions"],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => {
      const query = { limit: 50, ...(pageParam === null ? {} : { cursor: pageParam }) };
      const path = { workflow_id: workflowId };
      return got(api.GET("/api/v1/workflows/{workflow_id}/versions", { params: { path, query } }));
    },
    getNextPageParam: (page) => (page.nextCursor == null ? null : Number(page.nextCursor)),
  });
}

/** What a version draws. A version never changes. */
export function useVersion(workflowId: string, version: VersionRef) {
  return useQuery({
    queryKey: ["workflow", workflowId, "version", version],
    enabled: version !== null,
    queryFn: async (): Promise<Workflow> => {
      const path = { workflow_id: workflowId, number: version ?? 0 };
      const drawn = await got(api.GET("/api/v1/workflows/{workflow_id}/versions/{number}", { params: { path } }));
      const { version: _, ...workflow } = drawn as Record<string, unknown>;
      return { settings: {}, connections: {}, ...workflow } as unknown as Workflow;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What makes one version the other. `draft` names the state of the draft, where one of them is it. */
export function useDifference(
  workflowId: string,
  before: VersionRef,
  after: VersionRef,
  draft: string | null,
  enabled = true,
) {
  return useQuery({
    queryKey: ["workflow", workflowId, "diff", before, after, before === null || after === null ? draft : ""],
    enabled: enabled && before !== after,
    queryFn: async (): Promise<Difference> => {
      const path = { workflow_id: workflowId };
      const query = { ...(before === null ? {} : { before }), ...(after === null ? {} : { after }) };
      const found = await got(api.GET("/api/v1/workflows/{workflow_id}/diff", { params: { path, query } }));
      return found as Difference;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

interface Answered {
  readonly data?: unknown;
  readonly response: Response;
}

/**
 * Tells the page what the server made of the workflow. `redrawn`: the draft became another one, and the canvas takes
 * it; otherwise what is drawn stays the same object, so that nothing is drawn anew.
 */
export function useTold(workflowId: string) {
  const client = useQueryClient();
  return useCallback(
    async (answer: Answered, redrawn = false) => {
      const record = readRecord(answer.data as Record<string, unknown>, answer.response.headers.get("etag"));
      client.setQueryData<WorkflowRecord>(["workflow", workflowId], (known) =>
        known === undefined || redrawn ? record : { ...record, draft: known.draft },
      );
      await Promise.all([
        client.invalidateQueries({ queryKey: ["workflow", workflowId, "versions"] }),
        client.invalidateQueries({ queryKey: ["workflows"] }),
      ]);
    },
    [client, workflowId],
  );
}
