import { Loader, Tabs } from "@mantine/core";
import { Ban, Hourglass, LogOut } from "lucide-react";
import type { ReactNode } from "react";
import type { NodeRunSummary } from "@/api/schema";
import { DataPane } from "@/data/DataPane";
import type { ItemSource } from "@/data/items";
import type { Hovered } from "@/data/links";
import { rootOf } from "@/data/paths";
import { TEXTS as DATA_TEXTS } from "@/data/texts";
import { counted } from "@/data/values";
import type { Port } from "@/model/ports";
import type { NodeRun } from "@/model/runs";
import { StatusBadge } from "@/ui/StatusBadge";
import { lasting } from "@/ui/times";
import { Blank } from "./Blank";
import { Console } from "./Console";
import { Failure } from "./Failure";
import classes from "./panel.module.css";
import { RunPicker } from "./RunPicker";
import { runAt, sourceKey } from "./sources";
import { TEXTS } from "./texts";

/** What a run of the node put out: by output, with how the run went, and why it failed if it did. */
export function OutputPane({
  node,
  ports,
  output,
  onOutput,
  items,
  details,
  runs,
  runNumber,
  onRun,
  hovered,
  onHover,
  input,
  banner,
  actions,
  notRun,
}: {
  node: string;
  /** The outputs that carry items. */
  ports: readonly Port[];
  output: number;
  onOutput: (output: number) => void;
  items: ItemSource | null;
  /** Of the run that is shown, once they are there. */
  details: NodeRunSummary | undefined;
  runs: readonly NodeRun[];
  runNumber: number | null;
  onRun: (run: number) => void;
  hovered: Hovered | null;
  onHover: (hovered: Hovered | null) => void;
  /** Which input the pane beside shows; null: none that items here come from directly. */
  input: number | null;
  /** Above the items. */
  banner?: ReactNode;
  /** On the title's right. */
  actions?: ReactNode;
  /** In place of items while there are none. */
  notRun: ReactNode;
}) {
  const pinned = items?.kind === "held";
  const chosen = pinned ? undefined : runAt(runs, runNumber);
  const failed = chosen?.status === "error";
  return (
    <section className={classes.pane} aria-label={TEXTS.output}>
      <div className={classes.paneHead}>
        <h3 className={classes.paneTitle}>{TEXTS.output}</h3>
        {chosen !== undefined && (
          <>
            <StatusBadge status={chosen.status === "retrying" ? "running" : chosen.status} />
            {chosen.seconds !== undefined && <span className={classes.soft}>{lasting(chosen.seconds)}</span>}
          </>
        )}
        <span className={classes.grow} />
        {!pinned && <RunPicker runs={runs} chosen={chosen} onChoose={onRun} />}
        {actions}
      </div>
      {banner}
      {chosen?.reused === true && <p className={classes.remark}>{TEXTS.reused}</p>}
      {chosen?.error !== undefined && <Failure message={chosen.error} details={details?.failure ?? undefined} />}
      {ports.length > 1 && (
        <Tabs
          value={String(output)}
          onChange={(value) => value !== null && onOutput(Number(value))}
          className={classes.outputs ?? ""}
          aria-label={TEXTS.whichOutput}
        >
          <Tabs.List>
            {ports.map((port) => (
              <Tabs.Tab key={port.index} value={String(port.index)}>
                {port.label === "" ? `Output ${port.index + 1}` : port.label}
                {chosen !== undefined && (
                  <span className={classes.tabCount}>{(chosen.items[port.index] ?? 0).toLocaleString("en")}</span>
                )}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      )}
      {chosen !== undefined && details?.console !== undefined && details.console.length > 0 && (
        <Console lines={details.console} />
      )}
      {items === null ? (
        (unfinished(chosen) ?? notRun)
      ) : failed && items.kind === "run" && items.total === 0 ? null : (
        <DataPane
          key={sourceKey(items)}
          side="output"
          label={`${TEXTS.output}: ${node}, ${counted(items.kind === "held" ? items.items.length : items.total)}`}
          source={items}
          root={rootOf(node)}
          hovered={input === null ? null : hovered}
          onHover={onHover}
          input={input ?? 0}
          empty={
            <Blank icon={<LogOut size={20} />} title={DATA_TEXTS.noItems}>
              {DATA_TEXTS.noItemsHint}
            </Blank>
          }
        />
      )}
    </section>
  );
}

/** What stands in for items of a run that has not come to its end; null if it never began. */
function unfinished(run: NodeRun | undefined): ReactNode | null {
  switch (run?.status) {
    case "running":
    case "retrying":
      return <Blank icon={<Loader size={18} />} title={TEXTS.running} />;
    case "waiting":
      return (
        <Blank icon={<Hourglass size={20} />} title={TEXTS.waiting}>
          {TEXTS.waitingHint}
        </Blank>
      );
    case "canceled":
      return <Blank icon={<Ban size={20} />} title={TEXTS.canceled} />;
    default:
      return null;
  }
}
