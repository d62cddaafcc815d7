import { Button, Code, CopyButton, Group, Loader, Paper, Stack, Text } from "@mantine/core";
import type { WebhookShape } from "@/api/schema";
import classes from "./EditorPage.module.css";
import { stopListening, useListening } from "./listening";

/** While a test call is waited for: where to send it, ready to copy, and how to stop. */
export function ListeningBar() {
  const listening = useListening((state) => state.listening);
  if (listening === null) return null;
  return (
    <Paper className={classes.listening ?? ""} withBorder shadow="md" p="sm" role="status">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Group gap="xs">
            <Loader size="xs" />
            <Text size="sm" fw={600}>
              Waiting for a test call
            </Text>
            <Text size="xs" c="dimmed">
              until {new Date(listening.expiresAt).toLocaleTimeString()}
            </Text>
          </Group>
          <Button size="xs" variant="default" onClick={() => void stopListening()}>
            Stop waiting
          </Button>
        </Group>
        {listening.nodes.map((node) => (
          <Address key={node.name} node={node} />
        ))}
      </Stack>
    </Paper>
  );
}

function Address({ node }: { node: WebhookShape }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Code style={{ flex: 1, overflow: "auto", whiteSpace: "nowrap" }}>
        {node.method} {node.testUrl}
      </Code>
      <Copy value={node.testUrl} label="Copy address" />
      {node.kind === "webhook" ? (
        <Copy value={curlOf(node)} label="Copy cURL" />
      ) : (
        <Button size="xs" component="a" href={node.testUrl} target="_blank" rel="noreferrer">
          Open
        </Button>
      )}
    </Group>
  );
}

export function Copy({ value, label }: { value: string; label: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button size="xs" variant="default" onClick={copy} miw={108}>
          {copied ? "Copied" : label}
        </Button>
      )}
    </CopyButton>
  );
}

export function curlOf({ method, testUrl }: Pick<WebhookShape, "method" | "testUrl">): string {
  const body = /^(GET|HEAD)$/.test(method) ? "" : ` -H 'Content-Type: application/json' -d '{"hello": "world"}'`;
  return `curl -X ${method} '${testUrl.replaceAll("'", "'\\''")}'${body}`;
}
