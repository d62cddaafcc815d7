import { ActionIcon, Group, Select, Stack, Text, Tooltip } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { api, got } from "@/api/client";
import { CredentialModal } from "@/credentials/CredentialModal";
import type { CredentialReference } from "@/model/workflow";
import type { CredentialSlot } from "@/nodes/descriptions";
import { useForm } from "./context";

const NEW = "+";

/** Which credential the node uses, of those that there are of its kind, or a new one. */
export function CredentialField({
  slot,
  onChange,
}: {
  slot: CredentialSlot;
  onChange: (reference: CredentialReference | null) => void;
}) {
  const { node, readOnly } = useForm();
  const client = useQueryClient();
  const [editing, setEditing] = useState<{ id?: string } | null>(null);
  const found = useQuery({
    queryKey: ["credentials"],
    queryFn: async () => (await got(api.GET("/api/v1/credentials", { params: { query: { limit: 250 } } }))).data,
  });
  const types = useQuery({
    queryKey: ["credential-types"],
    queryFn: async () => {
      const brought = await got(api.GET("/api/v1/credential-types"));
      return (brought as unknown as { data: { name: string; title: string }[] }).data;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const chosen = node.credentials?.[slot.name];
  const fitting = (found.data ?? []).filter((one) => one.type === slot.name);
  const gone = chosen !== undefined && found.isSuccess && !fitting.some((one) => one.id === chosen.id);
  const title = types.data?.find((one) => one.name === slot.name)?.title ?? slot.name;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={560}>
        Credential for {title}
        {slot.required === true && <span aria-hidden> *</span>}
      </Text>
      <Group gap={6} wrap="nowrap">
        <Select
          flex={1}
          aria-label={`Credential for ${title}`}
          placeholder="Choose a credential"
          disabled={readOnly}
          clearable
          data={[
            ...fitting.map((one) => ({ value: one.id, label: one.name })),
            ...(gone ? [{ value: chosen?.id ?? "?", label: `${chosen?.name ?? "?"} (not here)` }] : []),
            { value: NEW, label: "New credential…" },
          ]}
          value={chosen === undefined ? null : (chosen.id ?? "?")}
          onChange={(next) => {
            if (next === NEW) setEditing({});
            else if (next === null) onChange(null);
            else {
              const one = fitting.find((candidate) => candidate.id === next);
              if (one !== undefined) onChange({ id: one.id, name: one.name });
            }
          }}
        />
        {chosen?.id != null && !gone && (
          <Tooltip label="Edit the credential">
            <ActionIcon
              variant="default"
              size={34}
              aria-label="Edit the credential"
              onClick={() => setEditing({ id: chosen.id ?? "" })}
            >
              <Pencil size={15} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {gone && (
        <Text size="xs" c="var(--hr-danger)">
          “{chosen?.name}” is not among the credentials here: choose one, or make it anew.
        </Text>
      )}
      {slot.required === true && chosen === undefined && (
        <Text size="xs" c="var(--hr-danger)">
          The node cannot run without a credential.
        </Text>
      )}
      {editing !== null && (
        <CredentialModal
          type={slot.name}
          id={editing.id}
          onClose={() => setEditing(null)}
          onSaved={({ id, name }) => {
            void client.invalidateQueries({ queryKey: ["credentials"] });
            onChange({ id, name });
          }}
        />
      )}
    </Stack>
  );
}
