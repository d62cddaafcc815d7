import { Text, UnstyledButton } from "@mantine/core";
import { Cable, Minus, Pencil, Plus, Settings, SquareDashed } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { Difference, ValueChange } from "@/api/schema";
import { countOf, isChanged, isLong, linesOf, pathText, valueText, wireText } from "./diffing";
import classes from "./versions.module.css";

const SIZE = 14;

/** Everything that differs: node by node, then wires, settings and the rest. */
export function ChangeList({
  difference,
  selected,
  onSelect,
}: {
  difference: Difference;
  selected: string | null;
  onSelect: (node: string) => void;
}) {
  const count = countOf(difference);
  const moved = difference.changed.filter((change) => !isChanged(change));
  const node = (name: string) => ({ selected: selected === name, onSelect: () => onSelect(name) });
  return (
    <>
      <h2 className={classes.heading}>
        {count === 0 ? "No difference" : count === 1 ? "One change" : `${count} changes`}
        {moved.length > 0 && <span> and {moved.length} moved on the canvas</span>}
      </h2>
      {count === 0 && moved.length === 0 && (
        <Text size="sm" c="dimmed">
          Both draw the same.
        </Text>
      )}
      {difference.changed.filter(isChanged).map((change) => (
        <Change
          key={change.name}
          mark="changed"
          icon={<Pencil size={SIZE} />}
          title={change.name}
          {...node(change.name)}
        >
          {change.renamed_from != null && <p className={classes.line}>Renamed from “{change.renamed_from}”</p>}
          <Values changes={change.parameters} />
          <Values changes={change.other} />
        </Change>
      ))}
      {difference.added.map((name) => (
        <Change key={name} mark="added" icon={<Plus size={SIZE} />} title={name} {...node(name)} />
      ))}
      {difference.removed.map((name) => (
        <Change key={name} mark="removed" icon={<Minus size={SIZE} />} title={name} {...node(name)} />
      ))}
      {difference.wires_added.length + difference.wires_removed.length > 0 && (
        <Change icon={<Cable size={SIZE} />} title="Connections">
          {difference.wires_removed.map((wire) => (
            <p key={JSON.stringify(wire)} className={classes.line} data-kind="removed">
              {wireText(wire)}
            </p>
          ))}
          {difference.wires_added.map((wire) => (
            <p key={JSON.stringify(wire)} className={classes.line} data-kind="added">
              {wireText(wire)}
            </p>
          ))}
        </Change>
      )}
      {difference.settings.length > 0 && (
        <Change icon={<Settings size={SIZE} />} title="Settings">
          <Values changes={difference.settings} />
        </Change>
      )}
      {difference.other.length > 0 && (
        <Change icon={<SquareDashed size={SIZE} />} title="Name, pinned data and the rest">
          <Values changes={difference.other} />
        </Change>
      )}
    </>
  );
}

const WORDS = { added: "Added", removed: "Removed", changed: "Changed" } as const;

function Change({
  mark,
  icon,
  title,
  selected = false,
  onSelect,
  children,
}: {
  mark?: keyof typeof WORDS;
  icon: ReactNode;
  title: string;
  selected?: boolean;
  onSelect?: () => void;
  children?: ReactNode;
}) {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    if (selected) element.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const label = (
    <>
      <span className={classes.mark} data-mark={mark}>
        {icon}
      </span>
      <strong>{title}</strong>
      {mark !== undefined && <span className={classes.word}>{WORDS[mark]}</span>}
    </>
  );
  return (
    <section ref={element} className={classes.change} data-selected={selected || undefined}>
      {onSelect === undefined ? (
        <div className={classes.name}>{label}</div>
      ) : (
        <UnstyledButton className={classes.name ?? ""} onClick={onSelect} aria-pressed={selected}>
          {label}
        </UnstyledButton>
      )}
      {children}
    </section>
  );
}

function Values({ changes }: { changes: readonly ValueChange[] }) {
  return changes.map((change) => (
    <div key={JSON.stringify(change.path)} className={classes.value}>
      <code className={classes.where}>{pathText(change.path)}</code>
      {isLong(change) ? (
        <pre className={classes.lines}>
          {linesOf(valueText(change.before ?? ""), valueText(change.after ?? "")).map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and do not move
            <div key={index} data-kind={line.kind}>
              {line.text === "" ? " " : line.text}
            </div>
          ))}
        </pre>
      ) : (
        <div className={classes.both}>
          {change.kind !== "added" && <del>{valueText(change.before)}</del>}
          {change.kind !== "removed" && <ins>{valueText(change.after)}</ins>}
        </div>
      )}
    </div>
  ));
}
