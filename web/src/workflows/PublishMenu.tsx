import { Button, Group, List, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { ChevronDown, CircleCheck, History, MessageSquareText, Rocket, TriangleAlert, Undo2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { api } from "@/api/client";
import { ApiError, messageOf } from "@/api/problems";
import { useRecord } from "@/editor/record";
import { complain, tell } from "@/ui/notices";
import { Asking } from "./list/Asking";
import classes from "./PublishMenu.module.css";
import { countOf } from "./versions/diffing";
import { useDifference, useTold } from "./versions/queries";

/** Publishes the draft, or takes it back. */
export function PublishMenu({
  workflowId,
  dirty,
  flush,
}: {
  workflowId: string;
  /** There is something that was not saved yet. */
  dirty: boolean;
  /** Saves it; false if that failed. */
  flush: () => Promise<boolean>;
}) {
  const record = useRecord(workflowId).data;
  const told = useTold(workflowId);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<"note" | "unpublish" | null>(null);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const live = record?.publishedVersion ?? null;
  const difference = useDifference(workflowId, live, null, record?.etag ?? null, live !== null);
  const changes = difference.data === undefined ? null : countOf(difference.data);
  const current = live !== null && !dirty && changes === 0;
  const path = { workflow_id: workflowId };

  const publish = async (note: string): Promise<boolean> => {
    setBusy(true);
    try {
      if (!(await flush())) return false;
      const answer = await api.POST("/api/v1/workflows/{workflow_id}/publish", { params: { path }, body: { note } });
      await told(answer);
      tell(`Version ${(answer.data as { publishedVersion?: number }).publishedVersion ?? ""} runs in production now.`);
      return true;
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.status === 400) setRefused(thrown);
      else complain(thrown, "It was not published");
      return false;
    } finally {
      setBusy(false);
    }
  };
  const unpublish = async (): Promise<boolean> => {
    try {
      await told(await api.POST("/api/v1/workflows/{workflow_id}/unpublish", { params: { path } }));
      tell("No version runs in production any more.");
      return true;
    } catch (thrown) {
      complain(thrown, "It is still published");
      return false;
    }
  };

  if (record === undefined || record.archived) return null;
  return (
    <>
      <Group gap={1} wrap="nowrap" className={classes.pair ?? ""}>
        <Button
          data-publish
          size="compact-md"
          variant={current ? "default" : "filled"}
          loading={busy}
          leftSection={current ? <CircleCheck size={15} className={classes.live} /> : <Rocket size={15} />}
          onClick={() => void publish("")}
        >
          {current ? "Published" : "Publish"}
        </Button>
        <Menu position="bottom-end" width={290} opened={open} onChange={setOpen}>
          <Menu.Target>
            <Button
              size="compact-md"
              px={6}
              variant={current ? "default" : "filled"}
              aria-label="More about publishing"
            >
              <ChevronDown size={15} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <div className={classes.state} role="presentation">
              <strong>{live === null ? "Not published" : `Version ${live} runs in production`}</strong>
              <span>{stateOf(live, dirty ? null : changes)}</span>
            </div>
            <Menu.Divider />
            <Menu.Item leftSection={<MessageSquareText size={15} />} onClick={() => setAsking("note")}>
              Publish with a note
            </Menu.Item>
            <Menu.Item
              component={Link}
              to={`/workflows/${workflowId}/versions${live === null ? "" : `?before=${live}`}`}
              leftSection={<History size={15} />}
            >
              {live === null ? "Versions" : "What changed since"}
            </Menu.Item>
            {live !== null && (
              <>
                <Menu.Divider />
                <Menu.Item color="red" leftSection={<Undo2 size={15} />} onClick={() => setAsking("unpublish")}>
                  Unpublish
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {asking === "note" && <PublishNote onPublish={publish} onClose={() => setAsking(null)} />}
      {asking === "unpublish" && (
        <Asking
          title="Unpublish this workflow?"
          yes="Unpublish"
          danger
          onYes={unpublish}
          onClose={() => setAsking(null)}
        >
          <Text size="sm">
            Its webhooks, forms and schedules stop at once. What runs goes on to its end, and all versions stay.
          </Text>
        </Asking>
      )}
      {refused !== null && <Refused refusal={refused} onClose={() => setRefused(null)} />}
    </>
  );
}

function stateOf(live: number | null, changes: number | null): string {
  if (live === null) return "Webhooks, forms and schedules start once it is.";
  if (changes === null) return "The draft has changes since.";
  if (changes === 0) return "The draft is the same.";
  return `The draft has ${changes === 1 ? "one change" : `${changes} changes`} since.`;
}

function PublishNote({ onPublish, onClose }: { onPublish: (note: string) => Promise<boolean>; onClose: () => void }) {
  const [note, setNote] = useState("");
  return (
    <Asking title="Publish with a note" yes="Publish" onYes={() => onPublish(note.trim())} onClose={onClose}>
      <TextInput
        label="What is new"
        description="Shown in the list of versions"
        placeholder="Large orders go to the warehouse"
        data-autofocus
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Asking>
  );
}

/** Why the server does not publish it, each reason with its node. */
function Refused({ refusal, onClose }: { refusal: ApiError; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="It cannot be published yet">
      <Stack gap="md">
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <TriangleAlert size={18} className={classes.alarm} aria-hidden />
          {refusal.problems.length === 0 ? (
            <Text size="sm">{messageOf(refusal)}</Text>
          ) : (
            <List size="sm" spacing={6}>
              {refusal.problems.map((problem) => (
                <List.Item key={problem}>{problem}</List.Item>
              ))}
            </List>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          The draft is saved. What runs in production was not changed.
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Back to the draft
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
