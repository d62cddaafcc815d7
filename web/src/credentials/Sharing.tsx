import { Button, Group, MultiSelect, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { useProjects } from "@/app/projects";
import { tell } from "@/ui/notices";

/** Which other projects may use a credential. */
export function Sharing({
  id,
  projectId,
  sharedWith,
}: {
  id: string;
  projectId: string;
  sharedWith: readonly string[];
}) {
  const client = useQueryClient();
  const projects = useProjects().data ?? [];
  const [chosen, setChosen] = useState([...sharedWith]);
  const save = useMutation({
    mutationFn: () =>
      api.PUT("/api/v1/credentials/{credential_id}/sharing", {
        params: { path: { credential_id: id } },
        body: { projectIds: chosen },
      }),
    onSuccess: () => {
      tell("Shared as you chose");
      return client.invalidateQueries({ queryKey: ["credentials"] });
    },
  });
  const others = projects.filter((project) => project.id !== projectId);
  return (
    <Stack>
      <Text size="sm">
        It belongs to {projects.find((project) => project.id === projectId)?.name ?? projectId}. Workflows of these
        projects may use it too; nobody there can read or change it.
      </Text>
      <MultiSelect
        label="Projects"
        data={others.map((project) => ({ value: project.id, label: project.name }))}
        value={chosen}
        onChange={setChosen}
        placeholder={others.length === 0 ? "There are no other projects" : undefined}
      />
      <Group justify="flex-end">
        <Button onClick={() => save.mutate()} loading={save.isPending}>
          Share
        </Button>
      </Group>
    </Stack>
  );
}
