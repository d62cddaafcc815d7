import { ActionIcon, Badge, Button, Menu, Text, TextInput, UnstyledButton } from "@mantine/core";
import { Ellipsis, GitCompareArrows, Pencil, Rocket, RotateCcw } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import type { VersionShape } from "@/api/schema";
import type { WorkflowRecord } from "@/editor/record";
import { useSaving } from "@/editor/saving";
import { complain, tell } from "@/ui/notices";
import { Moment } from "@/ui/times";
import { Asking } from "../list/Asking";
import { usePeople } from "../list/queries";
import { useTold, type VersionRef } from "./queries";
import classes from "./versions.module.css";

type Question = { readonly kind: "restore" | "publish"; readonly number: number } | { readonly kind: "keep" };

/** The draft and every version, and what can be done with each. */
export function VersionList({
  record,
  versions,
  shown,
  onShow,
  onCompare,
  more,
}: {
  record: WorkflowRecord;
  versions: readonly VersionShape[];
  shown: VersionRef;
  onShow: (version: VersionRef) => void;
  /** With the draft. */
  onCompare: (number: number) => void;
  more: (() => void) | null;
}) {
  const people = usePeople();
  const [question, setQuestion] = useState<Question | null>(null);
  return (
    <aside className={classes.list} aria-label="Versions">
      <div className={classes.entry} data-shown={shown === null || undefined}>
        <UnstyledButton className={classes.version ?? ""} onClick={() => onShow(null)} aria-pressed={shown === null}>
          <span className={classes.title}>
            <Pencil size={14} aria-hidden /> Draft
          </span>
          <span className={classes.about}>
            Saved <Moment at={record.updatedAt} />
          </span>
        </UnstyledButton>
        {!record.archived && (
          <Button size="compact-xs" variant="default" onClick={() => setQuestion({ kind: "keep" })}>
            Keep as version
          </Button>
        )}
      </div>
      {versions.length === 0 && (
        <Text size="sm" c="dimmed" p="sm">
          No version yet. Each time you publish, one is kept; you can keep more, and restore any of them.
        </Text>
      )}
      {versions.map((version) => (
        <div key={version.number} className={classes.entry} data-shown={shown === version.number || undefined}>
          <UnstyledButton
            className={classes.version ?? ""}
            aria-pressed={shown === version.number}
            onClick={() => onShow(version.number)}
          >
            <span className={classes.title}>
              Version {version.number}
              {record.publishedVersion === version.number && (
                <Badge size="sm" className={classes.live ?? ""} variant="transparent">
                  In production
                </Badge>
              )}
            </span>
            {version.note !== "" && <span className={classes.note}>{version.note}</span>}
            <span className={classes.about}>
              {people.get(version.author) ?? version.author}, <Moment at={version.createdAt} />
            </span>
          </UnstyledButton>
          <Menu position="bottom-end" width={210}>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`More for version ${version.number}`}>
                <Ellipsis size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<GitCompareArrows size={15} />} onClick={() => onCompare(version.number)}>
                Compare with the draft
              </Menu.Item>
              {!record.archived && (
                <>
                  <Menu.Item
                    leftSection={<RotateCcw size={15} />}
                    onClick={() => setQuestion({ kind: "restore", number: version.number })}
                  >
                    Restore as draft
                  </Menu.Item>
                  {record.publishedVersion !== version.number && (
                    <Menu.Item
                      leftSection={<Rocket size={15} />}
                      onClick={() => setQuestion({ kind: "publish", number: version.number })}
                    >
                      Publish this version
                    </Menu.Item>
                  )}
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        </div>
      ))}
      {more !== null && (
        <Button variant="subtle" size="compact-sm" onClick={more}>
          Older versions
        </Button>
      )}
      {question !== null && (
        <Ask question={question} record={record} onDone={() => onShow(null)} onClose={() => setQuestion(null)} />
      )}
    </aside>
  );
}

function Ask({
  question,
  record,
  onDone,
  onClose,
}: {
  question: Question;
  record: WorkflowRecord;
  onDone: () => void;
  onClose: () => void;
}) {
  const { flush } = useSaving();
  const told = useTold(record.id);
  const [note, setNote] = useState("");
  const path = { workflow_id: record.id };
  const attempt = async (work: () => Promise<void>) => {
    try {
      if (!(await flush())) return false;
      await work();
      return true;
    } catch (thrown) {
      complain(thrown);
      return false;
    }
  };
  const keep = async (about: string) => {
    const answer = await api.POST("/api/v1/workflows/{workflow_id}/versions", {
      params: { path },
      body: { note: about },
    });
    // A version changes the workflow's tag, so what is known of it is asked for again.
    await told(await api.GET("/api/v1/workflows/{workflow_id}", { params: { path } }));
    return (answer.data as VersionShape).number;
  };
  if (question.kind === "keep") {
    return (
      <Asking
        title="Keep the draft as a version"
        yes="Keep version"
        onYes={() => attempt(async () => tell(`The draft is kept as version ${await keep(note.trim())}.`))}
        onClose={onClose}
      >
        <TextInput
          label="Note"
          description="What is new, for the list of versions"
          data-autofocus
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      </Asking>
    );
  }
  const { number } = question;
  if (question.kind === "publish") {
    return (
      <Asking
        title={`Publish version ${number}?`}
        yes="Publish"
        onYes={() =>
          attempt(async () => {
            const body = { version: number, note: "" };
            await told(await api.POST("/api/v1/workflows/{workflow_id}/publish", { params: { path }, body }));
            tell(`Version ${number} runs in production now.`);
          })
        }
        onClose={onClose}
      >
        <Text size="sm">
          {record.publishedVersion === null
            ? "Its webhooks, forms and schedules start."
            : `It takes the place of version ${record.publishedVersion} for whatever starts from now on.`}{" "}
          The draft stays as it is.
        </Text>
      </Asking>
    );
  }
  return (
    <Asking
      title={`Restore version ${number} as the draft?`}
      yes="Restore"
      onYes={() =>
        attempt(async () => {
          await keep(`Before version ${number} was restored`);
          const restored = await api.POST("/api/v1/workflows/{workflow_id}/versions/{number}/restore", {
            params: { path: { ...path, number } },
          });
          await told(restored, true);
          tell(`The draft is version ${number} again.`);
          onDone();
        })
      }
      onClose={onClose}
    >
      <Text size="sm">
        What is drawn now is kept as a version of its own first, so that you can come back to it. What runs in
        production does not change before you publish.
      </Text>
    </Asking>
  );
}
