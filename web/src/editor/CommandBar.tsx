import { Group, Kbd, Modal, ScrollArea, Text, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { searched } from "@/model/search";
import { STICKY_NOTE } from "@/model/workflow";
import { type NodeType, useNodeTypes } from "@/nodes/descriptions";
import { NodeTile } from "@/nodes/NodeTile";
import classes from "./CommandBar.module.css";
import { type Command, shownKeys } from "./commands";
import { useEditor, useEditorStore } from "./store";

interface Entry {
  readonly id: string;
  readonly section: string;
  readonly label: string;
  /** What is searched besides the label: the text of a node's parameters, other words for it. */
  readonly more: string;
  readonly keys?: string;
  readonly type?: string;
  readonly run: () => void;
}

const SHOWN = 60;

/** Everything by words: commands, nodes of this workflow and what is written in them, and nodes to add. */
export function CommandBar({
  commands,
  onAdd,
  onGoTo,
  onClose,
}: {
  commands: readonly Command[];
  onAdd: (type: NodeType) => void;
  onGoTo: (node: string) => void;
  onClose: () => void;
}) {
  const store = useEditorStore();
  const readOnly = useEditor((state) => state.readOnly);
  const types = useNodeTypes().data;
  const [query, setQuery] = useState("");
  const [marked, setMarked] = useState(0);
  const list = useRef<HTMLDivElement>(null);

  const entries = useMemo(() => {
    const doing = commands
      .filter((command) => command.keyOnly !== true && command.enabled?.() !== false)
      .map(({ id, section, label, keys, run }): Entry => ({ id, section, label, more: "", keys: keys?.[0], run }));
    const nodes = store.getState().workflow.nodes.map(
      (node): Entry => ({
        id: `node:${node.name}`,
        section: "In this workflow",
        label: node.name,
        more: `${node.type === STICKY_NOTE ? "note " : ""}${node.notes ?? ""} ${JSON.stringify(node.parameters).slice(0, 4000)}`,
        type: node.type,
        run: () => onGoTo(node.name),
      }),
    );
    const adding = readOnly
      ? []
      : (types ?? [])
          .filter((type) => type.type !== STICKY_NOTE)
          .map(
            (type): Entry => ({
              id: `add:${type.type}`,
              section: "Add a node",
              label: type.title,
              more: `${(type.aliases ?? []).join(" ")} ${type.summary ?? ""}`,
              type: type.type,
              run: () => onAdd(type),
            }),
          );
    return [...doing, ...nodes, ...adding];
  }, [commands, store, types, readOnly, onAdd, onGoTo]);

  const found = useMemo(
    () => searched(query, entries, (entry) => [entry.label, entry.more]).slice(0, query === "" ? 200 : SHOWN),
    [query, entries],
  );
  const current = Math.min(marked, found.length - 1);
  useEffect(() => {
    list.current?.querySelector(`[data-row="${current}"]`)?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const choose = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      size={640}
      padding={0}
      yOffset="12vh"
      centered={false}
      aria-label="Command bar"
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        data-autofocus
        // At once, and not when the window has come in: whoever types on loses no letter.
        autoFocus
        size="md"
        variant="unstyled"
        px="md"
        leftSection={<Search size={17} />}
        placeholder="What do you want to do, find or add?"
        aria-label="Search commands and nodes"
        role="combobox"
        aria-expanded
        aria-controls="command-list"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setMarked(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined) {
            event.preventDefault();
            setMarked(Math.max(0, Math.min(found.length - 1, current + step)));
          } else if (event.key === "Enter") {
            event.preventDefault();
            choose(found[current]);
          }
        }}
      />
      <ScrollArea.Autosize mah="56vh" viewportRef={list} className={classes.list} type="auto">
        <div id="command-list" role="listbox" aria-label="Commands" tabIndex={-1}>
          {found.map((entry, index) => (
            <div key={entry.id}>
              {entry.section !== found[index - 1]?.section && <Text className={classes.section}>{entry.section}</Text>}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the search box has the keys */}
              <div
                role="option"
                tabIndex={-1}
                aria-selected={index === current}
                data-row={index}
                data-marked={index === current || undefined}
                className={classes.row}
                onMouseMove={() => setMarked(index)}
                onClick={() => choose(entry)}
              >
                {entry.type !== undefined && <NodeTile type={entry.type} size={24} />}
                <Text size="sm" flex={1} truncate>
                  {entry.label}
                </Text>
                {entry.keys !== undefined && (
                  <Group gap={3}>
                    {shownKeys(entry.keys).map((key) => (
                      <Kbd key={key} size="xs">
                        {key}
                      </Kbd>
                    ))}
                  </Group>
                )}
              </div>
            </div>
          ))}
          {found.length === 0 && (
            <Text c="dimmed" size="sm" p="md">
              Nothing is called that.
            </Text>
          )}
        </div>
      </ScrollArea.Autosize>
    </Modal>
  );
}
