import { Alert, Button, Group, Modal, Select, Stack, Tabs, Text, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { api, got } from "@/api/client";
import { messageOf } from "@/api/problems";
import type { CredentialDetails } from "@/api/schema";
import type { JsonObject } from "@/model/workflow";
import { Loaded } from "@/ui/Loaded";
import { complain } from "@/ui/notices";
import { CredentialFields } from "./CredentialFields";
import { Sharing } from "./Sharing";
import { type CredentialType, isOAuth2, useCredentialTypes } from "./types";
import { Usage } from "./Usage";

/** Makes a credential of `type`, or changes the one named by `id`, without leaving where one is. */
export function CredentialModal({
  type,
  id,
  projectId,
  onClose,
  onSaved,
}: {
  type?: string;
  id?: string;
  projectId?: string;
  onClose: () => void;
  onSaved?: (credential: { id: string; name: string; type: string }) => void;
}) {
  const types = useCredentialTypes();
  const known = useQuery({
    queryKey: ["credential", id],
    enabled: id !== undefined,
    queryFn: () =>
      got(api.GET("/api/v1/credentials/{credential_id}", { params: { path: { credential_id: id ?? "" } } })),
    staleTime: 0,
  });
  const [chosen, setChosen] = useState<string | null>(type ?? null);
  const kind = types.data?.find((one) => one.name === (known.data?.type ?? chosen));
  return (
    <Modal opened onClose={onClose} title={id === undefined ? "New credential" : "Credential"} size={620}>
      <Loaded query={types}>
        {(listed) =>
          id !== undefined ? (
            <Loaded query={known}>
              {(found) =>
                kind === undefined ? (
                  <Text>No credential of the kind “{found.type}” can be made here.</Text>
                ) : (
                  <Form key={found.id} kind={kind} known={found} onClose={onClose} onSaved={onSaved} />
                )
              }
            </Loaded>
          ) : kind === undefined ? (
            <Stack>
              {chosen !== null && <Alert color="yellow">There is no kind of credential called “{chosen}” here.</Alert>}
              <Select
                data-autofocus
                label="What is it for?"
                placeholder="Search kinds of credential"
                searchable
                data={listed.map((one) => ({ value: one.name, label: one.title }))}
                onChange={setChosen}
              />
            </Stack>
          ) : (
            <Form key={kind.name} kind={kind} projectId={projectId} onClose={onClose} onSaved={onSaved} />
          )
        }
      </Loaded>
    </Modal>
  );
}

interface Tried {
  readonly passed: boolean;
  readonly message: string;
}

function Form({
  kind,
  known,
  projectId,
  onClose,
  onSaved,
}: {
  kind: CredentialType;
  known?: CredentialDetails;
  projectId?: string;
  onClose: () => void;
  onSaved?: (credential: { id: string; name: string; type: string }) => void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState(known?.name ?? kind.title);
  const [data, setData] = useState<JsonObject>((known?.data ?? {}) as JsonObject);
  const [id, setId] = useState(known?.id);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState<Tried | null>(null);
  const [connected, setConnected] = useState(known?.connected === true);
  const filled = new Set(known?.filled ?? []);

  const save = async (): Promise<string | null> => {
    setBusy(true);
    try {
      const saved =
        id === undefined
          ? await got(
              api.POST("/api/v1/credentials", {
                body: { name, type: kind.name, data, projectId: projectId ?? "default" },
              }),
            )
          : await got(
              api.PATCH("/api/v1/credentials/{credential_id}", {
                params: { path: { credential_id: id } },
                body: { name, data },
              }),
            );
      setId(saved.id);
      await Promise.all([
        client.invalidateQueries({ queryKey: ["credentials"] }),
        client.invalidateQueries({ queryKey: ["credential", saved.id] }),
      ]);
      onSaved?.({ id: saved.id, name: saved.name, type: saved.type });
      return saved.id;
    } catch (thrown) {
      complain(thrown, "The credential was not saved");
      return null;
    } finally {
      setBusy(false);
    }
  };

  const attempt = async () => {
    const saved = await save();
    if (saved === null) return;
    setBusy(true);
    try {
      const call = api.POST("/api/v1/credentials/{credential_id}/test", {
        params: { path: { credential_id: saved } },
        body: {},
      });
      setTried(await got(call));
    } catch (thrown) {
      setTried({ passed: false, message: messageOf(thrown) });
    } finally {
      setBusy(false);
    }
  };

  const connect = async () => {
    // Opened before anything is awaited: browsers block windows that no click opens.
    const popup = window.open("about:blank", "headrace-connect", "width=620,height=760");
    const saved = await save();
    if (saved === null) {
      popup?.close();
      return;
    }
    try {
      const { url } = await got(
        api.POST("/api/v1/credentials/{credential_id}/oauth2/authorize", {
          params: { path: { credential_id: saved } },
        }),
      );
      if (!/^https?:\/\//.test(url)) throw new Error("The service's address is not one of the web.");
      if (popup === null) throw new Error("The browser blocked the window: allow pop-ups for this page.");
      popup.location.href = url;
      await closed(popup);
      const now = await got(
        api.GET("/api/v1/credentials/{credential_id}", { params: { path: { credential_id: saved } } }),
      );
      setConnected(now.connected === true);
      if (now.connected !== true)
        setTried({ passed: false, message: "The window was closed before the service said yes." });
    } catch (thrown) {
      popup?.close();
      complain(thrown, "It was not connected");
    }
  };

  const oauth = isOAuth2(kind, data);
  return (
    <Tabs defaultValue="fields" keepMounted={false}>
      {id !== undefined && (
        <Tabs.List mb="md">
          <Tabs.Tab value="fields">{kind.title}</Tabs.Tab>
          <Tabs.Tab value="sharing">Sharing</Tabs.Tab>
          <Tabs.Tab value="usage">Used by</Tabs.Tab>
        </Tabs.List>
      )}
      <Tabs.Panel value="fields">
        <form
          onSubmit={async (event) => {
            event.preventDefault();
            if ((await save()) !== null) onClose();
          }}
        >
          <Stack>
            {tried !== null && (
              <Alert
                color={tried.passed ? "teal" : "red"}
                icon={tried.passed ? <CircleCheck size={18} /> : <CircleX size={18} />}
                title={tried.passed ? "It works" : "It does not work"}
              >
                {tried.message}
              </Alert>
            )}
            <TextInput
              label="Name"
              value={name}
              maxLength={128}
              required
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <CredentialFields fields={kind.fields} data={data} filled={filled} onChange={setData} />
            {oauth && (
              <Group>
                <Button variant="default" onClick={connect} loading={busy}>
                  {connected ? "Connect again" : "Connect"}
                </Button>
                <Text size="sm" c={connected ? "var(--hr-success)" : "dimmed"}>
                  {connected ? "Connected" : "Not connected yet"}
                </Text>
              </Group>
            )}
            <Group gap={6} c="dimmed" wrap="nowrap">
              <ShieldCheck size={15} />
              <Text size="xs">
                Secrets are sealed when they are saved. Nobody can read them again, here or by the API.
              </Text>
            </Group>
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button variant="default" onClick={attempt} loading={busy}>
                Save and test
              </Button>
              <Button type="submit" loading={busy} disabled={name.trim() === ""}>
                Save
              </Button>
            </Group>
          </Stack>
        </form>
      </Tabs.Panel>
      {id !== undefined && (
        <>
          <Tabs.Panel value="sharing">
            <Sharing
              id={id}
              projectId={known?.projectId ?? projectId ?? "default"}
              sharedWith={known?.sharedWith ?? []}
            />
          </Tabs.Panel>
          <Tabs.Panel value="usage">
            <Usage id={id} />
          </Tabs.Panel>
        </>
      )}
    </Tabs>
  );
}

function closed(popup: Window): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (popup.closed) {
        clearInterval(timer);
        resolve();
      }
    }, 400);
  });
}
