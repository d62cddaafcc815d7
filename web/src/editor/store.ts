import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunView } from "@/model/runs";
import type { Workflow } from "@/model/workflow";

/** What one change did, for undo; changes with the same `merge` key that follow each other are one step. */
interface Step {
  readonly label: string;
  readonly before: Workflow;
  readonly merge: string | undefined;
}

/** The editor of one workflow: what is drawn, what is selected, and the run that is looked at. */
export interface EditorState {
  readonly workflowId: string;
  readonly workflow: Workflow;
  /** What the server has: the draft is unsaved while it is another object than `workflow`. */
  readonly saved: Workflow;
  readonly readOnly: boolean;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  /** Names of nodes. */
  readonly selection: ReadonlySet<string>;
  /** The node whose panel is open. */
  readonly openNode: string | null;
  /** The run whose data the canvas and the panel show. */
  readonly run: RunView | null;
  /** What was drawn when that run began; nodes that differ from it are stale. Null if that is not known. */
  readonly ranWith: Workflow | null;

  /** Changes what is drawn, as one step of undo. `label` is for people: "Rename node". */
  change(label: string, next: (workflow: Workflow) => Workflow, options?: { merge?: string }): void;
  undo(): void;
  redo(): void;
  select(names: Iterable<string>): void;
  open(node: string | null): void;
  /** Shows a run; `ranWith` is given once, when it begins. */
  showRun(run: RunView | null, ranWith?: Workflow | null): void;
  /** The server has this now. */
  markSaved(saved: Workflow): void;
  /** Begins anew with what the server has. */
  load(workflow: Workflow): void;
}

const DEPTH = 200;

export type EditorStore = StoreApi<EditorState>;

export function newEditor(workflowId: string, workflow: Workflow, readOnly = false): EditorStore {
  return createStore<EditorState>()((set, get) => ({
    workflowId,
    workflow,
    saved: workflow,
    readOnly,
    past: [],
    future: [],
    selection: new Set(),
    openNode: null,
    run: null,
    ranWith: null,

    change(label, next, options) {
      const { workflow: before, past, readOnly: locked } = get();
      if (locked) return;
      const after = next(before);
      if (after === before) return;
      const last = past.at(-1);
      const merged = options?.merge !== undefined && last?.merge === options.merge;
      const step = { label, before, merge: options?.merge };
      set({ workflow: after, past: merged ? past : [...past.slice(1 - DEPTH), step], future: [] });
    },
    undo() {
      const { past, future, workflow: now } = get();
      const step = past.at(-1);
      if (step === undefined) return;
      set({
        workflow: step.before,
        past: past.slice(0, -1),
        future: [...future, { ...step, before: now }],
        ...remaining(get(), step.before),
      });
    },
    redo() {
      const { past, future, workflow: now } = get();
      const step = future.at(-1);
      if (step === undefined) return;
      set({
        workflow: step.before,
        past: [...past, { ...step, before: now, merge: undefined }],
        future: future.slice(0, -1),
        ...remaining(get(), step.before),
      });
    },
    select(names) {
      set({ selection: new Set(names) });
    },
    open(node) {
      set({ openNode: node });
    },
    showRun(run, ranWith) {
      set(ranWith === undefined ? { run } : { run, ranWith });
    },
    markSaved(saved) {
      set({ saved });
    },
    load(loaded) {
      set({ workflow: loaded, saved: loaded, past: [], future: [], selection: new Set(), openNode: null });
    },
  }));
}

/** Selection and open node, without what the workflow no longer has. */
function remaining(state: EditorState, workflow: Workflow): Pick<EditorState, "selection" | "openNode"> {
  const names = new Set(workflow.nodes.map((node) => node.name));
  return {
    selection: new Set([...state.selection].filter((name) => names.has(name))),
    openNode: state.openNode !== null && names.has(state.openNode) ? state.openNode : null,
  };
}

const Editing = createContext<EditorStore | null>(null);

export const EditorProvider = Editing.Provider;

/** The store itself, for actions: reading it does not follow changes. */
export function useEditorStore(): EditorStore {
  const store = useContext(Editing);
  if (store === null) throw new Error("There is no editor around this component.");
  return store;
}

/** The store, or null where something is only looked at. */
export function useEditing(): EditorStore | null {
  return useContext(Editing);
}

export function useEditor<T>(choose: (state: EditorState) => T): T {
  return useStore(useEditorStore(), choose);
}
