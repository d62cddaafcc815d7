import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, got } from "@/api/client";
import type { Item } from "@/model/workflow";

/** One output of one run of a node; its items are read page by page, as they are looked at. */
export interface RunOutput {
  readonly kind: "run";
  readonly executionId: string;
  readonly node: string;
  readonly run: number;
  readonly output: number;
  /** As the run's events told it. */
  readonly total: number;
}

/** Items that are at hand, such as pinned ones. */
export interface HeldItems {
  readonly kind: "held";
  readonly items: readonly Item[];
}

export type ItemSource = RunOutput | HeldItems;

export const PAGE = 200;
/** So many items are searched at most. */
export const MOST_READ = 10_000;

function pageOf(source: RunOutput, page: number) {
  const { executionId, node, run, output } = source;
  return queryOptions({
    queryKey: ["execution", executionId, "data", node, run, output, page],
    queryFn: () => read(source, page * PAGE, PAGE),
    // A finished run's items never change.
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
}

/** All items, up to `MOST_READ`. */
export function wholeOf(source: RunOutput) {
  const { executionId, node, run, output } = source;
  return queryOptions({
    queryKey: ["execution", executionId, "data", node, run, output, "whole"],
    queryFn: async () => {
      const items: Item[] = [];
      while (items.length < Math.min(source.total, MOST_READ)) {
        const page = await read(source, items.length, 1000);
        if (page.length === 0) break;
        items.push(...page);
      }
      return items as readonly Item[];
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
}

async function read(source: RunOutput, start: number, limit: number): Promise<readonly Item[]> {
  const { executionId, node, run, output } = source;
  const call = api.GET("/api/v1/executions/{execution_id}/data", {
    params: { path: { execution_id: executionId }, query: { node, run, output, start, limit } },
  });
  return (await got(call)).items as readonly Item[];
}

export interface Items {
  readonly total: number;
  /** Undefined while it is on its way. */
  at(index: number): Item | undefined;
  readonly error: Error | null;
  retry(): void;
}

const NONE: readonly Item[] = [];

/** The items of a source, those of `pages` read. */
export function useItems(source: ItemSource, pages: readonly number[]): Items {
  const combine = useCallback(
    (results: readonly { data?: readonly Item[]; error: Error | null; refetch: () => unknown }[]) => ({
      read: new Map(pages.map((page, place) => [page, results[place]?.data])),
      error: results.find((result) => result.error !== null)?.error ?? null,
      retry: () => {
        for (const result of results) if (result.error !== null) result.refetch();
      },
    }),
    [pages],
  );
  const found = useQueries({
    queries: source.kind === "run" ? pages.map((page) => pageOf(source, page)) : [],
    combine,
  });
  return useMemo(() => {
    if (source.kind === "held") {
      return { total: source.items.length, at: (index) => source.items[index], error: null, retry: () => {} };
    }
    return {
      total: source.total,
      at: (index) => found.read.get(Math.floor(index / PAGE))?.[index % PAGE],
      error: found.error,
      retry: found.retry,
    };
  }, [source, found]);
}

/** The first page: enough to tell what the items look like. */
export function useFirstItems(source: ItemSource | null): readonly Item[] {
  const run = source?.kind === "run" && source.total > 0 ? source : null;
  const query = useQuery({ ...pageOf(run ?? NOTHING, 0), enabled: run !== null });
  if (source?.kind === "held") return source.items.length > PAGE ? source.items.slice(0, PAGE) : source.items;
  return (run !== null ? query.data : undefined) ?? NONE;
}

const NOTHING: RunOutput = { kind: "run", executionId: "", node: "", run: 0, output: 0, total: 0 };

/** One item, or undefined while it is on its way. */
export function useItem(source: ItemSource | null, index: number): Item | undefined {
  const run = source?.kind === "run" && index < source.total ? source : null;
  const query = useQuery({ ...pageOf(run ?? NOTHING, Math.floor(index / PAGE)), enabled: run !== null });
  return source?.kind === "held" ? source.items[index] : run !== null ? query.data?.[index % PAGE] : undefined;
}
