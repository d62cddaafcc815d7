import type { JsonObject, Workflow, WorkflowNode } from "@/model/workflow";
import type { NodeDescription } from "@/nodes/descriptions";

/** What expressions of the open node are previewed against. */
export interface PreviewContext {
  readonly workflow: Workflow;
  readonly executionId?: string;
  readonly runIndex?: number;
  readonly itemIndex: number;
  /** Items that reach the node, for completion; empty if it never ran. */
  readonly input: readonly JsonObject[];
}

/** The form of a node's parameters and credentials, drawn from its description. */
export function NodeParameters(_: {
  description: NodeDescription;
  node: WorkflowNode;
  context: PreviewContext;
  readOnly?: boolean;
  /** The node with other parameters or credentials; `field` names the parameter that changed (`merge` of undo). */
  onChange: (node: WorkflowNode, field: string) => void;
}) {
  return null;
}
