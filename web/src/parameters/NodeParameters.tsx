import { Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { shownCredentials } from "@/model/parameters";
import type { JsonObject, Workflow, WorkflowNode } from "@/model/workflow";
import type { NodeDescription } from "@/nodes/descriptions";
import { CredentialField } from "./CredentialField";
import { FormProvider } from "./context";
import { FieldList } from "./FieldList";
import { usePreviews } from "./previews";

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
export function NodeParameters({
  description,
  node,
  context,
  readOnly = false,
  onChange,
}: {
  description: NodeDescription;
  node: WorkflowNode;
  context: PreviewContext;
  readOnly?: boolean;
  /** The node with other parameters or credentials; `field` names the parameter that changed (`merge` of undo). */
  onChange: (node: WorkflowNode, field: string) => void;
}) {
  const previews = usePreviews(node, context);
  const form = useMemo(
    () => ({ node, description, context, readOnly, previews }),
    [node, description, context, readOnly, previews],
  );
  const parameters = description.parameters ?? [];
  const credentials = shownCredentials(description, node);
  return (
    <FormProvider value={form}>
      <Stack gap="md">
        {credentials.map((slot) => (
          <CredentialField
            key={slot.name}
            slot={slot}
            onChange={(reference) => {
              const { [slot.name]: _, ...others } = node.credentials ?? {};
              const next = reference === null ? others : { ...others, [slot.name]: reference };
              onChange({ ...node, credentials: next }, slot.name);
            }}
          />
        ))}
        <FieldList
          parameters={parameters}
          values={node.parameters}
          path=""
          onChange={(values, field) => onChange({ ...node, parameters: values }, field)}
        />
        {parameters.length === 0 && (
          <Text c="dimmed" size="sm">
            There is nothing to set here.
          </Text>
        )}
      </Stack>
    </FormProvider>
  );
}
