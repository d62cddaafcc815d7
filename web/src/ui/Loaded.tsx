import { Alert, Button, Center, Group, Loader, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { messageOf } from "@/api/problems";

/** What a query brought; until then a spinner, and on failure the reason with another try. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return (
      <Alert color="red" icon={<TriangleAlert size={18} />} title="This could not be loaded">
        <Group justify="space-between">
          <Text size="sm">{messageOf(query.error)}</Text>
          <Button variant="default" onClick={() => query.refetch()}>
            Try again
          </Button>
        </Group>
      </Alert>
    );
  }
  return (
    <Center py="xl">
      <Loader aria-label="Loading" />
    </Center>
  );
}
