import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQueryClient } from "@tanstack/react-query";
import { Bug, Copy, Download, Ellipsis, RotateCw, Square, Trash2 } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { api, got } from "@/api/client";
import type { ExecutionShape } from "@/api/schema";
import { complain, tell } from "@/ui/notices";

/** What is done with one execution. */
export function ExecutionActions({ execution, onGone }: { execution: ExecutionShape; onGone: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const path = { execution_id: execution.id };
  const running = ["running", "waiting", "new"].includes(execution.status);
  const retryable = ["error", "canceled"].includes(execution.status);
  const changed = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["executions"] }),
      client.invalidateQueries({ queryKey: ["execution", execution.id] }),
    ]);
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (thrown) {
      complain(thrown);
    }
  };
  const retry = (loadWorkflow: boolean) =>
    attempt(async () => {
      const retried = await got(
        api.POST("/api/v1/executions/{execution_id}/retry", { params: { path }, body: { loadWorkflow, run: 0 } }),
      );
      await changed();
      navigate(`/workflows/${execution.workflowId}/executions/${retried.id}`);
    });
  return (
    <Group gap="xs" wrap="nowrap">
      {running && (
        <Button
          variant="default"
          leftSection={<Square size={14} />}
          onClick={() =>
            attempt(async () => {
              await api.POST("/api/v1/executions/{execution_id}/cancel", { params: { path } });
              await changed();
            })
          }
        >
          Cancel
        </Button>
      )}
      {retryable && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" leftSection={<RotateCw size={14} />}>
              Retry
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => retry(true)}>With the workflow as it is drawn now</Menu.Item>
            <Menu.Item onClick={() => retry(false)}>With the workflow as it ran</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Button
        component={Link}
        to={`/workflows/${execution.workflowId}?debug=${encodeURIComponent(execution.id)}`}
        leftSection={<Bug size={15} />}
      >
        Debug in editor
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="More about this execution">
            <Ellipsis size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Copy size={15} />}
            onClick={() =>
              attempt(async () => {
                await navigator.clipboard.writeText(`${window.location.origin}/executions/${execution.id}`);
                tell("The link is copied");
              })
            }
          >
            Copy link
          </Menu.Item>
          <Menu.Item
            leftSection={<Download size={15} />}
            component="a"
            href={`/api/v1/executions/${encodeURIComponent(execution.id)}?includeData=true`}
            download={`execution-${execution.id}.json`}
          >
            Download as JSON
          </Menu.Item>
          {!running && (
            <Menu.Item
              color="red"
              leftSection={<Trash2 size={15} />}
              onClick={() =>
                modals.openConfirmModal({
                  title: "Delete this execution?",
                  children: "Its data goes too, as far as no other run needs it.",
                  labels: { confirm: "Delete", cancel: "Keep" },
                  confirmProps: { color: "red" },
                  onConfirm: () =>
                    attempt(async () => {
                      await api.DELETE("/api/v1/executions/{execution_id}", { params: { path } });
                      await client.invalidateQueries({ queryKey: ["executions"] });
                      onGone();
                    }),
                })
              }
            >
              Delete
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
