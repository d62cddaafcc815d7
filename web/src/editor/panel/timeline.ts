import { useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";
import type { NodeRunSummary } from "@/api/schema";
import type { NodeRun, RunView } from "@/model/runs";

/** What the timeline tells of one run of a node beyond its events: what its code printed, and how it failed. */
export function useRunDetails(run: RunView | null, node: string, of: NodeRun | undefined): NodeRunSummary | undefined {
  const done = of !== undefined && (of.status === "success" || of.status === "error");
  const query = useQuery({
    // The run's place is a part of the key: a timeline that was read before it has nothing of it.
    queryKey: ["execution", run?.executionId, "timeline", node, of?.run, of?.status],
    queryFn: async () => {
      const call = api.GET("/api/v1/executions/{execution_id}/timeline", {
        params: { path: { execution_id: run?.executionId ?? "" } },
      });
      return (await got(call)).nodes.find((one) => one.node === node && one.run === of?.run) ?? null;
    },
    enabled: run !== null && done,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return query.data ?? undefined;
}
