import { useQueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { api, got } from "@/api/client";
import { follow } from "@/api/stream";
import { fold, newRun } from "@/model/runs";
import { complain } from "@/ui/notices";
import { useSaving } from "./saving";
import { type EditorStore, useEditor, useEditorStore } from "./store";

/** The run that this page follows now: one at a time. */
const following = create<{ abort: AbortController | null }>()(() => ({ abort: null }));

/** Runs what is drawn, whole or up to a node, and shows it as it happens. */
export function useExecute(): {
  execute(options?: { destination?: string; trigger?: string }): Promise<void>;
  stop(): Promise<void>;
  running: boolean;
} {
  const store = useEditorStore();
  const saving = useSaving();
  const client = useQueryClient();
  const running = useEditor((state) => state.run?.status === "running");
  return {
    running,
    async execute({ destination, trigger } = {}) {
      if (!(await saving.flush())) return;
      const { workflowId, workflow } = store.getState();
      try {
        const started = await got(
          api.POST("/api/v1/executions", {
            body: {
              workflowId,
              version: "draft",
              usePins: true,
              priority: 0,
              // What ran and did not change since need not run again for one node's sake.
              ...(destination === undefined
                ? {}
                : { destinationNode: destination, reuse: store.getState().run?.executionId }),
              ...(trigger === undefined ? {} : { startNode: trigger }),
            },
          }),
        );
        store.getState().showRun(newRun(started.id), workflow);
        await followRun(store, started.id);
        void client.invalidateQueries({ queryKey: ["executions"] });
      } catch (thrown) {
        complain(thrown, "It did not start");
      }
    },
    async stop() {
      const run = store.getState().run;
      if (run === null) return;
      try {
        await api.POST("/api/v1/executions/{execution_id}/cancel", {
          params: { path: { execution_id: run.executionId } },
        });
      } catch (thrown) {
        complain(thrown, "It could not be stopped");
      }
    },
  };
}

/** Shows an execution from its first event to its end; another one that is followed is left. */
export async function followRun(store: EditorStore, executionId: string): Promise<void> {
  following.getState().abort?.abort();
  const abort = new AbortController();
  following.setState({ abort });
  let view = newRun(executionId);
  let frame: number | null = null;
  const show = () => {
    frame = null;
    if (!abort.signal.aborted) store.getState().showRun(view);
  };
  await follow(
    `/api/v1/executions/${encodeURIComponent(executionId)}/stream`,
    (event) => {
      view = fold(view, event);
      // A loop tells thousands of events in a second: drawn once a frame.
      frame ??= requestAnimationFrame(show);
    },
    abort.signal,
  );
  if (frame !== null) cancelAnimationFrame(frame);
  show();
}
