import type { WorkflowNode } from "@/model/workflow";
import type { NodeDescription } from "@/nodes/descriptions";

/** How a node runs, whatever it does: on errors, on empty output, once or for every item; and its notes. */
export function NodeSettings(_: {
  description: NodeDescription;
  node: WorkflowNode;
  readOnly?: boolean;
  /** The node with other settings; `field` names the setting that changed (`merge` of undo). */
  onChange: (node: WorkflowNode, field: string) => void;
}) {
  return null;
}
