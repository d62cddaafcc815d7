import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { Pencil, Pin, PinOff, Play, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Workflow, WorkflowNode } from "@/model/workflow";
import { Blank } from "./Blank";
import type { useLooking } from "./looking";
import { OutputPane } from "./OutputPane";
import { PinEditor } from "./PinEditor";
import classes from "./panel.module.css";
import { usePinning } from "./pinning";
import { isStale } from "./sources";
import { TEXTS } from "./texts";

/** The output of the open node: with pins, and with what it takes to see some. */
export function NodeOutput({
  node,
  ranWith,
  looking,
  readOnly,
  running,
  onExecute,
  onDirty,
}: {
  node: WorkflowNode;
  ranWith: Workflow | null;
  looking: ReturnType<typeof useLooking>;
  readOnly: boolean;
  running: boolean;
  onExecute: () => void;
  onDirty: (dirty: boolean) => void;
}) {
  const pinning = usePinning(node.name);
  const [editing, setEditing] = useState<string | null>(null);
  const { items } = looking;
  const pinned = items?.kind === "held";
  // Pins stand for one output: a node with several would have its data sent to the wrong one.
  const pins = looking.outputs.length === 1 && !readOnly;
  const pinnable = items !== null && (items.kind === "held" || items.total > 0) ? items : null;
  const stale = !pinned && looking.runs.length > 0 && isStale(node, ranWith);
  const done = () => {
    setEditing(null);
    onDirty(false);
  };

  if (editing !== null) {
    return (
      <section className={classes.pane} aria-label={TEXTS.edit}>
        <div className={classes.paneHead}>
          <h3 className={classes.paneTitle}>{TEXTS.edit}</h3>
        </div>
        <PinEditor
          initial={editing}
          onDirty={onDirty}
          onCancel={done}
          onSave={(written) => {
            if (pinning.keep(written)) done();
          }}
        />
      </section>
    );
  }
  return (
    <OutputPane
      node={node.name}
      ports={looking.outputs}
      output={looking.output}
      onOutput={looking.setOutput}
      items={items}
      details={looking.details}
      runs={looking.runs}
      runNumber={looking.runNumber}
      onRun={looking.setRun}
      hovered={looking.hovered}
      onHover={looking.setHovered}
      input={looking.chosen?.input ?? null}
      banner={
        pinned ? (
          <div className={classes.banner} data-tone="pin">
            <Pin size={14} />
            <span>{TEXTS.pinned}</span>
            {!readOnly && (
              <Button size="compact-xs" variant="default" leftSection={<PinOff size={13} />} onClick={pinning.unpin}>
                {TEXTS.unpin}
              </Button>
            )}
          </div>
        ) : stale ? (
          <div className={classes.banner} data-tone="warning">
            <TriangleAlert size={14} />
            <span>{TEXTS.stale}</span>
          </div>
        ) : undefined
      }
      actions={
        pins && (
          <>
            <Action
              label={TEXTS.edit}
              icon={<Pencil size={15} />}
              onClick={async () => setEditing(await pinning.text(items))}
            />
            {!pinned && (
              <Action
                label={pinnable === null ? TEXTS.pinFirst : TEXTS.pin}
                icon={<Pin size={15} />}
                disabled={pinnable === null}
                onClick={() => pinnable !== null && void pinning.pin(pinnable)}
              />
            )}
          </>
        )
      }
      notRun={
        <Blank
          icon={<Play size={20} />}
          title={TEXTS.notRun}
          action={
            <Button size="xs" onClick={onExecute} loading={running} disabled={readOnly}>
              {TEXTS.executeStep}
            </Button>
          }
        >
          {TEXTS.notRunHint}
        </Blank>
      }
    />
  );
}

function Action({
  label,
  icon,
  disabled = false,
  onClick,
}: {
  label: string;
  icon: React.ReactNode;
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <Tooltip label={label} multiline maw={240}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        // Not `disabled`: then nothing would say why.
        data-disabled={disabled || undefined}
        aria-disabled={disabled}
        onClick={disabled ? undefined : onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
