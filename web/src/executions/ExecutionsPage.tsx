import { Button, Checkbox, Group, Select, Switch, Table, Tabs, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQueryClient } from "@tanstack/react-query";
import { Activity, RotateCw, Square, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api } from "@/api/client";
import { messageOf } from "@/api/problems";
import type { ExecutionShape } from "@/api/schema";
import { Loaded } from "@/ui/Loaded";
import { complain, tell } from "@/ui/notices";
import { Empty, Page } from "@/ui/Page";
import { StatusBadge } from "@/ui/StatusBadge";
import { lasting, Moment } from "@/ui/times";
import { MODES, STATUSES } from "./choices";
import classes from "./ExecutionView.module.css";
import { DeadLetters, Queue } from "./Queues";
import { type Filters, useExecutions, useLiveExecutions } from "./useExecutions";

const FILTERS = ["status", "mode", "error", "startedAfter", "startedBefore", "customData"] as const;

/** Executions of all workflows. */
export default function ExecutionsPage() {
  const [live, setLive] = useState(true);
  useLiveExecutions(live);
  return (
    <Page
      title="Executions"
      about="What ran, the newest first."
      wide
      actions={<Switch label="Live" checked={live} onChange={(event) => setLive(event.currentTarget.checked)} />}
    >
      <Tabs defaultValue="all" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="all">All</Tabs.Tab>
          <Tabs.Tab value="queue">Queue</Tabs.Tab>
          <Tabs.Tab value="given-up">Given up</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="all">
          <All />
        </Tabs.Panel>
        <Tabs.Panel value="queue">
          <Queue />
        </Tabs.Panel>
        <Tabs.Panel value="given-up">
          <DeadLetters />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function All() {
  const [search, setSearch] = useSearchParams();
  const filters: Filters = Object.fromEntries(FILTERS.map((key) => [key, search.get(key) ?? ""]));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const query = useExecutions(filters);
  const set = (key: (typeof FILTERS)[number], value: string | null) => {
    const next = new URLSearchParams(search);
    if (value) next.set(key, value);
    else next.delete(key);
    setSearch(next, { replace: true });
    setSelected(new Set());
  };
  const filtered = FILTERS.some((key) => search.get(key));
  return (
    <>
      <Group gap="xs" mb="sm">
        <Select
          aria-label="Status"
          placeholder="Every status"
          w={150}
          clearable
          data={STATUSES}
          value={search.get("status")}
          onChange={(value) => set("status", value)}
        />
        <Select
          aria-label="How it started"
          placeholder="However started"
          w={160}
          clearable
          data={MODES}
          value={search.get("mode")}
          onChange={(value) => set("mode", value)}
        />
        <TextInput
          aria-label="Started after"
          type="datetime-local"
          w={200}
          value={search.get("startedAfter") ?? ""}
          onChange={(event) => set("startedAfter", event.currentTarget.value)}
        />
        <TextInput
          aria-label="Started before"
          type="datetime-local"
          w={200}
          value={search.get("startedBefore") ?? ""}
          onChange={(event) => set("startedBefore", event.currentTarget.value)}
        />
        <TextInput
          aria-label="Error text"
          placeholder="Error text"
          w={170}
          value={search.get("error") ?? ""}
          onChange={(event) => set("error", event.currentTarget.value)}
        />
        <TextInput
          aria-label="Custom data, key=value"
          placeholder="Custom data: key=value"
          w={190}
          value={search.get("customData") ?? ""}
          onChange={(event) => set("customData", event.currentTarget.value)}
        />
        {filtered && (
          <Button variant="subtle" onClick={() => setSearch({}, { replace: true })}>
            Clear filters
          </Button>
        )}
      </Group>
      <Loaded query={query}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.data);
          if (rows.length === 0) {
            return (
              <Empty icon={<Activity size={24} />} title={filtered ? "Nothing like that ran" : "Nothing ran yet"}>
                {filtered
                  ? "Other filters may find more."
                  : "Execute a workflow in its editor, or publish it: each run is kept here, node by node."}
              </Empty>
            );
          }
          return (
            <>
              {selected.size > 0 && (
                <Bulk rows={rows.filter((row) => selected.has(row.id))} onDone={() => setSelected(new Set())} />
              )}
              <div className={classes.table}>
                <Table highlightOnHover>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th w={40}>
                        <Checkbox
                          aria-label="Select all that are shown"
                          checked={selected.size === rows.length}
                          indeterminate={selected.size > 0 && selected.size < rows.length}
                          onChange={(event) =>
                            setSelected(new Set(event.currentTarget.checked ? rows.map((row) => row.id) : []))
                          }
                        />
                      </Table.Th>
                      <Table.Th>Workflow</Table.Th>
                      <Table.Th>Status</Table.Th>
                      <Table.Th>Started</Table.Th>
                      <Table.Th>Took</Table.Th>
                      <Table.Th>How</Table.Th>
                      <Table.Th>Error</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((row) => (
                      <Row
                        key={row.id}
                        row={row}
                        selected={selected.has(row.id)}
                        onSelect={(on) => {
                          const next = new Set(selected);
                          if (on) next.add(row.id);
                          else next.delete(row.id);
                          setSelected(next);
                        }}
                      />
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
              {query.hasNextPage && (
                <Group justify="center" mt="md">
                  <Button variant="default" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
                    Older ones
                  </Button>
                </Group>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Row({ row, selected, onSelect }: { row: ExecutionShape; selected: boolean; onSelect: (on: boolean) => void }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={`Select the execution of ${row.workflowName}`}
          checked={selected}
          onChange={(event) => onSelect(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <Text
          component={Link}
          to={`/workflows/${row.workflowId}/executions/${row.id}`}
          size="sm"
          fw={580}
          c="var(--hr-text)"
        >
          {row.workflowName}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={row.status} />
      </Table.Td>
      <Table.Td>
        <Moment at={row.startedAt} />
      </Table.Td>
      <Table.Td>
        {row.stoppedAt != null && lasting((Date.parse(row.stoppedAt) - Date.parse(row.startedAt)) / 1000)}
      </Table.Td>
      <Table.Td>{MODES.find((mode) => mode.value === row.mode)?.label ?? row.mode}</Table.Td>
      <Table.Td maw={320}>
        <Text size="sm" c="var(--hr-danger)" truncate>
          {row.error}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

/** What is done with all that are selected; those it cannot be done with are named. */
function Bulk({ rows, onDone }: { rows: readonly ExecutionShape[]; onDone: () => void }) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const run = async (name: string, work: (id: string) => Promise<unknown>) => {
    setBusy(true);
    const failed: string[] = [];
    for (const row of rows) {
      try {
        await work(row.id);
      } catch (thrown) {
        failed.push(`${row.workflowName}: ${messageOf(thrown)}`);
      }
    }
    setBusy(false);
    if (failed.length > 0) complain(new Error(failed.slice(0, 6).join("\n")), `${failed.length} could not be ${name}`);
    if (failed.length < rows.length) tell(`${rows.length - failed.length} ${name}`);
    await client.invalidateQueries({ queryKey: ["executions"] });
    onDone();
  };
  const path = (id: string) => ({ params: { path: { execution_id: id } } });
  return (
    <Group mb="sm" gap="xs">
      <Text size="sm" fw={580}>
        {rows.length} selected
      </Text>
      <Button
        variant="default"
        size="xs"
        loading={busy}
        leftSection={<Square size={13} />}
        onClick={() => run("canceled", (id) => api.POST("/api/v1/executions/{execution_id}/cancel", path(id)))}
      >
        Cancel
      </Button>
      <Button
        variant="default"
        size="xs"
        loading={busy}
        leftSection={<RotateCw size={13} />}
        onClick={() =>
          run("retried", (id) =>
            api.POST("/api/v1/executions/{execution_id}/retry", { ...path(id), body: { loadWorkflow: false, run: 0 } }),
          )
        }
      >
        Retry
      </Button>
      <Button
        variant="default"
        size="xs"
        c="red"
        loading={busy}
        leftSection={<Trash2 size={13} />}
        onClick={() =>
          modals.openConfirmModal({
            title: `Delete ${rows.length} executions?`,
            children: "Their data goes too.",
            labels: { confirm: "Delete", cancel: "Keep" },
            confirmProps: { color: "red" },
            onConfirm: () => run("deleted", (id) => api.DELETE("/api/v1/executions/{execution_id}", path(id))),
          })
        }
      >
        Delete
      </Button>
    </Group>
  );
}
