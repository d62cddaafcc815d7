import { useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { api } from "@/api/client";
import { ApiError } from "@/api/problems";
import type { Workflow } from "@/model/workflow";
import { complain } from "@/ui/notices";
import { readRecord, type WorkflowRecord } from "./record";
import { type EditorStore, useEditor } from "./store";

export type SaveState = "saved" | "unsaved" | "saving" | "failed" | "conflict";

export interface Saving {
  readonly state: SaveState;
  /** Saves what is drawn if it is not saved; false if that failed, which was told then. */
  flush(): Promise<boolean>;
  /** After a conflict: what is drawn here takes the place of what somebody else saved. */
  overwrite(): Promise<boolean>;
}

const Context = createContext<Saving>({ state: "saved", flush: async () => true, overwrite: async () => true });
export const SavingProvider = Context.Provider;

export function useSaving(): Saving {
  return useContext(Context);
}

const QUIET_MS = 900;

/** Keeps the draft saved: a moment after the last change, and before anything that needs it. */
export function useAutosave(store: EditorStore, record: WorkflowRecord): Saving {
  const client = useQueryClient();
  const etag = useRef(record.etag);
  const [state, setState] = useState<SaveState>("saved");
  const underWay = useRef<Promise<boolean> | null>(null);
  useEffect(() => {
    // Publishing changes the tag, though not what is drawn.
    etag.current = record.etag;
  }, [record.etag]);

  const save = useCallback(
    async (anyway: boolean): Promise<boolean> => {
      const { workflow, saved, readOnly } = store.getState();
      if (workflow === saved || readOnly) return true;
      setState("saving");
      try {
        const answer = await api.PUT("/api/v1/workflows/{workflow_id}", {
          params: {
            path: { workflow_id: record.id },
            header: anyway || etag.current === null ? {} : { "If-Match": etag.current },
          },
          body: sent(workflow) as never,
        });
        etag.current = answer.response.headers.get("etag");
        store.getState().markSaved(workflow);
        client.setQueryData(["workflow", record.id], {
          ...readRecord(answer.data as Record<string, unknown>, etag.current),
          draft: workflow,
        });
        setState(store.getState().workflow === workflow ? "saved" : "unsaved");
        return true;
      } catch (thrown) {
        const conflict = thrown instanceof ApiError && thrown.status === 412;
        setState(conflict ? "conflict" : "failed");
        if (!conflict) complain(thrown, "The workflow was not saved");
        return false;
      }
    },
    [client, record.id, store],
  );

  const run = useCallback(
    async (anyway = false): Promise<boolean> => {
      // One at a time: the next needs the tag that the one before brings.
      while (underWay.current !== null) await underWay.current;
      const promise = save(anyway).finally(() => {
        underWay.current = null;
      });
      underWay.current = promise;
      return promise;
    },
    [save],
  );

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = store.subscribe((now, before) => {
      if (now.workflow === before.workflow || now.workflow === now.saved) return;
      setState((known) => (known === "conflict" ? known : "unsaved"));
      clearTimeout(timer);
      timer = setTimeout(() => void run(), QUIET_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
      void run();
    };
  }, [store, run]);

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      const { workflow, saved } = store.getState();
      if (workflow !== saved) {
        void run();
        event.preventDefault();
      }
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [store, run]);

  return useMemo(() => ({ state, flush: () => run(), overwrite: () => run(true) }), [state, run]);
}

/** What is sent of a workflow: all that is drawn, with what this editor does not know. */
function sent(workflow: Workflow): Record<string, unknown> {
  return { ...workflow };
}

/** The draft differs from what the server has. */
export function useDirty(): boolean {
  return useEditor((state) => state.workflow !== state.saved);
}
