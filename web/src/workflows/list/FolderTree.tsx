import { ActionIcon, Menu, Tooltip, UnstyledButton } from "@mantine/core";
import {
  Archive,
  Box,
  Ellipsis,
  Folder as FolderIcon,
  FolderInput,
  FolderPlus,
  Layers,
  Pencil,
  Star,
  Trash2,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Dialog } from "./dialogs";
import { type Dragged, dropping } from "./dragging";
import { type Folder, flat, treeOf } from "./folders";
import classes from "./list.module.css";
import { EVERYTHING, type Listing } from "./listing";
import { useFolders, useProjects } from "./queries";

interface Props {
  readonly listing: Listing;
  readonly dragged: Dragged | null;
  readonly onGo: (listing: Listing) => void;
  readonly onDrop: (dragged: Dragged, folder: string | null) => void;
  readonly onDialog: (dialog: Dialog) => void;
}

/** Where workflows are kept: everything, favourites, the archive, and the projects with their folders. */
export function FolderTree({ listing, dragged, onGo, onDrop, onDialog }: Props) {
  const projects = useProjects();
  const go = (to: Partial<Listing>) => onGo({ ...EVERYTHING, order: listing.order, ...to });
  const elsewhere = listing.project === null;
  return (
    <nav className={classes.tree} aria-label="Where workflows are kept">
      <Entry
        icon={<Layers size={15} />}
        label="All workflows"
        here={elsewhere && !listing.favourites && listing.shown !== "archived"}
        onClick={() => go({})}
      />
      <Entry
        icon={<Star size={15} />}
        label="Favourites"
        here={elsewhere && listing.favourites}
        onClick={() => go({ favourites: true })}
      />
      <Entry
        icon={<Archive size={15} />}
        label="Archive"
        here={elsewhere && listing.shown === "archived"}
        onClick={() => go({ shown: "archived" })}
      />
      <h2 className={classes.heading}>Projects</h2>
      {(projects.data ?? []).map((project) => (
        <Project
          key={project.id}
          id={project.id}
          name={project.name}
          {...{ listing, dragged, onDrop, onDialog }}
          onGo={(folder) => go({ project: project.id, folder })}
        />
      ))}
    </nav>
  );
}

function Project({
  id,
  name,
  listing,
  dragged,
  onGo,
  onDrop,
  onDialog,
}: Omit<Props, "onGo"> & { id: string; name: string; onGo: (folder: string | null) => void }) {
  const folders = useFolders(id).data ?? [];
  return (
    <>
      <Entry
        icon={<Box size={15} />}
        label={name}
        here={listing.project === id && listing.folder === null}
        onClick={() => onGo(null)}
        {...dropping(dragged, folders, id, null, onDrop)}
      >
        <Tooltip label="New folder">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={`New folder in ${name}`}
            onClick={() => onDialog({ kind: "newFolder", project: id, parent: null })}
          >
            <FolderPlus size={14} />
          </ActionIcon>
        </Tooltip>
      </Entry>
      {flat(treeOf(folders)).map(([folder, depth]) => (
        <Entry
          key={folder.id}
          depth={depth + 1}
          icon={<FolderIcon size={15} />}
          label={folder.name}
          here={listing.folder === folder.id}
          onClick={() => onGo(folder.id)}
          {...dropping(dragged, folders, id, folder.id, onDrop)}
        >
          <FolderMenu folder={folder} onDialog={onDialog} />
        </Entry>
      ))}
    </>
  );
}

function Entry({
  icon,
  label,
  here,
  depth = 0,
  onClick,
  children,
  target,
  ...drop
}: {
  icon: ReactNode;
  label: string;
  here: boolean;
  depth?: number;
  onClick: () => void;
  children?: ReactNode;
  target?: boolean;
  onDragOver?: React.DragEventHandler;
  onDrop?: React.DragEventHandler;
}) {
  return (
    <div className={classes.entry} data-here={here || undefined} data-target={target || undefined} {...drop}>
      <UnstyledButton
        className={classes.place ?? ""}
        style={{ paddingInlineStart: 8 + Math.min(depth, 6) * 14 }}
        aria-current={here ? "page" : undefined}
        onClick={onClick}
      >
        {icon}
        <span>{label}</span>
      </UnstyledButton>
      {children !== undefined && <span className={classes.tools}>{children}</span>}
    </div>
  );
}

export function FolderMenu({ folder, onDialog }: { folder: Folder; onDialog: (dialog: Dialog) => void }) {
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`More for the folder ${folder.name}`}>
          <Ellipsis size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<FolderPlus size={15} />}
          onClick={() => onDialog({ kind: "newFolder", project: folder.projectId, parent: folder.id })}
        >
          New folder inside
        </Menu.Item>
        <Menu.Item leftSection={<Pencil size={15} />} onClick={() => onDialog({ kind: "renameFolder", folder })}>
          Rename
        </Menu.Item>
        <Menu.Item leftSection={<FolderInput size={15} />} onClick={() => onDialog({ kind: "moveFolder", folder })}>
          Move
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<Trash2 size={15} />}
          onClick={() => onDialog({ kind: "deleteFolder", folder })}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
