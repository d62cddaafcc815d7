import { ActionIcon, Button, Group, Stack, Table, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useProjects } from "@/app/projects";
import { confirmed } from "@/ui/Confirm";
import { Loaded } from "@/ui/Loaded";
import panel from "@/ui/Panel.module.css";
import { Moment } from "@/ui/times";

/** Projects: what keeps workflows, credentials and tables of teams apart. */
export function Projects() {
  const client = useQueryClient();
  const query = useProjects();
  const [name, setName] = useState("");
  const changed = () => client.invalidateQueries({ queryKey: ["projects"] });
  const add = useMutation({
    mutationFn: () => api.POST("/api/v1/projects", { body: { name: name.trim() } }),
    onSuccess: () => setName(""),
    onSettled: changed,
  });
  const rename = useMutation({
    mutationFn: ({ id, to }: { id: string; to: string }) =>
      api.PUT("/api/v1/projects/{project_id}", { params: { path: { project_id: id } }, body: { name: to } }),
    onSettled: changed,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/projects/{project_id}", { params: { path: { project_id: id } } }),
    onSettled: changed,
  });
  return (
    <Stack>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") add.mutate();
        }}
      >
        <Group gap="xs">
          <TextInput
            flex={1}
            aria-label="Name of a new project"
            placeholder="Name of a new project"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" leftSection={<Plus size={16} />} loading={add.isPending}>
            New project
          </Button>
        </Group>
      </form>
      <Loaded query={query}>
        {(rows) => (
          <div className={panel.panel}>
            <Table>
              <Table.Tbody>
                {rows.map((project) => (
                  <Table.Tr key={project.id}>
                    <Table.Td>
                      <TextInput
                        variant="unstyled"
                        aria-label={`Name of the project ${project.name}`}
                        defaultValue={project.name}
                        onBlur={(event) => {
                          const to = event.currentTarget.value.trim();
                          if (to !== "" && to !== project.name) rename.mutate({ id: project.id, to });
                        }}
                      />
                    </Table.Td>
                    <Table.Td>
                      made <Moment at={project.createdAt} />
                    </Table.Td>
                    <Table.Td w={50}>
                      {project.id !== "default" && (
                        <ActionIcon
                          variant="subtle"
                          color="red"
                          aria-label={`Delete ${project.name}`}
                          onClick={() =>
                            confirmed(
                              `Delete “${project.name}”?`,
                              "It must be empty: move what is in it first.",
                              "Delete",
                              () => remove.mutate(project.id),
                            )
                          }
                        >
                          <Trash2 size={15} />
                        </ActionIcon>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Loaded>
    </Stack>
  );
}
