import {
  ActionIcon,
  Button,
  FileButton,
  Group,
  Menu,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Ellipsis, FileUp, Plus, Table2, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { api, got } from "@/api/client";
import type { ColumnShape, TableShape, Type } from "@/api/schema";
import { confirmed } from "@/ui/Confirm";
import { Loaded } from "@/ui/Loaded";
import { complain, tell } from "@/ui/notices";
import { Empty, Page } from "@/ui/Page";
import panel from "@/ui/Panel.module.css";
import { Moment } from "@/ui/times";

const KINDS = [
  { value: "string", label: "Text" },
  { value: "number", label: "Number" },
  { value: "boolean", label: "Yes or no" },
  { value: "date", label: "Date and time" },
];

/** All data tables that the person may see. */
export default function TablesPage() {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<TableShape | null>(null);
  const query = useQuery({
    queryKey: ["tables"],
    queryFn: async () => (await got(api.GET("/api/v1/data-tables"))).data,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/data-tables/{table_id}", { params: { path: { table_id: id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["tables"] }),
  });
  const add = (
    <Button leftSection={<Plus size={16} />} onClick={() => setAdding(true)}>
      New table
    </Button>
  );
  return (
    <Page title="Data tables" about="Rows that workflows read and write, without a database." actions={add}>
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon={<Table2 size={24} />} title="No data tables yet" action={add}>
              A list of customers, ids that were seen, a cache: the Data Table node keeps it here between runs.
            </Empty>
          ) : (
            <div className={panel.panel}>
              <Table highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Columns</Table.Th>
                    <Table.Th ta="right">Rows</Table.Th>
                    <Table.Th>Last changed</Table.Th>
                    <Table.Th w={50} aria-label="Actions" />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>
                        <Text component={Link} to={`/tables/${one.id}`} size="sm" fw={580} c="var(--hr-text)">
                          {one.name}
                        </Text>
                      </Table.Td>
                      <Table.Td maw={380}>
                        <Text size="sm" c="dimmed" truncate>
                          {one.columns.map((column) => column.name).join(", ")}
                        </Text>
                      </Table.Td>
                      <Table.Td ta="right">{one.rowCount.toLocaleString()}</Table.Td>
                      <Table.Td>
                        <Moment at={one.updatedAt} />
                      </Table.Td>
                      <Table.Td>
                        <Menu position="bottom-end">
                          <Menu.Target>
                            <ActionIcon variant="subtle" color="gray" aria-label={`More about ${one.name}`}>
                              <Ellipsis size={16} />
                            </ActionIcon>
                          </Menu.Target>
                          <Menu.Dropdown>
                            <Menu.Item onClick={() => setRenaming(one)}>Rename</Menu.Item>
                            <Menu.Item
                              component="a"
                              href={`/api/v1/data-tables/${encodeURIComponent(one.id)}/csv`}
                              download={`${one.name}.csv`}
                              leftSection={<Download size={15} />}
                            >
                              Download as CSV
                            </Menu.Item>
                            <Menu.Item
                              color="red"
                              leftSection={<Trash2 size={15} />}
                              onClick={() =>
                                confirmed(
                                  `Delete “${one.name}”?`,
                                  `Its ${one.rowCount.toLocaleString()} rows go too, and workflows that use it fail.`,
                                  "Delete",
                                  () => remove.mutate(one.id),
                                )
                              }
                            >
                              Delete
                            </Menu.Item>
                          </Menu.Dropdown>
                        </Menu>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          )
        }
      </Loaded>
      {adding && <NewTable onClose={() => setAdding(false)} />}
      {renaming !== null && <Rename table={renaming} onClose={() => setRenaming(null)} />}
    </Page>
  );
}

function NewTable({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [columns, setColumns] = useState<ColumnShape[]>([{ name: "", type: "string" }]);
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    try {
      const named = columns.filter((column) => column.name.trim() !== "");
      const made = await got(
        api.POST("/api/v1/data-tables", { body: { name: name.trim(), columns: named, projectId: "default" } }),
      );
      if (file !== null) {
        await api.POST("/api/v1/data-tables/{table_id}/csv", {
          params: { path: { table_id: made.id } },
          body: (await file.text()) as never,
          bodySerializer: (body) => body as unknown as string,
          headers: { "Content-Type": "text/csv" },
        });
        tell(`The rows of ${file.name} are in`);
      }
      await client.invalidateQueries({ queryKey: ["tables"] });
      navigate(`/tables/${made.id}`);
    } catch (thrown) {
      complain(thrown, "The table was not made");
    } finally {
      setBusy(false);
    }
  };
  const fromFile = async (chosen: File | null) => {
    setFile(chosen);
    if (chosen === null) return;
    // The first line names the columns; their kinds can be changed here before anything is made.
    const head = (await chosen.slice(0, 20_000).text()).split(/\r?\n/)[0] ?? "";
    setColumns(head.split(",").map((column) => ({ name: column.trim().replace(/^"|"$/g, ""), type: "string" })));
    if (name === "") setName(chosen.name.replace(/\.csv$/i, ""));
  };
  return (
    <Modal opened onClose={onClose} title="New data table" size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label="Name"
            required
            maxLength={128}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Stack gap={6}>
            <Text size="sm" fw={560}>
              Columns
            </Text>
            {columns.map((column, index) => {
              const set = (more: Partial<ColumnShape>) =>
                setColumns(columns.map((one, at) => (at === index ? { ...one, ...more } : one)));
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column that is being named has no other identity
                <Group key={index} gap={6} wrap="nowrap">
                  <TextInput
                    flex={1}
                    aria-label={`Name of column ${index + 1}`}
                    placeholder="Name"
                    value={column.name}
                    onChange={(event) => set({ name: event.currentTarget.value })}
                  />
                  <Select
                    w={150}
                    aria-label={`Kind of column ${index + 1}`}
                    data={KINDS}
                    value={column.type}
                    allowDeselect={false}
                    onChange={(next) => set({ type: (next ?? "string") as Type })}
                  />
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Take column ${index + 1} away`}
                    onClick={() => setColumns(columns.filter((_, at) => at !== index))}
                  >
                    <Trash2 size={15} />
                  </ActionIcon>
                </Group>
              );
            })}
            <Group gap="xs">
              <Button
                variant="default"
                size="xs"
                leftSection={<Plus size={14} />}
                onClick={() => setColumns([...columns, { name: "", type: "string" }])}
              >
                Add column
              </Button>
              <FileButton accept=".csv,text/csv" onChange={fromFile}>
                {(props) => (
                  <Button {...props} variant="default" size="xs" leftSection={<FileUp size={14} />}>
                    {file?.name ?? "From a CSV file"}
                  </Button>
                )}
              </FileButton>
            </Group>
          </Stack>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={busy}
              disabled={name.trim() === "" || !columns.some((column) => column.name.trim() !== "")}
            >
              Make the table
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Rename({ table, onClose }: { table: TableShape; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(table.name);
  const rename = useMutation({
    mutationFn: () =>
      api.PATCH("/api/v1/data-tables/{table_id}", {
        params: { path: { table_id: table.id } },
        body: { name: name.trim() },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["tables"] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Rename the table" size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate();
        }}
      >
        <TextInput
          data-autofocus
          label="Name"
          description="Nodes that name it by its name no longer find it."
          value={name}
          maxLength={128}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button type="submit" loading={rename.isPending} disabled={name.trim() === ""}>
            Rename
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
