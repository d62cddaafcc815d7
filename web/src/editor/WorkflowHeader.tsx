import { ActionIcon, Badge, Button, Menu, Tooltip } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQueryClient } from "@tanstack/react-query";
import { ChevronRight, Copy, Download, Ellipsis, FileUp, History, Trash2 } from "lucide-react";
import { useRef } from "react";
import { Link, NavLink, useNavigate } from "react-router";
import { api } from "@/api/client";
import { complain, tell } from "@/ui/notices";
import { PublishMenu } from "@/workflows/PublishMenu";
import { insertFragment } from "./pasting";
import type { WorkflowRecord } from "./record";
import { useDirty, useSaving } from "./saving";
import { useEditor, useEditorStore } from "./store";
import classes from "./WorkflowFrame.module.css";

const STATES = {
  saved: "Saved",
  unsaved: "Unsaved",
  saving: "Saving…",
  failed: "Not saved",
  conflict: "Changed by somebody else",
} as const;

/** Name, tabs, whether it is saved, and what is done with the whole workflow. */
export function WorkflowHeader({ record }: { record: WorkflowRecord }) {
  const store = useEditorStore();
  const saving = useSaving();
  const dirty = useDirty();
  const readOnly = useEditor((state) => state.readOnly);
  const base = `/workflows/${record.id}`;
  return (
    <header className={classes.header}>
      <div className={classes.title}>
        <Button component={Link} to="/workflows" variant="subtle" color="gray" size="compact-sm">
          Workflows
        </Button>
        <ChevronRight size={14} aria-hidden />
        <Name />
        {readOnly && <Badge color="gray">Read only</Badge>}
        {record.tags.slice(0, 2).map((tag) => (
          <Badge key={tag.id} variant="light" tt="none">
            {tag.name}
          </Badge>
        ))}
      </div>
      <nav className={classes.tabs} aria-label="Parts of the workflow">
        <NavLink to={base} end>
          Editor
        </NavLink>
        <NavLink to={`${base}/executions`}>Executions</NavLink>
        <NavLink to={`${base}/versions`}>Versions</NavLink>
      </nav>
      <div className={classes.right}>
        <span className={classes.state} data-bad={/failed|conflict/.test(saving.state) || undefined} role="status">
          {STATES[saving.state]}
        </span>
        {saving.state === "failed" && (
          <Button variant="default" size="compact-sm" onClick={() => void saving.flush()}>
            Save again
          </Button>
        )}
        <Tooltip label="Version history">
          <ActionIcon
            component={Link}
            to={`${base}/versions`}
            variant="subtle"
            color="gray"
            aria-label="Version history"
          >
            <History size={17} />
          </ActionIcon>
        </Tooltip>
        <PublishMenu workflowId={record.id} dirty={dirty} flush={saving.flush} />
        <More id={record.id} name={() => store.getState().workflow.name} />
      </div>
    </header>
  );
}

function Name() {
  const store = useEditorStore();
  const name = useEditor((state) => state.workflow.name);
  const readOnly = useEditor((state) => state.readOnly);
  return (
    <input
      key={name}
      className={classes.name}
      defaultValue={name}
      readOnly={readOnly}
      maxLength={200}
      aria-label="Name of the workflow"
      onBlur={(event) => {
        const next = event.currentTarget.value.trim();
        if (next === "") event.currentTarget.value = name;
        else if (next !== name) store.getState().change("Rename workflow", (before) => ({ ...before, name: next }));
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.value = name;
        if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}

function More({ id, name }: { id: string; name: () => string }) {
  const store = useEditorStore();
  const client = useQueryClient();
  const navigate = useNavigate();
  const file = useRef<HTMLInputElement>(null);
  const path = { workflow_id: id };
  const download = () => {
    const text = JSON.stringify(store.getState().workflow, null, 2);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `${name().replaceAll(/[^\p{L}\p{N} _-]/gu, "_")}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const duplicate = async () => {
    try {
      const copy = await api.POST("/api/v1/workflows/{workflow_id}/duplicate", { params: { path }, body: {} as never });
      navigate(`/workflows/${(copy.data as { id: string }).id}`);
    } catch (thrown) {
      complain(thrown);
    }
  };
  const remove = () =>
    modals.openConfirmModal({
      title: `Delete “${name()}”?`,
      children: "Its versions go too. Executions stay in the history.",
      labels: { confirm: "Delete", cancel: "Keep" },
      confirmProps: { color: "red" },
      onConfirm: async () => {
        try {
          await api.DELETE("/api/v1/workflows/{workflow_id}", { params: { path } });
          await client.invalidateQueries({ queryKey: ["workflows"] });
          navigate("/workflows");
        } catch (thrown) {
          complain(thrown);
        }
      },
    });
  return (
    <>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="Workflow file"
        onChange={async (event) => {
          const chosen = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (chosen === undefined) return;
          const text = await chosen.text();
          if (insertFragment(store, text, [0, 0], "Import"))
            tell("The nodes of the file are on the canvas, and selected.");
          else complain(new Error(`${chosen.name} holds no workflow.`), "Nothing was imported");
        }}
      />
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="More">
            <Ellipsis size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Copy size={15} />} onClick={duplicate}>
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<Download size={15} />} onClick={download}>
            Download
          </Menu.Item>
          <Menu.Item leftSection={<FileUp size={15} />} onClick={() => file.current?.click()}>
            Add from a file
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<Trash2 size={15} />} color="red" onClick={remove}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
