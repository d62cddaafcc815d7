import { Select } from "@mantine/core";
import { LogIn, Unplug } from "lucide-react";
import type { ReactNode } from "react";
import { DataPane } from "@/data/DataPane";
import type { ItemSource } from "@/data/items";
import type { Hovered } from "@/data/links";
import { rootOf } from "@/data/paths";
import type { NodeRun } from "@/model/runs";
import { Blank } from "./Blank";
import { ItemStepper } from "./ItemStepper";
import classes from "./panel.module.css";
import { RunPicker } from "./RunPicker";
import { runAt, type Source, sourceKey } from "./sources";
import { TEXTS } from "./texts";

/** What reaches the node: the output of an earlier one, by choice. */
export function InputPane({
  sources,
  chosen,
  onChoose,
  items,
  runs,
  runNumber,
  onRun,
  itemIndex,
  onItem,
  hovered,
  onHover,
  notRun,
}: {
  sources: readonly Source[];
  chosen: Source | undefined;
  onChoose: (source: Source) => void;
  items: ItemSource | null;
  /** Of the chosen node. */
  runs: readonly NodeRun[];
  runNumber: number | null;
  onRun: (run: number) => void;
  itemIndex: number;
  onItem: (index: number) => void;
  hovered: Hovered | null;
  onHover: (hovered: Hovered | null) => void;
  /** Under the title where no items are there yet. */
  notRun?: ReactNode;
}) {
  const total = items === null ? 0 : items.kind === "held" ? items.items.length : items.total;
  return (
    <section className={classes.pane} aria-label={TEXTS.input}>
      <div className={classes.paneHead}>
        <h3 className={classes.paneTitle}>{TEXTS.input}</h3>
        {sources.length > 0 && <SourcePicker sources={sources} chosen={chosen} onChoose={onChoose} />}
        {items?.kind !== "held" && <RunPicker runs={runs} chosen={runAt(runs, runNumber)} onChoose={onRun} />}
        <span className={classes.grow} />
        <ItemStepper index={itemIndex} total={total} onChange={onItem} />
      </div>
      {chosen === undefined ? (
        <Blank icon={<Unplug size={20} />} title={TEXTS.noSource}>
          {TEXTS.noSourceHint}
        </Blank>
      ) : items === null ? (
        <Blank icon={<LogIn size={20} />} title={TEXTS.noInput} action={notRun}>
          {TEXTS.noInputHint}
        </Blank>
      ) : (
        <DataPane
          key={sourceKey(items)}
          side="input"
          label={`${TEXTS.input}: ${chosen.node}`}
          source={items}
          root={rootOf(chosen.input === 0 ? null : chosen.node)}
          selected={itemIndex}
          onSelect={onItem}
          hovered={chosen.input === null ? null : hovered}
          onHover={onHover}
        />
      )}
    </section>
  );
}

function SourcePicker({
  sources,
  chosen,
  onChoose,
}: {
  sources: readonly Source[];
  chosen: Source | undefined;
  onChoose: (source: Source) => void;
}) {
  const option = (source: Source, place: number) => ({ value: String(place), label: source.node });
  const listed = sources.map(option);
  const direct = listed.filter((_, place) => sources[place]?.input !== null);
  const farther = listed.filter((_, place) => sources[place]?.input === null);
  return (
    <Select
      size="xs"
      className={classes.sourcePicker ?? ""}
      aria-label={TEXTS.whichNode}
      allowDeselect={false}
      searchable={sources.length > 8}
      comboboxProps={{ width: 240, position: "bottom-start" }}
      value={chosen === undefined ? null : String(sources.indexOf(chosen))}
      onChange={(value) => {
        const source = sources[Number(value)];
        if (source !== undefined) onChoose(source);
      }}
      data={
        farther.length === 0
          ? direct
          : [
              { group: TEXTS.direct, items: direct },
              { group: TEXTS.farther, items: farther },
            ]
      }
    />
  );
}
