import { Button, Code, Container, Group, Stack, Text, Title } from "@mantine/core";
import { isRouteErrorResponse, Link, useRouteError } from "react-router";
import { messageOf } from "@/api/problems";

/** What stands in for a page that failed, so that the rest goes on: what happened, a report to copy, ways out. */
export default function BrokenPage({ missing = false }: { missing?: boolean }) {
  const thrown = useRouteError();
  if (missing || (isRouteErrorResponse(thrown) && thrown.status === 404)) {
    return (
      <Frame title="There is no such page">
        <Text>The address may be mistyped, or what it showed is gone.</Text>
      </Frame>
    );
  }
  const report = [
    `Page: ${window.location.pathname}`,
    `Error: ${messageOf(thrown)}`,
    thrown instanceof Error ? (thrown.stack ?? "") : "",
    `Browser: ${navigator.userAgent}`,
  ].join("\n");
  return (
    <Frame title="This page broke">
      <Text>
        Nothing that was saved is lost. Loading the page again usually helps; if it does not, send this report.
      </Text>
      <Code block mah={240} style={{ overflow: "auto" }}>
        {report}
      </Code>
      <Group>
        <Button onClick={() => window.location.reload()}>Load again</Button>
        <Button variant="default" onClick={() => navigator.clipboard.writeText(report)}>
          Copy report
        </Button>
      </Group>
    </Frame>
  );
}

export { BrokenPage as Broken };

function Frame({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Container size="sm" py="xl" component="main">
      <Stack>
        <Title order={1}>{title}</Title>
        {children}
        <Link to="/workflows">To the workflows</Link>
      </Stack>
    </Container>
  );
}
