import { ActionIcon, Group, Tooltip, UnstyledButton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { ChevronDown, ChevronUp, PanelBottomOpen, X } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import { nodeNamed } from "@/model/graph";
import type { RunView } from "@/model/runs";
import { StatusBadge } from "@/ui/StatusBadge";
import { useEditor, useEditorStore } from "../store";
import { LogData } from "./LogData";
import { type Chosen, LogTree } from "./LogTree";
import { logOf } from "./logs";
import classes from "./logs.module.css";
import { Panes } from "./Panes";
import { namesThen } from "./sources";
import { TEXTS } from "./texts";

const LEAST = 120;
const USUAL = 260;
const STEP = 24;

/** The run as a tree of what happened, below the canvas. */
export function LogsPanel() {
  const run = useEditor((state) => state.run);
  return run === null ? null : <Logs key={run.executionId} run={run} />;
}

function Logs({ run }: { run: RunView }) {
  const store = useEditorStore();
  const workflow = useEditor((state) => state.workflow);
  const ranWith = useEditor((state) => state.ranWith);
  const [open, setOpen] = useLocalStorage({ key: "headrace.logs.open", defaultValue: false });
  const [height, setHeight] = useLocalStorage({ key: "headrace.logs.height", defaultValue: USUAL });
  const log = useMemo(() => logOf(run), [run]);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const now = useMemo(() => {
    const then = namesThen(workflow, ranWith);
    return new Map(workflow.nodes.map((node) => [then(node.name), node.name]));
  }, [workflow, ranWith]);
  // What failed is what people look for first.
  const shown = chosen ?? firstOf(log.find((one) => one.status === "error") ?? log.at(-1));

  const choose = (next: Chosen) => {
    setChosen(next);
    const name = now.get(next.node);
    if (name !== undefined && nodeNamed(workflow, name) !== undefined) store.getState().select([name]);
  };

  return (
    <section className={classes.logs} aria-label={TEXTS.logs}>
      {open && <Handle height={height} onChange={setHeight} />}
      <div className={classes.bar}>
        <UnstyledButton className={classes.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
          <PanelBottomOpen size={15} />
          {TEXTS.logs}
          {open ? <ChevronDown size={14} /> : <ChevronUp size={14} />}
        </UnstyledButton>
        <StatusBadge status={run.status} />
        <span className={classes.error} title={run.error}>
          {run.error}
        </span>
        <Group gap={4}>
          <Tooltip label={TEXTS.clearRun}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={TEXTS.clearRun}
              disabled={run.status === "running"}
              onClick={() => store.getState().showRun(null, null)}
            >
              <X size={15} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </div>
      {open && (
        <div className={classes.body} style={{ height }}>
          <Panes
            name="logs"
            shares={[0.42, 0.58]}
            dividers={[TEXTS.resizeLogs]}
            panes={[
              <LogTree
                key="tree"
                log={log}
                workflow={ranWith ?? workflow}
                chosen={shown}
                onChoose={choose}
                onOpen={(node) => store.getState().open(now.get(node) ?? null)}
              />,
              shown === null ? null : (
                <LogData
                  key={`${shown.node}\u0000${shown.run}`}
                  run={run}
                  workflow={ranWith ?? workflow}
                  node={shown.node}
                  number={shown.run}
                />
              ),
            ]}
          />
        </div>
      )}
    </section>
  );
}

function firstOf(log: ReturnType<typeof logOf>[number] | undefined): Chosen | null {
  if (log === undefined) return null;
  const run = log.runs.findLast((one) => one.status === "error") ?? log.runs.at(-1);
  return { node: log.node, run: run?.run ?? 0 };
}

/** The upper edge, dragged or moved with the arrow keys. */
function Handle({ height, onChange }: { height: number; onChange: (height: number) => void }) {
  const from = useRef<{ y: number; height: number } | null>(null);
  const set = (next: number) => onChange(Math.round(Math.min(Math.max(LEAST, next), window.innerHeight * 0.7)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be dragged.
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label={TEXTS.logsHeight}
      aria-valuenow={height}
      aria-valuemin={LEAST}
      className={classes.handle}
      onPointerDown={(event: PointerEvent<HTMLElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { y: event.clientY, height };
      }}
      onPointerMove={(event: PointerEvent) => {
        if (from.current !== null) set(from.current.height + from.current.y - event.clientY);
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onKeyDown={(event: KeyboardEvent) => {
        const by = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        set(height + by);
      }}
    />
  );
}
