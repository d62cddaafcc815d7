import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, got } from "@/api/client";
import { follow, type LiveEvent } from "@/api/stream";
import { readRecord } from "@/editor/record";
import type { Workflow } from "@/model/workflow";

/** All events of an execution, and those that still come; the first answer may take a moment. */
export function useEvents(executionId: string): readonly LiveEvent[] {
  const [events, setEvents] = useState<readonly LiveEvent[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    let told: LiveEvent[] = [];
    let frame: number | null = null;
    setEvents([]);
    const show = () => {
      frame = null;
      setEvents(told);
    };
    void follow(
      `/api/v1/executions/${encodeURIComponent(executionId)}/stream`,
      (event) => {
        if (event.type === "ready") return;
        told = [...told, event];
        frame ??= requestAnimationFrame(show);
      },
      abort.signal,
    );
    return () => {
      abort.abort();
      if (frame !== null) cancelAnimationFrame(frame);
    };
  }, [executionId]);
  return events;
}

/** An execution with what was drawn when it ran; asked again as long as it is not over. */
export function useExecution(executionId: string) {
  return useQuery({
    queryKey: ["execution", executionId],
    queryFn: async () => {
      const call = api.GET("/api/v1/executions/{execution_id}", {
        params: { path: { execution_id: executionId }, query: { includeWorkflow: true } },
      });
      const execution = await got(call);
      const workflow: Workflow = readRecord((execution.workflowData ?? {}) as Record<string, unknown>, null).draft;
      return { execution, workflow };
    },
    refetchInterval: (query) =>
      query.state.data === undefined ||
      query.state.data.execution.finished ||
      /error|canceled/.test(query.state.data.execution.status)
        ? false
        : 2000,
  });
}
