import { Anchor, List, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { Loaded } from "@/ui/Loaded";

export function useUsage(id: string) {
  return useQuery({
    queryKey: ["credential", id, "usage"],
    queryFn: async () =>
      (await got(api.GET("/api/v1/credentials/{credential_id}/usage", { params: { path: { credential_id: id } } })))
        .data,
  });
}

/** Which workflows use a credential, and with which nodes. */
export function Usage({ id }: { id: string }) {
  return (
    <Loaded query={useUsage(id)}>
      {(rows) =>
        rows.length === 0 ? (
          <Text c="dimmed">No workflow uses it.</Text>
        ) : (
          <List spacing="xs">
            {rows.map((row) => (
              <List.Item key={row.workflowId}>
                <Anchor component={Link} to={`/workflows/${row.workflowId}`}>
                  {row.workflowName}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {row.nodes.join(", ")}
                </Text>
              </List.Item>
            ))}
          </List>
        )
      }
    </Loaded>
  );
}
