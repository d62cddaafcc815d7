import type { WorkflowSettings } from "@/model/workflow";

/** Settings of one workflow: order, error workflow, timezone, saving, timeout, concurrency. */
export function WorkflowSettingsModal(_: {
  workflowId: string;
  settings: WorkflowSettings;
  readOnly?: boolean;
  onClose: () => void;
  onChange: (settings: WorkflowSettings) => void;
}) {
  return null;
}
