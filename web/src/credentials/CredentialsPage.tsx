import { ActionIcon, Button, Group, Menu, Select, Table, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, KeyRound, Plus, Search, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, got } from "@/api/client";
import { useProjects } from "@/app/projects";
import { score } from "@/model/search";
import { confirmed } from "@/ui/Confirm";
import { Loaded } from "@/ui/Loaded";
import { complain } from "@/ui/notices";
import { Empty, Page } from "@/ui/Page";
import panel from "@/ui/Panel.module.css";
import { Moment } from "@/ui/times";
import { CredentialModal } from "./CredentialModal";
import { useCredentialTypes } from "./types";

/** All credentials that the person may see. */
export default function CredentialsPage() {
  const client = useQueryClient();
  const [query, setQuery] = useState("");
  const [type, setType] = useState<string | null>(null);
  const [open, setOpen] = useState<{ id?: string } | null>(null);
  const types = useCredentialTypes().data ?? [];
  const projects = useProjects().data ?? [];
  const found = useQuery({
    queryKey: ["credentials"],
    queryFn: async () => (await got(api.GET("/api/v1/credentials", { params: { query: { limit: 250 } } }))).data,
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      api.DELETE("/api/v1/credentials/{credential_id}", { params: { path: { credential_id: id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["credentials"] }),
  });
  const askToRemove = async (id: string, name: string) => {
    try {
      const path = { credential_id: id };
      const { data } = await got(api.GET("/api/v1/credentials/{credential_id}/usage", { params: { path } }));
      const users = data.map((row) => row.workflowName).join(", ");
      confirmed(
        `Delete “${name}”?`,
        users === "" ? "No workflow uses it." : `These workflows use it and will fail without it: ${users}.`,
        "Delete",
        () => remove.mutate(id),
      );
    } catch (thrown) {
      complain(thrown);
    }
  };
  const add = (
    <Button leftSection={<Plus size={16} />} onClick={() => setOpen({})}>
      New credential
    </Button>
  );
  return (
    <Page
      title="Credentials"
      about="Keys and passwords that nodes use. They are sealed, and never shown again."
      actions={add}
    >
      <Loaded query={found}>
        {(all) => {
          const rows = all.filter(
            (one) => (type === null || one.type === type) && (query === "" || score(query, one.name) > 0),
          );
          if (all.length === 0) {
            return (
              <Empty icon={<KeyRound size={24} />} title="No credentials yet" action={add}>
                A credential is made once and used by any node that needs it. Workflows only name it: whoever gets a
                copy of a workflow gets no secret.
              </Empty>
            );
          }
          return (
            <>
              <Group gap="xs" mb="sm">
                <TextInput
                  flex={1}
                  aria-label="Search credentials"
                  placeholder="Search by name"
                  leftSection={<Search size={15} />}
                  value={query}
                  onChange={(event) => setQuery(event.currentTarget.value)}
                />
                <Select
                  aria-label="Kind"
                  placeholder="Every kind"
                  clearable
                  data={types.map((one) => ({ value: one.name, label: one.title }))}
                  value={type}
                  onChange={setType}
                />
              </Group>
              <div className={panel.panel}>
                <Table highlightOnHover>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Name</Table.Th>
                      <Table.Th>Kind</Table.Th>
                      <Table.Th>Project</Table.Th>
                      <Table.Th>Last changed</Table.Th>
                      <Table.Th w={50} aria-label="Actions" />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((one) => (
                      <Table.Tr key={one.id}>
                        <Table.Td>
                          <UnstyledButton onClick={() => setOpen({ id: one.id })}>
                            <Text size="sm" fw={580}>
                              {one.name}
                            </Text>
                          </UnstyledButton>
                        </Table.Td>
                        <Table.Td>{types.find((kind) => kind.name === one.type)?.title ?? one.type}</Table.Td>
                        <Table.Td>
                          {projects.find((project) => project.id === one.projectId)?.name ?? one.projectId}
                          {one.sharedWith.length > 0 && ` and ${one.sharedWith.length} more`}
                        </Table.Td>
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
                              <Menu.Item onClick={() => setOpen({ id: one.id })}>Open</Menu.Item>
                              <Menu.Item
                                color="red"
                                leftSection={<Trash2 size={15} />}
                                onClick={() => askToRemove(one.id, one.name)}
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
                {rows.length === 0 && (
                  <Text c="dimmed" p="md" size="sm">
                    None is called that.
                  </Text>
                )}
              </div>
            </>
          );
        }}
      </Loaded>
      {open !== null && <CredentialModal id={open.id} onClose={() => setOpen(null)} />}
    </Page>
  );
}
