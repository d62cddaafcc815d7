import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { api, got } from "@/api/client";
import type { Item } from "@/model/workflow";
import { complain, tell } from "@/ui/notices";
import { outputOf } from "./outputs";
import { followRun } from "./running";
import { useEditorStore } from "./store";

/**
 * "Debug in editor": with `?debug=EXECUTION` in the address, the run is shown, and what its nodes put out is pinned,
 * so that the workflow can be changed and tried with the same data.
 */
export function useDebugging(): void {
  const store = useEditorStore();
  const [search, setSearch] = useSearchParams();
  const executionId = search.get("debug");
  useEffect(() => {
    if (executionId === null) return;
    setSearch({}, { replace: true });
    void bring(executionId);
    async function bring(id: string) {
      try {
        await followRun(store, id);
        const { nodes } = await got(
          api.GET("/api/v1/executions/{execution_id}/timeline", { params: { path: { execution_id: id } } }),
        );
        const { run, workflow } = store.getState();
        const known = new Set(workflow.nodes.map((node) => node.name));
        const pins: Record<string, readonly Item[]> = {};
        for (const one of nodes) {
          // What ran more than once, in a loop, has no single output to pin.
          if (one.status !== "success" || !known.has(one.node) || (run?.nodes[one.node]?.length ?? 0) !== 1) continue;
          const items = await outputOf(run, one.node);
          if (items.length > 0) pins[one.node] = items;
        }
        store
          .getState()
          .change("Load data of a run", (before) => ({ ...before, pinData: { ...before.pinData, ...pins } }));
        tell(`The data of ${Object.keys(pins).length} nodes is pinned. Undo takes it away again.`);
      } catch (thrown) {
        complain(thrown, "The run could not be loaded");
      }
    }
  }, [executionId, setSearch, store]);
}
