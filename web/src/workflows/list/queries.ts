import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, got } from "@/api/client";
import type { Folder } from "./folders";
import { asked, type Listing } from "./listing";
import type { WorkflowSummary } from "./summary";

const PAGE = 50;
/** Favourites are kept in the browser and found by looking through everything, so in large pages. */
const LARGE_PAGE = 250;
const A_WEEK_MS = 7 * 86_400_000;

export function useWorkflows(listing: Listing) {
  const query = asked(listing);
  return useInfiniteQuery({
    queryKey: ["workflows", "list", query, listing.favourites],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => {
      const limit = listing.favourites ? LARGE_PAGE : PAGE;
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const page = await got(api.GET("/api/v1/workflows", { params: { query: { ...query, limit, ...cursor } } }));
      return { workflows: page.data as unknown as readonly WorkflowSummary[], nextCursor: page.nextCursor ?? null };
    },
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

/** Names of all workflows there are to choose from, a few hundred at most. */
export function useWorkflowNames() {
  return useQuery({
    queryKey: ["workflows", "names"],
    queryFn: async () => {
      const query = { summary: true, limit: 250 };
      const page = await got(api.GET("/api/v1/workflows", { params: { query } }));
      return page.data as unknown as readonly WorkflowSummary[];
    },
  });
}

export function useProjects() {
  return useQuery({ queryKey: ["projects"], queryFn: async () => (await got(api.GET("/api/v1/projects"))).data });
}

export function useFolders(project: string | null) {
  return useQuery({
    queryKey: ["folders", project],
    enabled: project !== null,
    queryFn: async (): Promise<readonly Folder[]> => {
      const query = project === null ? {} : { projectId: project };
      return (await got(api.GET("/api/v1/folders", { params: { query } }))).data;
    },
  });
}

export function useTags() {
  return useQuery({ queryKey: ["tags"], queryFn: async () => (await got(api.GET("/api/v1/tags"))).data });
}

/** Names of people by id. Those who may not list people see ids of others. */
export function usePeople() {
  const users = useQuery({
    queryKey: ["users"],
    queryFn: async () => (await got(api.GET("/api/v1/users"))).data,
    staleTime: 60_000,
    retry: false,
  });
  return useMemo(() => new Map((users.data ?? []).map((user) => [user.id, user.name])), [users.data]);
}

/** How the executions of the last week went, by workflow. */
export function useRuns() {
  const statistics = useQuery({
    queryKey: ["executions", "statistics", "week"],
    queryFn: async () => {
      const query = { startedAfter: new Date(Date.now() - A_WEEK_MS).toISOString() };
      return (await got(api.GET("/api/v1/executions/statistics", { params: { query } }))).data;
    },
    refetchInterval: 30_000,
    retry: false,
  });
  return useMemo(() => new Map((statistics.data ?? []).map((one) => [one.workflowId, one])), [statistics.data]);
}
