import { ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Limited } from "@/data/Limited";
import { counted } from "@/data/values";
import { nodeNamed } from "@/model/graph";
import type { NodeRun, NodeStatus } from "@/model/runs";
import type { Workflow } from "@/model/workflow";
import { NodeTile } from "@/nodes/NodeTile";
import { StatusBadge } from "@/ui/StatusBadge";
import { lasting } from "@/ui/times";
import { itemsIn, type LogNode } from "./logs";
import classes from "./logs.module.css";
import { TEXTS } from "./texts";

/** A run of a node in the execution. */
export interface Chosen {
  readonly node: string;
  readonly run: number;
}

/** The nodes of a run; those of a loop unfold to their runs. Arrows move, Enter opens the node's panel. */
export function LogTree({
  log,
  workflow,
  chosen,
  onChoose,
  onOpen,
}: {
  log: readonly LogNode[];
  workflow: Workflow;
  chosen: Chosen | null;
  onChoose: (chosen: Chosen) => void;
  onOpen: (node: string) => void;
}) {
  const tree = useRef<HTMLDivElement>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const fold = (node: string, open: boolean) => {
    const next = new Set(unfolded);
    if (open) next.add(node);
    else next.delete(node);
    setUnfolded(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const rows = [...(tree.current?.querySelectorAll<HTMLElement>('[role="treeitem"]') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    rows[Math.min(Math.max(0, to), rows.length - 1)]?.focus();
  };

  return (
    <div ref={tree} role="tree" aria-label={TEXTS.logs} className={classes.tree} tabIndex={-1} onKeyDown={onKeyDown}>
      <Limited all={log} first={200}>
        {(one, place) => {
          const several = one.runs.length > 1;
          const open = unfolded.has(one.node);
          const last = one.runs.findLast((run) => run.status === "error") ?? one.runs.at(-1);
          const here = chosen?.node === one.node;
          return (
            <div key={one.node} role="none">
              <Row
                level={1}
                selected={here && !open}
                tabbable={chosen === null ? place === 0 : here}
                open={several ? open : undefined}
                onFold={(next) => fold(one.node, next)}
                onChoose={() => onChoose({ node: one.node, run: last?.run ?? 0 })}
                onOpen={() => onOpen(one.node)}
                status={one.status}
                seconds={one.seconds}
                items={one.items}
                error={one.error}
              >
                <NodeTile type={nodeNamed(workflow, one.node)?.type ?? ""} size={20} />
                <span className={classes.nodeName}>{one.node}</span>
                {several && <span className={classes.soft}>{counted(one.runs.length, "run")}</span>}
              </Row>
              {open && (
                <Limited all={one.runs} first={50}>
                  {(run: NodeRun, index) => (
                    <Row
                      key={run.run}
                      level={2}
                      selected={here && chosen?.run === run.run}
                      tabbable={false}
                      open={undefined}
                      onFold={(next) => fold(one.node, next)}
                      onChoose={() => onChoose({ node: one.node, run: run.run })}
                      onOpen={() => onOpen(one.node)}
                      status={run.status}
                      seconds={run.seconds}
                      items={itemsIn(run)}
                      error={run.error}
                    >
                      <span className={classes.nodeName}>{TEXTS.run(index + 1, one.runs.length)}</span>
                    </Row>
                  )}
                </Limited>
              )}
            </div>
          );
        }}
      </Limited>
    </div>
  );
}

function Row({
  level,
  selected,
  tabbable,
  open,
  onFold,
  onChoose,
  onOpen,
  status,
  seconds,
  items,
  error,
  children,
}: {
  level: number;
  selected: boolean;
  tabbable: boolean;
  /** Undefined: there is nothing to unfold. */
  open: boolean | undefined;
  onFold: (open: boolean) => void;
  onChoose: () => void;
  onOpen: () => void;
  status: NodeStatus;
  seconds: number | undefined;
  items: number;
  error: string | undefined;
  children: ReactNode;
}) {
  return (
    <div
      role="treeitem"
      aria-level={level}
      aria-selected={selected}
      aria-expanded={open}
      tabIndex={tabbable ? 0 : -1}
      className={classes.logRow}
      data-selected={selected || undefined}
      data-level={level}
      onClick={onChoose}
      onDoubleClick={onOpen}
      onFocus={(event) => event.target === event.currentTarget && !selected && onChoose()}
      onKeyDown={(event) => {
        if (event.key === "Enter") onOpen();
        else if (event.key === " ") onChoose();
        else if (event.key === "ArrowRight" && open === false) onFold(true);
        else if (event.key === "ArrowLeft") onFold(false);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {open === undefined ? (
        <span className={classes.fold} />
      ) : (
        <span
          className={classes.fold}
          aria-hidden
          onClick={(event) => {
            event.stopPropagation();
            onFold(!open);
          }}
        >
          {open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
        </span>
      )}
      {children}
      <span className={classes.logError} title={error}>
        {error}
      </span>
      <span className={classes.soft}>{counted(items)}</span>
      <span className={classes.time}>{seconds === undefined ? "" : lasting(seconds)}</span>
      <StatusBadge status={status === "retrying" ? "running" : status} />
    </div>
  );
}
