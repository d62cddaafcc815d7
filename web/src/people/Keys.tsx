import { Alert, Button, Code, CopyButton, Group, Modal, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, KeySquare, Plus } from "lucide-react";
import { useState } from "react";
import { api, got } from "@/api/client";
import { confirmed } from "@/ui/Confirm";
import { Loaded } from "@/ui/Loaded";
import { Empty } from "@/ui/Page";
import panel from "@/ui/Panel.module.css";
import { Moment } from "@/ui/times";

const LASTING = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
  { value: "0", label: "For ever" },
];

/** API keys: how programs, and the command line, come in. */
export function Keys() {
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const query = useQuery({ queryKey: ["keys"], queryFn: async () => (await got(api.GET("/api/v1/api-keys"))).data });
  const revoke = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: id } } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["keys"] }),
  });
  const add = (
    <Button leftSection={<Plus size={16} />} onClick={() => setMaking(true)}>
      New key
    </Button>
  );
  return (
    <Loaded query={query}>
      {(rows) => (
        <Stack>
          {rows.length === 0 ? (
            <Empty icon={<KeySquare size={24} />} title="No API keys yet" action={add}>
              A key lets a program, or the command line, do what you may do. It is sent as X-API-Key.
            </Empty>
          ) : (
            <>
              <Group justify="flex-end">{add}</Group>
              <div className={panel.panel}>
                <Table>
                  <Table.Tbody>
                    {rows.map((key) => (
                      <Table.Tr key={key.id}>
                        <Table.Td fw={580}>{key.name}</Table.Td>
                        <Table.Td>
                          <Code>{key.start}…</Code>
                        </Table.Td>
                        <Table.Td>
                          {key.usedAt == null ? (
                            "never used"
                          ) : (
                            <>
                              used <Moment at={key.usedAt} />
                            </>
                          )}
                        </Table.Td>
                        <Table.Td>
                          {key.expiresAt == null ? (
                            "does not expire"
                          ) : (
                            <>
                              expires <Moment at={key.expiresAt} />
                            </>
                          )}
                        </Table.Td>
                        <Table.Td ta="right">
                          <Button
                            size="xs"
                            variant="default"
                            onClick={() =>
                              confirmed(
                                `End the key “${key.name}”?`,
                                "Whoever uses it is refused from now on.",
                                "End it",
                                () => revoke.mutate(key.id),
                              )
                            }
                          >
                            End
                          </Button>
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            </>
          )}
          {making && <NewKey onClose={() => setMaking(false)} />}
        </Stack>
      )}
    </Loaded>
  );
}

function NewKey({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const make = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/v1/api-keys", {
          body: {
            name: name.trim(),
            expiresAt: days === "0" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString(),
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys"] }),
  });
  return (
    <Modal opened onClose={onClose} title="New API key">
      {make.data === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate();
          }}
        >
          <Stack>
            <TextInput
              data-autofocus
              label="Name"
              description="What it is for: you will recognise it by that."
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Select
              label="Counts for"
              data={LASTING}
              value={days}
              allowDeselect={false}
              onChange={(next) => setDays(next ?? "90")}
            />
            <Button type="submit" disabled={name.trim() === ""} loading={make.isPending}>
              Make the key
            </Button>
          </Stack>
        </form>
      ) : (
        <Stack>
          <Alert color="yellow">Copy it now: it is not shown again.</Alert>
          <Group wrap="nowrap" gap="xs">
            <TextInput flex={1} readOnly aria-label="API key" value={make.data.token} />
            <CopyButton value={make.data.token}>
              {({ copied, copy }) => (
                <Button leftSection={<Copy size={14} />} onClick={copy}>
                  {copied ? "Copied" : "Copy"}
                </Button>
              )}
            </CopyButton>
          </Group>
          <Text size="sm" c="dimmed">
            curl -H "X-API-Key: …" {window.location.origin}/api/v1/workflows
          </Text>
        </Stack>
      )}
    </Modal>
  );
}
