import { Kbd, Menu } from "@mantine/core";
import { Fragment } from "react";
import { type Command, shownKeys } from "./commands";

const OF_NODE = [
  ["open-node", "execute-to"],
  ["rename", "disable", "pin"],
  ["copy", "cut", "duplicate"],
  ["upstream", "downstream", "align-left", "align-top"],
  ["delete"],
];
const OF_CANVAS = [
  ["add", "note"],
  ["select-all", "tidy", "fit"],
  ["execute", "settings", "keys"],
];

/** The menu of the right button. */
export function CanvasMenu({
  x,
  y,
  node,
  commands,
  onClose,
}: {
  x: number;
  y: number;
  node: string | null;
  commands: readonly Command[];
  onClose: () => void;
}) {
  const groups = (node === null ? OF_CANVAS : OF_NODE)
    .map((ids) =>
      ids
        .map((id) => commands.find((command) => command.id === id))
        .filter((command) => command !== undefined && command.enabled?.() !== false),
    )
    .filter((group) => group.length > 0);
  return (
    <Menu opened onClose={onClose} position="right-start" width={250} trapFocus>
      <Menu.Target>
        <span style={{ position: "fixed", left: x, top: y }} />
      </Menu.Target>
      <Menu.Dropdown>
        {groups.map((group, index) => (
          <Fragment key={group[0]?.id}>
            {index > 0 && <Menu.Divider />}
            {group.map(
              (command) =>
                command !== undefined && (
                  <Menu.Item
                    key={command.id}
                    onClick={command.run}
                    color={command.id === "delete" ? "red" : undefined}
                    rightSection={
                      command.keys !== undefined && <Kbd size="xs">{shownKeys(command.keys[0] ?? "").join(" ")}</Kbd>
                    }
                  >
                    {command.label}
                  </Menu.Item>
                ),
            )}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
