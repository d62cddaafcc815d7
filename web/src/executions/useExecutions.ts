import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, got } from "@/api/client";
import type { Status } from "@/api/schema";
import { follow } from "@/api/stream";

export interface Filters {
  readonly workflowId?: string;
  readonly status?: string;
  readonly mode?: string;
  readonly error?: string;
  readonly startedAfter?: string;
  readonly startedBefore?: string;
  readonly customData?: string;
}

/** Executions, the newest first, page by page. */
export function useExecutions(filters: Filters, limit = 50) {
  return useInfiniteQuery({
    queryKey: ["executions", filters, limit],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      got(
        api.GET("/api/v1/executions", {
          params: {
            query: {
              limit,
              ...(pageParam === null ? {} : { cursor: pageParam }),
              ...(filters.workflowId ? { workflowId: filters.workflowId } : {}),
              ...(filters.status ? { status: [filters.status as Status] } : {}),
              ...(filters.mode ? { mode: [filters.mode as never] } : {}),
              ...(filters.error ? { error: filters.error } : {}),
              ...(filters.startedAfter ? { startedAfter: new Date(filters.startedAfter).toISOString() } : {}),
              ...(filters.startedBefore ? { startedBefore: new Date(filters.startedBefore).toISOString() } : {}),
              ...(filters.customData ? { customData: [filters.customData] } : {}),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? null,
  });
}

const QUIET_MS = 700;

/** Lists of executions are read again when something happens, however much of it, about once a second. */
export function useLiveExecutions(on: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!on) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | null = null;
    void follow(
      "/api/v1/stream",
      (event) => {
        if (!event.type.startsWith("execution.")) return;
        timer ??= setTimeout(() => {
          timer = null;
          void client.invalidateQueries({ queryKey: ["executions"] });
        }, QUIET_MS);
      },
      abort.signal,
    );
    return () => {
      abort.abort();
      if (timer !== null) clearTimeout(timer);
    };
  }, [client, on]);
}
