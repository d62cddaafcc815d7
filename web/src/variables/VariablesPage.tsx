import {
  ActionIcon,
  Button,
  Code,
  Group,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, Pencil, Plus, Trash2, Variable } from "lucide-react";
import { useState } from "react";
import { api, got } from "@/api/client";
import type { VariableShape } from "@/api/schema";
import { useProjects } from "@/app/projects";
import { confirmed } from "@/ui/Confirm";
import { Loaded } from "@/ui/Loaded";
import { tell } from "@/ui/notices";
import { Empty, Page } from "@/ui/Page";
import panel from "@/ui/Panel.module.css";

/** Values that expressions read as `$vars.KEY`. */
export default function VariablesPage() {
  const client = useQueryClient();
  const projects = useProjects().data ?? [];
  const [open, setOpen] = useState<VariableShape | "new" | null>(null);
  const query = useQuery({
    queryKey: ["variables"],
    queryFn: async () => (await got(api.GET("/api/v1/variables"))).data,
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      api.DELETE("/api/v1/variables/{variable_id}", { params: { path: { variable_id: id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["variables"] }),
  });
  const add = (
    <Button leftSection={<Plus size={16} />} onClick={() => setOpen("new")}>
      New variable
    </Button>
  );
  return (
    <Page
      title="Variables"
      about="Values that workflows share. Not for secrets: everybody who sees a workflow may read them."
      actions={add}
    >
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon={<Variable size={24} />} title="No variables yet" action={add}>
              An address that differs between test and production, a threshold, a recipient: set it once and read it as
              {" $vars.NAME "}in any expression.
            </Empty>
          ) : (
            <div className={panel.panel}>
              <Table highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Key</Table.Th>
                    <Table.Th>Value</Table.Th>
                    <Table.Th>For</Table.Th>
                    <Table.Th w={110} aria-label="Actions" />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>
                        <Group gap={4}>
                          <Code>$vars.{one.key}</Code>
                          <Tooltip label="Copy">
                            <ActionIcon
                              size="sm"
                              variant="subtle"
                              color="gray"
                              aria-label={`Copy $vars.${one.key}`}
                              onClick={() => {
                                void navigator.clipboard.writeText(`{{ $vars.${one.key} }}`);
                                tell("Copied");
                              }}
                            >
                              <Copy size={13} />
                            </ActionIcon>
                          </Tooltip>
                        </Group>
                      </Table.Td>
                      <Table.Td maw={420}>
                        <Text size="sm" truncate>
                          {one.value}
                        </Text>
                      </Table.Td>
                      <Table.Td>
                        {one.projectId == null
                          ? "All projects"
                          : (projects.find((project) => project.id === one.projectId)?.name ?? one.projectId)}
                      </Table.Td>
                      <Table.Td>
                        <Group gap={2} justify="flex-end" wrap="nowrap">
                          <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={`Change ${one.key}`}
                            onClick={() => setOpen(one)}
                          >
                            <Pencil size={15} />
                          </ActionIcon>
                          <ActionIcon
                            variant="subtle"
                            color="red"
                            aria-label={`Delete ${one.key}`}
                            onClick={() =>
                              confirmed(
                                `Delete ${one.key}?`,
                                "Expressions that read it find nothing from then on.",
                                "Delete",
                                () => remove.mutate(one.id),
                              )
                            }
                          >
                            <Trash2 size={15} />
                          </ActionIcon>
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
      {open !== null && <VariableForm known={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function VariableForm({ known, onClose }: { known: VariableShape | null; onClose: () => void }) {
  const client = useQueryClient();
  const projects = useProjects().data ?? [];
  const [key, setKey] = useState(known?.key ?? "");
  const [value, setValue] = useState(known?.value ?? "");
  const [projectId, setProjectId] = useState<string | null>(known?.projectId ?? null);
  const sound = /^[A-Za-z_]\w*$/.test(key);
  const save = useMutation({
    mutationFn: async () => {
      const body = { key, value, projectId };
      if (known === null) await api.POST("/api/v1/variables", { body });
      else await api.PUT("/api/v1/variables/{variable_id}", { params: { path: { variable_id: known.id } }, body });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["variables"] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={known === null ? "New variable" : `Change ${known.key}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label="Key"
            required
            maxLength={50}
            value={key}
            error={key !== "" && !sound ? "Letters, digits and underscores, and no digit first." : undefined}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <Textarea
            label="Value"
            autosize
            minRows={2}
            maxRows={10}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Select
            label="For"
            description="A project's own value counts before that of all projects."
            placeholder="All projects"
            clearable
            data={projects.map((project) => ({ value: project.id, label: project.name }))}
            value={projectId}
            onChange={setProjectId}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!sound} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
