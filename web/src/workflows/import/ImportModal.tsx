import { Alert, Button, FileButton, Group, Modal, Stack, Tabs, Text, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { FileUp, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { messageOf } from "@/api/problems";
import { useNodeTypes } from "@/nodes/descriptions";
import type { WorkflowSummary } from "../list/summary";
import { TEXTS } from "../texts";
import { ImportReport, IncomingList } from "./ImportReport";
import { type Incoming, readIncoming } from "./reading";

/** A text that is to be imported, and what it holds. */
export interface Source {
  readonly label: string;
  readonly text: string;
  readonly workflows: readonly Incoming[];
  readonly problem: string | null;
}

/** What one source became. */
export interface Brought {
  readonly source: Source;
  readonly workflows: readonly WorkflowSummary[];
  readonly problem: string | null;
}

/** Brings in workflows from files or pasted text; tells what came before and after. */
export function ImportModal({
  files,
  project,
  folder,
  onClose,
}: {
  /** Those that were dropped onto the page. */
  files: readonly File[];
  project: string | null;
  folder: string | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const types = useNodeTypes().data ?? [];
  const [sources, setSources] = useState<readonly Source[]>([]);
  const [pasted, setPasted] = useState("");
  const [url, setUrl] = useState("");
  const [busy, setBusy] = useState(false);
  const [brought, setBrought] = useState<readonly Brought[] | null>(null);

  const add = async (chosen: readonly File[]) => {
    const read = await Promise.all(
      chosen.map(async (file) => {
        const text = await file.text();
        return { label: file.name, text, ...readIncoming(text) };
      }),
    );
    setSources((before) => [...before.filter((one) => !read.some((other) => other.label === one.label)), ...read]);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was dropped when this opened
  useEffect(() => void add(files), []);

  const fromPaste = pasted.trim() === "" ? [] : [{ label: "Pasted text", text: pasted, ...readIncoming(pasted) }];
  const all: readonly Source[] = [...sources, ...fromPaste];
  const good = all.filter((source) => source.problem === null);
  const count = good.reduce((sum, source) => sum + source.workflows.length, 0);

  const bring = async () => {
    setBusy(true);
    const results: Brought[] = [];
    const query = {
      ...(project === null ? {} : { projectId: project }),
      ...(project === null || folder === null ? {} : { folderId: folder }),
    };
    const address = url.trim();
    if (address !== "") results.push(await fromTheWeb(address, query));
    for (const source of good) {
      try {
        // The text goes as it is: parsing and writing it again would round large numbers.
        const call = api.POST("/api/v1/workflows/import", {
          params: { query },
          body: source.text as never,
          bodySerializer: (text: unknown) => String(text),
        });
        const made = (await got(call)).data as unknown as readonly WorkflowSummary[];
        results.push({ source, workflows: made, problem: null });
      } catch (thrown) {
        results.push({ source, workflows: [], problem: messageOf(thrown) });
      }
    }
    await Promise.all([["workflows"], ["tags"]].map((queryKey) => client.invalidateQueries({ queryKey })));
    setBusy(false);
    setBrought(results);
  };

  if (brought !== null) {
    return (
      <Modal opened onClose={onClose} title="What was imported" size="lg">
        <ImportReport
          brought={brought}
          types={types}
          onOpen={(id) => {
            onClose();
            navigate(`/workflows/${id}`);
          }}
        />
        <Group justify="flex-end" mt="md">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title="Import workflows" size="lg">
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          Files that Headrace or n8n exported: one workflow each, or a list of them. Nothing that is imported runs
          before you publish it.
        </Text>
        <Tabs defaultValue="files" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="files">Files</Tabs.Tab>
            <Tabs.Tab value="paste">Paste</Tabs.Tab>
            <Tabs.Tab value="web">From the web</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="files" pt="sm">
            <FileButton multiple accept=".json,application/json" onChange={(chosen) => void add(chosen)}>
              {(props) => (
                <Button {...props} variant="default" leftSection={<FileUp size={16} />}>
                  Choose files
                </Button>
              )}
            </FileButton>
            <Text span size="sm" c="dimmed" ms="sm">
              or drop them anywhere on the list
            </Text>
          </Tabs.Panel>
          <Tabs.Panel value="paste" pt="sm">
            <Textarea
              aria-label="Workflow as JSON"
              placeholder='{ "name": "My workflow", "nodes": [ … ], "connections": { … } }'
              rows={8}
              value={pasted}
              spellCheck={false}
              styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12 } }}
              onChange={(event) => setPasted(event.currentTarget.value)}
            />
          </Tabs.Panel>
          <Tabs.Panel value="web" pt="sm">
            <TextInput
              type="url"
              label="Address of the file"
              description="The server reads it, if workflows of this tenant may reach it"
              placeholder="https://example.com/workflow.json"
              maxLength={2000}
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
          </Tabs.Panel>
        </Tabs>
        {all
          .filter((source) => source.problem !== null)
          .map((source) => (
            <Alert key={source.label} color="red" icon={<TriangleAlert size={18} />} title={source.label}>
              {source.problem}
            </Alert>
          ))}
        {good.length > 0 && <IncomingList incoming={good.flatMap((source) => source.workflows)} types={types} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {TEXTS.cancel}
          </Button>
          <Button disabled={count === 0 && url.trim() === ""} loading={busy} onClick={bring}>
            {count > 1 ? `Import ${count} workflows` : "Import"}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** The server reads the file; what it holds is looked at once it is here. */
async function fromTheWeb(url: string, query: { projectId?: string; folderId?: string }): Promise<Brought> {
  const source = { label: url, text: "", workflows: [], problem: null };
  try {
    const call = api.POST("/api/v1/workflows/import-from", { params: { query }, body: { url } });
    const made = (await got(call)).data as unknown as readonly WorkflowSummary[];
    const drawn = await Promise.all(
      made.map(({ id }) => got(api.GET("/api/v1/workflows/{workflow_id}", { params: { path: { workflow_id: id } } }))),
    );
    const { workflows } = readIncoming(JSON.stringify(drawn));
    return { source: { ...source, workflows }, workflows: made, problem: null };
  } catch (thrown) {
    return { source, workflows: [], problem: messageOf(thrown) };
  }
}
