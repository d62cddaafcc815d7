import { Alert, Code, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, got } from "@/api/client";
import type { WorkflowNode } from "@/model/workflow";
import { Copy, curlOf } from "./ListeningBar";
import { useSaving } from "./saving";
import { useEditor } from "./store";

/** Where a webhook, form or chat is called: while it is tried out, and once it is published. */
export function WebhookAddresses({ node }: { node: WorkflowNode }) {
  const workflowId = useEditor((state) => state.workflowId);
  const { state } = useSaving();
  const [kind, setKind] = useState("test");
  const found = useQuery({
    // The server knows what is saved: asked again when that changed.
    queryKey: ["workflow", workflowId, "addresses", node.name, state === "saved" ? node.parameters : null],
    queryFn: async () => {
      const call = api.GET("/api/v1/workflows/{workflow_id}/webhooks", {
        params: { path: { workflow_id: workflowId } },
      });
      return (await got(call)).nodes.find((one) => one.name === node.name) ?? null;
    },
    enabled: state === "saved",
  });
  const address = found.data;
  if (address == null) return null;
  const url = kind === "test" ? address.testUrl : address.productionUrl;
  return (
    <Stack gap={6} mb="md">
      <Group justify="space-between">
        <Text size="sm" fw={560}>
          Address
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="Which address"
          data={[
            { value: "test", label: "Test" },
            { value: "production", label: "Production" },
          ]}
          value={kind}
          onChange={setKind}
        />
      </Group>
      <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {address.method} {url}
      </Code>
      <Group gap="xs">
        <Copy value={url} label="Copy address" />
        {address.kind === "webhook" && (
          <Copy value={curlOf({ method: address.method, testUrl: url })} label="Copy cURL" />
        )}
        <Text size="xs" c="dimmed">
          {kind === "test" ? "Counts for one call after “Execute”." : "Counts once the workflow is published."}
        </Text>
      </Group>
      {address.trouble !== "" && <Alert color="yellow">{address.trouble}</Alert>}
    </Stack>
  );
}
