import { ActionIcon, Tooltip } from "@mantine/core";
import { Maximize, Plus, Search, StickyNote, WandSparkles, ZoomIn, ZoomOut } from "lucide-react";
import type { ReactNode } from "react";
import { type Command, shownKeys } from "./commands";
import classes from "./EditorPage.module.css";

function Tool({ command, icon, size = 34 }: { command: Command | undefined; icon: ReactNode; size?: number }) {
  if (command === undefined) return null;
  const keys = command.keys?.[0];
  return (
    <Tooltip label={keys === undefined ? command.label : `${command.label} (${shownKeys(keys).join(" ")})`}>
      <ActionIcon variant="default" size={size} aria-label={command.label} onClick={command.run}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

/** How the canvas is looked at, bottom left. */
export function ViewTools({ commands }: { commands: readonly Command[] }) {
  const find = (id: string) => commands.find((command) => command.id === id);
  return (
    <ActionIcon.Group className={classes.tools ?? ""}>
      <Tool command={find("fit")} icon={<Maximize size={16} />} />
      <Tool command={find("zoom-in")} icon={<ZoomIn size={16} />} />
      <Tool command={find("zoom-out")} icon={<ZoomOut size={16} />} />
      <Tool command={find("tidy")} icon={<WandSparkles size={16} />} />
    </ActionIcon.Group>
  );
}

/** What is put onto the canvas, on the right. */
export function RightRail({
  commands,
  onSearch,
  readOnly,
}: {
  commands: readonly Command[];
  onSearch: () => void;
  readOnly: boolean;
}) {
  const find = (id: string) => commands.find((command) => command.id === id);
  return (
    <div className={classes.rail}>
      {!readOnly && <Tool command={find("add")} icon={<Plus size={19} />} size={40} />}
      <Tooltip label="Search (Ctrl K)" position="left">
        <ActionIcon variant="default" size={40} aria-label="Search commands and nodes" onClick={onSearch}>
          <Search size={18} />
        </ActionIcon>
      </Tooltip>
      {!readOnly && <Tool command={find("note")} icon={<StickyNote size={18} />} size={40} />}
    </div>
  );
}
