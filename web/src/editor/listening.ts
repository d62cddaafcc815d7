import { create } from "zustand";
import { api, got } from "@/api/client";
import type { WebhookShape } from "@/api/schema";
import { complain } from "@/ui/notices";
import { followRun } from "./running";
import type { EditorStore } from "./store";

/** What is waited for: the next call of the draft's test addresses. */
interface Listening {
  readonly workflowId: string;
  readonly nodes: readonly WebhookShape[];
  readonly expiresAt: string;
}

export const useListening = create<{ readonly listening: Listening | null }>()(() => ({ listening: null }));

const ASK_MS = 700;

/** Waits for one call at the test addresses of what is drawn, and shows the run that it starts. */
export async function listen(store: EditorStore, options: { node?: string; destination?: string }): Promise<void> {
  const { workflowId, workflow } = store.getState();
  const path = { workflow_id: workflowId };
  try {
    const begun = await got(
      api.POST("/api/v1/workflows/{workflow_id}/test-webhook", {
        params: { path },
        body: { node: options.node ?? null, destinationNode: options.destination ?? null },
      }),
    );
    const listening = { workflowId, nodes: begun.nodes, expiresAt: begun.expiresAt };
    useListening.setState({ listening });
    while (useListening.getState().listening === listening) {
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      if (useListening.getState().listening !== listening) return;
      const trial = await got(api.GET("/api/v1/workflows/{workflow_id}/test-webhook", { params: { path } }));
      if (trial.state === "waiting") continue;
      useListening.setState({ listening: null });
      if (trial.state === "called" && trial.executionId != null) {
        store.getState().showRun(null, workflow);
        await followRun(store, trial.executionId);
      }
    }
  } catch (thrown) {
    useListening.setState({ listening: null });
    complain(thrown, "The test address could not be opened");
  }
}

export async function stopListening(): Promise<void> {
  const { listening } = useListening.getState();
  useListening.setState({ listening: null });
  if (listening === null) return;
  try {
    await api.DELETE("/api/v1/workflows/{workflow_id}/test-webhook", {
      params: { path: { workflow_id: listening.workflowId } },
    });
  } catch (thrown) {
    complain(thrown);
  }
}
