import {
  ActionIcon,
  Button,
  CopyButton,
  Group,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { api, got } from "@/api/client";
import type { Role } from "@/api/schema";
import { useMe } from "@/app/me";
import { useProjects } from "@/app/projects";
import { confirmed } from "@/ui/Confirm";
import { Loaded } from "@/ui/Loaded";
import panel from "@/ui/Panel.module.css";
import { Moment } from "@/ui/times";
import { ROLES } from "./roles";

/** Members of the tenant with their roles, and who is invited. */
export function Members() {
  const client = useQueryClient();
  const me = useMe().data;
  const [inviting, setInviting] = useState(false);
  const users = useQuery({ queryKey: ["users"], queryFn: async () => (await got(api.GET("/api/v1/users"))).data });
  const invitations = useQuery({
    queryKey: ["invitations"],
    queryFn: async () => (await got(api.GET("/api/v1/invitations"))).data,
    retry: false,
  });
  const changed = () => client.invalidateQueries({ queryKey: ["users"] });
  const setRole = useMutation({
    mutationFn: ({ id, role }: { id: string; role: Role }) =>
      api.PUT("/api/v1/members/{user_id}", { params: { path: { user_id: id } }, body: { role } }),
    onSettled: changed,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/members/{user_id}", { params: { path: { user_id: id } } }),
    onSettled: changed,
  });
  const withdraw = useMutation({
    mutationFn: (id: string) =>
      api.DELETE("/api/v1/invitations/{invitation_id}", { params: { path: { invitation_id: id } } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["invitations"] }),
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {ROLES.map((role) => `${role.label}: ${role.may}`).join(" · ")}
        </Text>
        <Button leftSection={<UserPlus size={16} />} onClick={() => setInviting(true)}>
          Invite
        </Button>
      </Group>
      <Loaded query={users}>
        {(rows) => (
          <div className={panel.panel}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>E-mail</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th>Since</Table.Th>
                  <Table.Th w={50} aria-label="Actions" />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((user) => (
                  <Table.Tr key={user.id}>
                    <Table.Td fw={580}>
                      {user.name}
                      {user.id === me?.user.id && " (you)"}
                    </Table.Td>
                    <Table.Td>{user.email}</Table.Td>
                    <Table.Td>
                      <Select
                        aria-label={`Role of ${user.name}`}
                        w={130}
                        size="xs"
                        data={ROLES.map(({ value, label }) => ({ value, label }))}
                        value={user.role ?? null}
                        placeholder="In projects only"
                        allowDeselect={false}
                        onChange={(role) => setRole.mutate({ id: user.id, role: (role ?? "viewer") as Role })}
                      />
                    </Table.Td>
                    <Table.Td>
                      <Moment at={user.createdAt} />
                    </Table.Td>
                    <Table.Td>
                      <ActionIcon
                        variant="subtle"
                        color="red"
                        aria-label={`Remove ${user.name}`}
                        onClick={() =>
                          confirmed(
                            `Remove ${user.name}?`,
                            "They may do nothing here any more. What they made stays.",
                            "Remove",
                            () => remove.mutate(user.id),
                          )
                        }
                      >
                        <Trash2 size={15} />
                      </ActionIcon>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Loaded>
      {invitations.data !== undefined && invitations.data.length > 0 && (
        <>
          <Title order={2} size="h4">
            Invited
          </Title>
          <div className={panel.panel}>
            <Table>
              <Table.Tbody>
                {invitations.data.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td>{one.email}</Table.Td>
                    <Table.Td>{one.role}</Table.Td>
                    <Table.Td>
                      until <Moment at={one.expiresAt} />
                    </Table.Td>
                    <Table.Td ta="right">
                      <Button size="xs" variant="default" onClick={() => withdraw.mutate(one.id)}>
                        Withdraw
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </>
      )}
      {inviting && <Invite onClose={() => setInviting(false)} />}
    </Stack>
  );
}

function Invite({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const projects = useProjects().data ?? [];
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("editor");
  const [projectId, setProjectId] = useState<string | null>(null);
  const invite = useMutation({
    mutationFn: () => got(api.POST("/api/v1/invitations", { body: { email, role, projectId } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["invitations"] }),
  });
  const link = invite.data === undefined ? null : `${window.location.origin}/join#token=${invite.data.token}`;
  return (
    <Modal opened onClose={onClose} title="Invite somebody">
      {link === null ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            invite.mutate();
          }}
        >
          <Stack>
            <TextInput
              data-autofocus
              type="email"
              label="E-mail address"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Select
              label="Role"
              description={ROLES.find((one) => one.value === role)?.may}
              data={ROLES.map(({ value, label }) => ({ value, label }))}
              value={role}
              allowDeselect={false}
              onChange={(next) => setRole((next ?? "editor") as Role)}
            />
            <Select
              label="Where"
              placeholder="In the whole tenant"
              clearable
              data={projects.map((one) => ({ value: one.id, label: one.name }))}
              value={projectId}
              onChange={setProjectId}
            />
            <Button type="submit" loading={invite.isPending}>
              Make an invitation
            </Button>
          </Stack>
        </form>
      ) : (
        <Stack>
          <Text size="sm">Send this link to {email}. It is shown only now, and works once.</Text>
          <Group wrap="nowrap" gap="xs">
            <TextInput flex={1} readOnly value={link} aria-label="Link of the invitation" />
            <CopyButton value={link}>
              {({ copied, copy }) => (
                <Button leftSection={<Copy size={14} />} onClick={copy}>
                  {copied ? "Copied" : "Copy"}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
