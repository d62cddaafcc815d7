import { api, got } from "@/api/client";
import type { RunView } from "@/model/runs";
import type { Item } from "@/model/workflow";

/** How many items a pin holds: more belongs into a data table or a file. */
export const PIN_LIMIT = 250;

/** What a node put out first in a run, to be pinned. */
export async function outputOf(run: RunView | null, node: string): Promise<readonly Item[]> {
  const last = run?.nodes[node]?.at(-1);
  if (run === null || last === undefined || last.status !== "success") {
    throw new Error("It has no output yet: execute it first.");
  }
  const brought = await got(
    api.GET("/api/v1/executions/{execution_id}/data", {
      params: {
        path: { execution_id: run.executionId },
        query: { node, run: last.run, output: 0, start: 0, limit: PIN_LIMIT },
      },
    }),
  );
  return (brought.items as readonly Item[]).map(({ json, binary }) =>
    binary === undefined ? { json } : { json, binary },
  );
}
