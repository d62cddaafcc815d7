import { Button, Group, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ListOrdered, ShieldCheck } from "lucide-react";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { Loaded } from "@/ui/Loaded";
import { Empty } from "@/ui/Page";
import { Moment } from "@/ui/times";
import classes from "./ExecutionView.module.css";

/** What waits for its turn, and queues that people hold back. */
export function Queue() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["executions", "queue"],
    queryFn: () => got(api.GET("/api/v1/queue")),
    refetchInterval: 3000,
  });
  const resume = useMutation({
    mutationFn: (workflowId: string) =>
      api.POST("/api/v1/queue/{workflow_id}/resume", { params: { path: { workflow_id: workflowId } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["executions"] }),
  });
  const pause = useMutation({
    mutationFn: (workflowId: string) =>
      api.POST("/api/v1/queue/{workflow_id}/pause", { params: { path: { workflow_id: workflowId } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["executions"] }),
  });
  return (
    <Loaded query={query}>
      {({ waiting, paused }) =>
        waiting.length === 0 && paused.length === 0 ? (
          <Empty icon={<ListOrdered size={24} />} title="Nothing waits for its turn">
            Runs wait here when a limit of the server, the tenant or the workflow is reached, or while a workflow's
            queue is paused.
          </Empty>
        ) : (
          <div className={classes.table}>
            <Table>
              <Table.Tbody>
                {paused.map((one) => (
                  <Table.Tr key={one.workflowId}>
                    <Table.Td>
                      <Link to={`/workflows/${one.workflowId}`}>{one.workflowId}</Link>
                    </Table.Td>
                    <Table.Td>
                      paused <Moment at={one.pausedAt} />
                    </Table.Td>
                    <Table.Td ta="right">
                      <Button size="xs" loading={resume.isPending} onClick={() => resume.mutate(one.workflowId)}>
                        Let it go on
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
                {waiting.map((one) => (
                  <Table.Tr key={one.executionId}>
                    <Table.Td>
                      <Link to={`/executions/${one.executionId}`}>{one.executionId}</Link>
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm" c="dimmed">
                        priority {one.priority}
                        {one.lane !== "" && `, beside ${one.laneLimit ?? "any number of"} others`}
                      </Text>
                    </Table.Td>
                    <Table.Td ta="right">
                      <Button size="xs" variant="default" onClick={() => pause.mutate(one.workflowId)}>
                        Pause its workflow
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )
      }
    </Loaded>
  );
}

/** Executions that the server gave up after trying again and again. */
export function DeadLetters() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["executions", "dead-letters"],
    queryFn: () => got(api.GET("/api/v1/dead-letters")),
  });
  const act = useMutation({
    mutationFn: ({ id, action }: { id: string; action: "retry" | "discard" }) =>
      action === "retry"
        ? api.POST("/api/v1/dead-letters/{execution_id}/retry", { params: { path: { execution_id: id } } })
        : api.POST("/api/v1/dead-letters/{execution_id}/discard", { params: { path: { execution_id: id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["executions"] }),
  });
  return (
    <Loaded query={query}>
      {({ data }) =>
        data.length === 0 ? (
          <Empty icon={<ShieldCheck size={24} />} title="Nothing was given up">
            A run that takes its executor down again and again is put here instead of being tried for ever.
          </Empty>
        ) : (
          <div className={classes.table}>
            <Table>
              <Table.Tbody>
                {data.map((one) => (
                  <Table.Tr key={one.executionId}>
                    <Table.Td>
                      <Link to={`/executions/${one.executionId}`}>{one.executionId}</Link>
                    </Table.Td>
                    <Table.Td>{one.reason}</Table.Td>
                    <Table.Td>
                      <Moment at={one.givenUpAt} />
                    </Table.Td>
                    <Table.Td>
                      <Group gap="xs" justify="flex-end">
                        <Button size="xs" onClick={() => act.mutate({ id: one.executionId, action: "retry" })}>
                          Try again
                        </Button>
                        <Button
                          size="xs"
                          variant="default"
                          onClick={() => act.mutate({ id: one.executionId, action: "discard" })}
                        >
                          End as failed
                        </Button>
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )
      }
    </Loaded>
  );
}
