import { ActionIcon, Anchor, Button, Group, Menu, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronRight, Download, Ellipsis, Plus, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { api, got } from "@/api/client";
import type { TableShape, Type } from "@/api/schema";
import { confirmed } from "@/ui/Confirm";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import type { Cell } from "./cells";
import { Grid, type Row } from "./Grid";

const CONDITIONS = [
  { value: "eq", label: "is" },
  { value: "neq", label: "is not" },
  { value: "ilike", label: "contains" },
  { value: "gt", label: "is greater than" },
  { value: "lt", label: "is less than" },
];
type Condition = "eq" | "neq" | "ilike" | "gt" | "lt";

/** One data table, as a grid to be read and written. */
export default function TablePage() {
  const { tableId = "" } = useParams();
  const query = useQuery({
    queryKey: ["tables", tableId],
    queryFn: () => got(api.GET("/api/v1/data-tables/{table_id}", { params: { path: { table_id: tableId } } })),
  });
  return <Loaded query={query}>{(table) => <Opened table={table} />}</Loaded>;
}

function Opened({ table }: { table: TableShape }) {
  const client = useQueryClient();
  const [sort, setSort] = useState<string | null>(null);
  const [column, setColumn] = useState<string | null>(null);
  const [condition, setCondition] = useState<Condition>("eq");
  const [value, setValue] = useState("");
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [adding, setAdding] = useState(false);
  const path = { table_id: table.id };
  const filter = useMemo(() => {
    if (column === null || value === "") return "";
    const kind = table.columns.find((one) => one.name === column)?.type;
    const wanted =
      condition === "ilike"
        ? `%${value}%`
        : kind === "number"
          ? Number(value)
          : kind === "boolean"
            ? value === "true"
            : value;
    return JSON.stringify({ type: "and", filters: [{ columnName: column, condition, value: wanted }] });
  }, [table.columns, column, condition, value]);
  const rows = useInfiniteQuery({
    queryKey: ["tables", table.id, "rows", sort, filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      got(
        api.GET("/api/v1/data-tables/{table_id}/rows", {
          params: {
            path,
            query: {
              limit: 250,
              ...(sort === null ? {} : { sortBy: sort }),
              ...(filter === "" ? {} : { filter }),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? null,
  });
  const changed = () => client.invalidateQueries({ queryKey: ["tables"] });
  const byId = (id: number) => ({
    type: "and" as const,
    filters: [{ columnName: "id", condition: "eq" as const, value: id }],
  });
  const set = useMutation({
    mutationFn: ({ id, data }: { id: number; data: Record<string, Cell> }) =>
      api.PATCH("/api/v1/data-tables/{table_id}/rows/update", {
        params: { path },
        body: { filter: byId(id), data, returnData: false, dryRun: false },
      }),
    onSettled: changed,
  });
  const insert = useMutation({
    mutationFn: (data: Record<string, Cell>[]) =>
      api.POST("/api/v1/data-tables/{table_id}/rows", { params: { path }, body: { data, returnType: "count" } }),
    onSettled: changed,
  });
  const remove = useMutation({
    mutationFn: async (ids: readonly number[]) => {
      const wanted = { type: "or", filters: ids.map((id) => ({ columnName: "id", condition: "eq", value: id })) };
      await api.DELETE("/api/v1/data-tables/{table_id}/rows/delete", {
        params: { path, query: { filter: JSON.stringify(wanted), returnData: false, dryRun: false } },
      });
    },
    onSuccess: () => setSelected(new Set()),
    onSettled: changed,
  });
  const dropColumn = useMutation({
    mutationFn: (name: string) =>
      api.DELETE("/api/v1/data-tables/{table_id}/columns/{column}", { params: { path: { ...path, column: name } } }),
    onSettled: changed,
  });
  const all = (rows.data?.pages.flatMap((page) => page.data) ?? []) as unknown as Row[];
  return (
    <Page
      title={table.name}
      about={
        <Group gap={6} component="span">
          <Anchor component={Link} to="/tables" size="sm">
            Data tables
          </Anchor>
          <ChevronRight size={13} aria-hidden />
          {table.rowCount.toLocaleString()} {table.rowCount === 1 ? "row" : "rows"}
        </Group>
      }
      wide
      actions={
        <>
          {selected.size > 0 && (
            <Button
              variant="default"
              c="red"
              leftSection={<Trash2 size={15} />}
              onClick={() =>
                confirmed(`Delete ${selected.size} rows?`, "They are gone for workflows, too.", "Delete", () =>
                  remove.mutate([...selected]),
                )
              }
            >
              Delete {selected.size}
            </Button>
          )}
          <Button variant="default" onClick={() => setAdding(true)}>
            Add column
          </Button>
          <Button leftSection={<Plus size={16} />} loading={insert.isPending} onClick={() => insert.mutate([{}])}>
            Add row
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label="More about the table">
                <Ellipsis size={17} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                component="a"
                href={`/api/v1/data-tables/${encodeURIComponent(table.id)}/csv`}
                download={`${table.name}.csv`}
                leftSection={<Download size={15} />}
              >
                Download as CSV
              </Menu.Item>
              <Menu.Divider />
              <Menu.Label>Delete a column</Menu.Label>
              {table.columns.map((one) => (
                <Menu.Item
                  key={one.name}
                  color="red"
                  onClick={() =>
                    confirmed(`Delete the column “${one.name}”?`, "Its values go too.", "Delete", () =>
                      dropColumn.mutate(one.name),
                    )
                  }
                >
                  {one.name}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <Group gap="xs" mb="sm">
        <Select
          aria-label="Column to filter by"
          placeholder="Filter by column"
          clearable
          data={table.columns.map((one) => one.name)}
          value={column}
          onChange={setColumn}
        />
        {column !== null && (
          <>
            <Select
              aria-label="Condition"
              w={160}
              data={CONDITIONS}
              value={condition}
              allowDeselect={false}
              onChange={(next) => setCondition((next ?? "eq") as Condition)}
            />
            <TextInput
              aria-label="Value"
              placeholder="Value"
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          </>
        )}
      </Group>
      <Loaded query={rows}>
        {() => (
          <Grid
            columns={table.columns}
            rows={all}
            sort={sort}
            onSort={setSort}
            selected={selected}
            onSelect={setSelected}
            onSet={(id, data) => set.mutate({ id, data })}
            onInsert={(data) => insert.mutate(data)}
            onEnd={() => {
              if (rows.hasNextPage && !rows.isFetchingNextPage) void rows.fetchNextPage();
            }}
          />
        )}
      </Loaded>
      {adding && <NewColumn table={table} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function NewColumn({ table, onClose }: { table: TableShape; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [type, setType] = useState<Type>("string");
  const add = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/data-tables/{table_id}/columns", {
        params: { path: { table_id: table.id } },
        body: { name: name.trim(), type },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["tables"] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Add a column" size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Kind"
            data={[
              { value: "string", label: "Text" },
              { value: "number", label: "Number" },
              { value: "boolean", label: "Yes or no" },
              { value: "date", label: "Date and time" },
            ]}
            value={type}
            allowDeselect={false}
            onChange={(next) => setType((next ?? "string") as Type)}
          />
          <Text size="xs" c="dimmed">
            Rows that are there have nothing in it at first.
          </Text>
          <Button type="submit" disabled={name.trim() === ""} loading={add.isPending}>
            Add
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
