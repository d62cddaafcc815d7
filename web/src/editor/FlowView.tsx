import type { RunView } from "@/model/runs";
import type { Workflow } from "@/model/workflow";

export type Mark = "added" | "removed" | "changed";

/**
 * A workflow to look at: pan, zoom, select and open, but no change. What a run did is drawn onto nodes and wires;
 * `marks` colour nodes by what a comparison found.
 */
export function FlowView(_: {
  workflow: Workflow;
  run?: RunView | null;
  marks?: Readonly<Record<string, Mark>>;
  selected?: string | null;
  onSelect?: (node: string | null) => void;
  onOpen?: (node: string) => void;
}) {
  return null;
}
