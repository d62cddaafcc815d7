import { ActionIcon, Kbd, ScrollArea, Text, TextInput } from "@mantine/core";
import { Search, X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { searched } from "@/model/search";
import { STICKY_NOTE } from "@/model/workflow";
import { type NodeType, useNodeTypes } from "@/nodes/descriptions";
import { GROUPS } from "@/nodes/look";
import { NodeTile } from "@/nodes/NodeTile";
import type { Purpose } from "./building";
import classes from "./Palette.module.css";

export const PALETTE_DRAG = "application/x-headrace-node";

/** Where a node is chosen: searched by words, or by group; Enter adds what is marked, dragging puts it anywhere. */
export function Palette({
  purpose,
  empty,
  onChoose,
  onClose,
}: {
  purpose: Purpose;
  /** Nothing is drawn yet: triggers come first. */
  empty: boolean;
  onChoose: (type: NodeType) => void;
  onClose: () => void;
}) {
  const types = useNodeTypes();
  const [query, setQuery] = useState("");
  const [marked, setMarked] = useState(0);
  const sections = useMemo(
    () => sectionsOf(types.data ?? [], query, purpose, empty),
    [types.data, query, purpose, empty],
  );
  const rows = sections.flatMap((section) => section.types);
  const current = Math.min(marked, rows.length - 1);

  const currentId = rows[current] === undefined ? undefined : idOf(rows[current]);
  useEffect(() => {
    if (currentId !== undefined) document.getElementById(currentId)?.scrollIntoView({ block: "nearest" });
  }, [currentId]);

  return (
    <aside className={classes.palette} aria-label="Add a node">
      <div className={classes.head}>
        <Text fw={620}>{titleOf(purpose, empty)}</Text>
        <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label="Close">
          <X size={17} />
        </ActionIcon>
      </div>
      <TextInput
        data-autofocus
        autoFocus
        leftSection={<Search size={15} />}
        placeholder="Search nodes…"
        aria-label="Search nodes"
        role="combobox"
        aria-expanded
        aria-controls="palette-nodes"
        aria-activedescendant={currentId}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setMarked(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined) {
            event.preventDefault();
            setMarked(Math.max(0, Math.min(rows.length - 1, current + step)));
          } else if (event.key === "Enter" && rows[current] !== undefined) {
            event.preventDefault();
            onChoose(rows[current]);
          } else if (event.key === "Escape") {
            event.preventDefault();
            onClose();
          }
        }}
      />
      <ScrollArea className={classes.list} type="auto">
        <div id="palette-nodes" role="listbox" aria-label="Nodes" tabIndex={-1}>
          {sections.map((section) => (
            // biome-ignore lint/a11y/useSemanticElements: groups of a listbox
            <div key={section.title} role="group" aria-label={section.title}>
              <Text className={classes.group}>{section.title}</Text>
              {section.types.map((type) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the search box above has the keys
                <div
                  key={type.type}
                  id={idOf(type)}
                  role="option"
                  tabIndex={-1}
                  aria-selected={rows[current] === type}
                  data-marked={rows[current] === type || undefined}
                  className={classes.row}
                  draggable
                  onDragStart={(event) => {
                    event.dataTransfer.setData(PALETTE_DRAG, type.type);
                    event.dataTransfer.effectAllowed = "copy";
                  }}
                  onMouseMove={() => setMarked(rows.indexOf(type))}
                  onClick={() => onChoose(type)}
                >
                  <NodeTile type={type.type} size={34} />
                  <div className={classes.texts}>
                    <Text size="sm" fw={560}>
                      {type.title}
                    </Text>
                    <Text size="xs" c="dimmed" lineClamp={2}>
                      {type.summary}
                    </Text>
                  </div>
                </div>
              ))}
            </div>
          ))}
        </div>
        {types.isSuccess && rows.length === 0 && (
          <Text c="dimmed" size="sm" p="md">
            No node is called “{query}”. HTTP Request reaches any API, and Code does what no node does.
          </Text>
        )}
      </ScrollArea>
      <div className={classes.foot}>
        <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> choose, <Kbd size="xs">Enter</Kbd> add, or drag onto the canvas
      </div>
    </aside>
  );
}

interface Section {
  readonly title: string;
  readonly types: readonly NodeType[];
}

function sectionsOf(all: readonly NodeType[], query: string, purpose: Purpose, empty: boolean): Section[] {
  const offered = all.filter(
    (type) => type.type !== STICKY_NOTE && (purpose.kind === "alone" || type.trigger === null),
  );
  if (query.trim() !== "") {
    const texts = (type: NodeType) => [type.title, ...(type.aliases ?? []), type.summary];
    return [{ title: "Found", types: searched(query, offered, texts) }];
  }
  const sections = GROUPS.map(({ key, title }) => ({ title, types: offered.filter((type) => groupOf(type) === key) }));
  const ordered = empty || purpose.kind !== "alone" ? sections : [...sections.slice(1), ...sections.slice(0, 1)];
  return ordered.filter((section) => section.types.length > 0);
}

function groupOf(type: NodeType): string {
  return type.trigger === null ? (type.group ?? "core") : "trigger";
}

function titleOf(purpose: Purpose, empty: boolean): string {
  if (purpose.kind === "into") return "Insert a node";
  if (purpose.kind === "after") return "What happens next?";
  return empty ? "What starts this workflow?" : "Add a node";
}

function idOf(type: NodeType): string {
  return `palette-${type.type.replaceAll(/[^\w-]/g, "-")}`;
}
