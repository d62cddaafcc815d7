import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Stack,
  Switch,
  Table,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { BellRing, Pencil, Plus, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, got } from "@/api/client";
import type { AlertRuleFields, AlertRuleShape } from "@/api/schema";
import { confirmed } from "@/ui/Confirm";
import { Loaded } from "@/ui/Loaded";
import { tell } from "@/ui/notices";
import { Empty } from "@/ui/Page";
import panel from "@/ui/Panel.module.css";

const NEW: AlertRuleFields = {
  name: "",
  channel: { type: "email", to: [] },
  workflowIds: [],
  kinds: ["failed", "timed_out"],
  error: "",
  count: 1,
  withinSeconds: 300,
  quietSeconds: 900,
  enabled: true,
};

/** Who is told when executions fail. */
export function Alerts() {
  const client = useQueryClient();
  const [open, setOpen] = useState<AlertRuleShape | "new" | null>(null);
  const query = useQuery({
    queryKey: ["alerts"],
    queryFn: async () => (await got(api.GET("/api/v1/alerts/rules"))).data,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/alerts/rules/{rule_id}", { params: { path: { rule_id: id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["alerts"] }),
  });
  const attempt = useMutation({
    mutationFn: (id: string) => api.POST("/api/v1/alerts/rules/{rule_id}/test", { params: { path: { rule_id: id } } }),
    onSuccess: () => tell("The alert was sent"),
  });
  const add = (
    <Button leftSection={<Plus size={16} />} onClick={() => setOpen("new")}>
      New alert
    </Button>
  );
  return (
    <Loaded query={query}>
      {(rules) => (
        <>
          {rules.length === 0 ? (
            <Empty icon={<BellRing size={24} />} title="Nobody is told when a run fails" action={add}>
              An alert sends an e-mail, or calls an address, when runs fail: every time, or only when several do within
              a while.
            </Empty>
          ) : (
            <Stack>
              <Group justify="flex-end">{add}</Group>
              <div className={panel.panel}>
                <Table>
                  <Table.Tbody>
                    {rules.map((rule) => (
                      <Table.Tr key={rule.id}>
                        <Table.Td fw={580}>{rule.name}</Table.Td>
                        <Table.Td>
                          {rule.channel.type === "email" ? rule.channel.to.join(", ") : rule.channel.url}
                        </Table.Td>
                        <Table.Td>
                          <Text size="sm" c="dimmed">
                            {(rule.count ?? 1) > 1
                              ? `${rule.count} failures within ${(rule.withinSeconds ?? 0) / 60} min`
                              : "every failure"}
                          </Text>
                        </Table.Td>
                        <Table.Td>{rule.enabled === false && <Badge color="gray">Off</Badge>}</Table.Td>
                        <Table.Td>
                          <Group gap={2} justify="flex-end" wrap="nowrap">
                            <ActionIcon
                              variant="subtle"
                              color="gray"
                              aria-label={`Try ${rule.name} out`}
                              loading={attempt.isPending}
                              onClick={() => attempt.mutate(rule.id)}
                            >
                              <Send size={15} />
                            </ActionIcon>
                            <ActionIcon
                              variant="subtle"
                              color="gray"
                              aria-label={`Change ${rule.name}`}
                              onClick={() => setOpen(rule)}
                            >
                              <Pencil size={15} />
                            </ActionIcon>
                            <ActionIcon
                              variant="subtle"
                              color="red"
                              aria-label={`Delete ${rule.name}`}
                              onClick={() =>
                                confirmed(`Delete “${rule.name}”?`, "Nobody is told by it any more.", "Delete", () =>
                                  remove.mutate(rule.id),
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
            </Stack>
          )}
          {open !== null && <RuleForm known={open === "new" ? null : open} onClose={() => setOpen(null)} />}
        </>
      )}
    </Loaded>
  );
}

function RuleForm({ known, onClose }: { known: AlertRuleShape | null; onClose: () => void }) {
  const client = useQueryClient();
  const [rule, setRule] = useState<AlertRuleFields>(() => {
    if (known === null) return NEW;
    const { id: _, createdAt: __, ...fields } = known;
    return fields;
  });
  const workflows = useQuery({
    queryKey: ["resources", "workflows"],
    queryFn: async () =>
      (await got(api.GET("/api/v1/workflows", { params: { query: { summary: true, limit: 250 } } }))).data.map(
        (one) => ({
          value: String(one.id),
          label: String(one.name),
        }),
      ),
  });
  const set = (more: Partial<AlertRuleFields>) => setRule({ ...rule, ...more });
  const save = useMutation({
    mutationFn: async () => {
      if (known === null) await api.POST("/api/v1/alerts/rules", { body: rule });
      else await api.PUT("/api/v1/alerts/rules/{rule_id}", { params: { path: { rule_id: known.id } }, body: rule });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["alerts"] });
      onClose();
    },
  });
  const { channel } = rule;
  const complete =
    rule.name.trim() !== "" && (channel.type === "email" ? channel.to.length > 0 : /^https?:\/\//.test(channel.url));
  return (
    <Modal opened onClose={onClose} title={known === null ? "New alert" : "Alert"} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label="Name"
            required
            value={rule.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <SegmentedControl
            aria-label="How"
            data={[
              { value: "email", label: "By e-mail" },
              { value: "webhook", label: "By a call to an address" },
            ]}
            value={channel.type}
            onChange={(type) =>
              set({ channel: type === "email" ? { type: "email", to: [] } : { type: "webhook", url: "" } })
            }
          />
          {channel.type === "email" ? (
            <TagsInput
              label="To"
              description="E-mail addresses; Enter after each."
              value={channel.to}
              onChange={(to) => set({ channel: { type: "email", to } })}
            />
          ) : (
            <TextInput
              label="Address"
              placeholder="https://"
              value={channel.url}
              onChange={(event) => set({ channel: { type: "webhook", url: event.currentTarget.value } })}
            />
          )}
          <MultiSelect
            label="Of workflows"
            placeholder="All workflows"
            searchable
            data={workflows.data ?? []}
            value={rule.workflowIds ?? []}
            onChange={(workflowIds) => set({ workflowIds })}
          />
          <TextInput
            label="Only errors with this text"
            value={rule.error ?? ""}
            onChange={(event) => set({ error: event.currentTarget.value })}
          />
          <Group grow>
            <NumberInput
              label="After so many failures"
              min={1}
              value={rule.count ?? 1}
              onChange={(next) => set({ count: Number(next) || 1 })}
            />
            <NumberInput
              label="Within, seconds"
              min={0}
              value={rule.withinSeconds ?? 300}
              onChange={(next) => set({ withinSeconds: Number(next) || 0 })}
            />
            <NumberInput
              label="Then silent for, seconds"
              min={0}
              value={rule.quietSeconds ?? 900}
              onChange={(next) => set({ quietSeconds: Number(next) || 0 })}
            />
          </Group>
          <Switch
            label="On"
            checked={rule.enabled !== false}
            onChange={(event) => set({ enabled: event.currentTarget.checked })}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!complete} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
