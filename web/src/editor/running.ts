import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { api, got } from "@/api/client";
import { follow } from "@/api/stream";
import { reach } from "@/model/graph";
import { fold, newRun } from "@/model/runs";
import { nodeTypes } from "@/nodes/descriptions";
import { complain } from "@/ui/notices";
import { listen, stopListening, useListening } from "./listening";
import { useSaving } from "./saving";
import { type EditorState, type EditorStore, useEditor, useEditorStore } from "./store";

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
  const ran = useEditor((state) => state.run?.status === "running");
  const listening = useListening((state) => state.listening !== null);
  const running = ran || listening;
  return {
    running,
    async execute({ destination, trigger } = {}) {
      if (!(await saving.flush())) return;
      const { workflowId, workflow } = store.getState();
      const called = await calledBy(client, store.getState(), trigger, destination);
      if (called !== undefined) {
        await listen(store, { node: called, destination });
        return;
      }
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
      await stopListening();
      const run = store.getState().run;
      if (run?.status !== "running") return;
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

/**
 * The node whose call a test run must wait for, as it has nothing to begin with otherwise: the trigger that is chosen,
 * or the only one there is. Pinned items, or an earlier run's, are something to begin with.
 */
async function calledBy(
  client: QueryClient,
  { workflow, run }: Pick<EditorState, "workflow" | "run">,
  trigger: string | undefined,
  destination: string | undefined,
): Promise<string | undefined> {
  const types = await client.ensureQueryData(nodeTypes);
  const kinds = new Map(types.map((type) => [type.type, type.trigger]));
  const leading = destination === undefined ? null : reach(workflow, destination, "upstream").add(destination);
  const starts = workflow.nodes.filter(
    (node) =>
      node.disabled !== true &&
      kinds.get(node.type) != null &&
      (trigger === undefined || node.name === trigger) &&
      (leading === null || leading.has(node.name)),
  );
  const start = starts[0];
  if (starts.length !== 1 || start === undefined || workflow.pinData?.[start.name] !== undefined) return undefined;
  const ran =
    destination !== undefined && destination !== start.name && run?.nodes[start.name]?.at(-1)?.status === "success";
  if (ran) return undefined;
  return /^(webhook|form|chat)$/.test(kinds.get(start.type) ?? "") ? start.name : undefined;
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
