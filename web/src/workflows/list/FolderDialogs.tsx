import { Text, TextInput, UnstyledButton } from "@mantine/core";
import { Box, Check, Folder as FolderIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Loaded } from "@/ui/Loaded";
import { TEXTS } from "../texts";
import { Asking } from "./Asking";
import classes from "./FolderDialogs.module.css";
import { type Folder, flat, mayMoveInto, treeOf } from "./folders";
import { useFolders } from "./queries";
import type { WorkflowActions } from "./useWorkflowActions";

/** A folder's name, for a new one or another. */
export function FolderName({
  title,
  name,
  onName,
  onClose,
}: {
  title: string;
  name: string;
  onName: (name: string) => Promise<boolean>;
  onClose: () => void;
}) {
  const [value, setValue] = useState(name);
  const next = value.trim();
  return (
    <Asking
      title={title}
      yes={name === "" ? "Make folder" : "Rename"}
      ready={next !== "" && next !== name}
      onYes={() => onName(next)}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        data-autofocus
        maxLength={128}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </Asking>
  );
}

/** Chooses a folder of a project, or its top level. */
export function MoveTo({
  title,
  project,
  from,
  moved,
  onMove,
  onClose,
}: {
  title: string;
  project: string;
  /** Where it is now. */
  from: string | null;
  /** The folder that is moved, if it is one. */
  moved?: string;
  onMove: (to: string | null, where: string) => Promise<boolean>;
  onClose: () => void;
}) {
  const folders = useFolders(project);
  const [to, setTo] = useState<string | null>(from);
  const name = folders.data?.find((folder) => folder.id === to)?.name;
  return (
    <Asking
      title={title}
      yes="Move"
      ready={to !== from}
      onYes={() => onMove(to, name === undefined ? TEXTS.noFolder : `“${name}”`)}
      onClose={onClose}
    >
      <Loaded query={folders}>
        {(known) => (
          <div role="radiogroup" aria-label="Folder" className={classes.places}>
            <Place chosen={to === null} icon={<Box size={15} />} label="Top level" onChoose={() => setTo(null)} />
            {flat(treeOf(known)).map(([folder, depth]) => (
              <Place
                key={folder.id}
                depth={depth + 1}
                chosen={to === folder.id}
                disabled={moved !== undefined && folder.id !== from && !mayMoveInto(known, moved, folder.id)}
                icon={<FolderIcon size={15} />}
                label={folder.name}
                onChoose={() => setTo(folder.id)}
              />
            ))}
            {known.length === 0 && (
              <Text size="sm" c="dimmed" p="xs">
                This project has no folders yet. Make one with the button beside the project's name.
              </Text>
            )}
          </div>
        )}
      </Loaded>
    </Asking>
  );
}

function Place({
  chosen,
  icon,
  label,
  depth = 0,
  disabled = false,
  onChoose,
}: {
  chosen: boolean;
  icon: ReactNode;
  label: string;
  depth?: number;
  disabled?: boolean;
  onChoose: () => void;
}) {
  return (
    <UnstyledButton
      role="radio"
      aria-checked={chosen}
      disabled={disabled}
      className={classes.place ?? ""}
      style={{ paddingInlineStart: 10 + Math.min(depth, 8) * 16 }}
      onClick={onChoose}
    >
      {icon}
      <span>{label}</span>
      {chosen && <Check size={15} aria-hidden />}
    </UnstyledButton>
  );
}

export function DeleteFolder({
  folder,
  actions,
  onClose,
}: {
  folder: Folder;
  actions: WorkflowActions;
  onClose: () => void;
}) {
  return (
    <Asking
      title={`Delete the folder “${folder.name}”?`}
      yes="Delete folder"
      danger
      onYes={() => actions.removeFolder(folder.id)}
      onClose={onClose}
    >
      <Text size="sm">{TEXTS.deleteFolder}</Text>
    </Asking>
  );
}
