import { Alert, Modal, Select, Stack, Table, TagsInput, Text, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { Loaded } from "@/ui/Loaded";
import { complain } from "@/ui/notices";
import { exact } from "@/ui/times";
import { TEXTS } from "../texts";
import { Asking } from "./Asking";
import { usePeople, useProjects, useTags } from "./queries";
import type { WorkflowSummary } from "./summary";
import type { WorkflowActions } from "./useWorkflowActions";

interface Props {
  readonly workflow: WorkflowSummary;
  readonly actions: WorkflowActions;
  readonly onClose: () => void;
}

/** Deleting cannot be undone, so the name is to be typed. */
export function DeleteWorkflow({ workflow, actions, onClose }: Props) {
  const [typed, setTyped] = useState("");
  return (
    <Asking
      title={`Delete “${workflow.name}”?`}
      yes="Delete workflow"
      danger
      ready={typed.trim() === workflow.name.trim()}
      onYes={() => actions.remove(workflow)}
      onClose={onClose}
    >
      <Text size="sm">{TEXTS.deleteWorkflow}</Text>
      {workflow.publishedVersion !== null && (
        <Alert color="red" icon={<TriangleAlert size={18} />} title="It runs in production">
          Version {workflow.publishedVersion} answers calls and schedules. With this it stops.
        </Alert>
      )}
      <TextInput
        label={`Type the name to confirm: ${workflow.name}`}
        data-autofocus
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </Asking>
  );
}

export function Transfer({ workflow, actions, onClose }: Props) {
  const projects = useProjects();
  const [to, setTo] = useState<string | null>(null);
  const others = (projects.data ?? []).filter((project) => project.id !== workflow.projectId);
  const name = others.find((project) => project.id === to)?.name ?? "";
  return (
    <Asking
      title={`Move “${workflow.name}” to another project`}
      yes="Move"
      ready={to !== null}
      onYes={async () => to !== null && (await actions.transfer(workflow, to, name))}
      onClose={onClose}
    >
      {projects.data !== undefined && others.length === 0 ? (
        <Text size="sm">There is no other project. They are made in Settings.</Text>
      ) : (
        <>
          <Text size="sm">{TEXTS.transfer}</Text>
          <Select
            label="Project"
            data-autofocus
            placeholder="Choose a project"
            data={others.map((project) => ({ value: project.id, label: project.name }))}
            value={to}
            onChange={setTo}
          />
        </>
      )}
    </Asking>
  );
}

/** Tags by name: those that are not there yet are made. */
export function TagsOf({ workflow, actions, onClose }: Props) {
  const tags = useTags();
  const client = useQueryClient();
  const [names, setNames] = useState(workflow.tags.map((tag) => tag.name));
  const save = async () => {
    try {
      const known = new Map((tags.data ?? []).map((tag) => [tag.name.toLowerCase(), tag.id]));
      const ids: string[] = [];
      for (const name of names) {
        const id = known.get(name.toLowerCase());
        ids.push(id ?? (await got(api.POST("/api/v1/tags", { body: { name } }))).id);
      }
      return await actions.setTags(workflow, [...new Set(ids)]);
    } catch (thrown) {
      complain(thrown, "The tag was not made");
      await client.invalidateQueries({ queryKey: ["tags"] });
      return false;
    }
  };
  return (
    <Asking
      title={`Tags of “${workflow.name}”`}
      yes="Save"
      ready={tags.data !== undefined}
      onYes={save}
      onClose={onClose}
    >
      <TagsInput
        label="Tags"
        description="Enter adds one. What is new is made for everybody."
        data-autofocus
        maxTags={20}
        data={(tags.data ?? []).map((tag) => tag.name)}
        value={names}
        onChange={setNames}
        acceptValueOnBlur
      />
    </Asking>
  );
}

const RIGHTS: Readonly<Record<string, string>> = {
  owner: "Everything",
  admin: "Everything but the tenant itself",
  editor: "Draws, publishes and runs",
  operator: "Runs and looks",
  viewer: "Looks",
};

/** Whose it is, and who may do what with it through the project. */
export function Sharing({ workflow, onClose }: { workflow: WorkflowSummary; onClose: () => void }) {
  const people = usePeople();
  const projects = useProjects();
  const members = useQuery({
    queryKey: ["projects", workflow.projectId, "members"],
    queryFn: async () => {
      const path = { project_id: workflow.projectId };
      return (await got(api.GET("/api/v1/projects/{project_id}/members", { params: { path } }))).data;
    },
    retry: false,
  });
  const project = projects.data?.find((one) => one.id === workflow.projectId)?.name ?? workflow.projectId;
  return (
    <Modal opened onClose={onClose} title={`Owner and access of “${workflow.name}”`} size="lg">
      <Stack gap="md">
        <Text size="sm">
          Owned by <strong>{people.get(workflow.owner) ?? workflow.owner}</strong>, in the project{" "}
          <strong>{project}</strong>. Last changed {exact(workflow.updatedAt)}.
        </Text>
        <Text size="sm" c="dimmed">
          All members of the project share its workflows; owners and admins of the tenant see every project.{" "}
          <Link to="/people">People and roles</Link> are changed in their own place.
        </Text>
        <Loaded query={members}>
          {(roles) =>
            roles.length === 0 ? (
              <Text size="sm">Nobody has a role in this project alone.</Text>
            ) : (
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Member</Table.Th>
                    <Table.Th>Role</Table.Th>
                    <Table.Th>May</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {roles.map((role) => (
                    <Table.Tr key={role.userId}>
                      <Table.Td>{people.get(role.userId) ?? role.userId}</Table.Td>
                      <Table.Td>{role.role}</Table.Td>
                      <Table.Td>{RIGHTS[role.role] ?? ""}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )
          }
        </Loaded>
      </Stack>
    </Modal>
  );
}
