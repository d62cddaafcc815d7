import { Button, Center, Table } from "@mantine/core";
import { Folder as FolderIcon } from "lucide-react";
import type { Dialog } from "./dialogs";
import { type Dragged, dropping } from "./dragging";
import { FolderMenu } from "./FolderTree";
import { useFavourites } from "./favourites";
import type { Folder } from "./folders";
import classes from "./list.module.css";
import { isSearch, type Listing } from "./listing";
import { usePeople, useProjects, useRuns } from "./queries";
import type { WorkflowSummary } from "./summary";
import type { WorkflowActions } from "./useWorkflowActions";
import { WorkflowRow } from "./WorkflowRow";

/** The folders that are here, then the workflows. */
export function WorkflowTable({
  listing,
  workflows,
  folders,
  dragged,
  actions,
  more,
  onGo,
  onDialog,
  onDrag,
  onDrop,
}: {
  listing: Listing;
  workflows: readonly WorkflowSummary[];
  /** All of the project. */
  folders: readonly Folder[];
  dragged: Dragged | null;
  actions: WorkflowActions;
  /** Null when all are shown. */
  more: { readonly busy: boolean; readonly load: () => void } | null;
  onGo: (listing: Listing) => void;
  onDialog: (dialog: Dialog) => void;
  onDrag: (dragged: Dragged | null) => void;
  onDrop: (dragged: Dragged, folder: string | null) => void;
}) {
  const runs = useRuns();
  const people = usePeople();
  const projects = useProjects().data ?? [];
  const favourites = useFavourites();
  const several = listing.project === null && projects.length > 1;
  const here =
    listing.project === null || isSearch(listing) ? [] : folders.filter((folder) => folder.parentId === listing.folder);
  return (
    <div className={classes.table}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th aria-label="Favourite" />
            <Table.Th>Name</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Runs of 7 days</Table.Th>
            <Table.Th>Last changed</Table.Th>
            <Table.Th className={classes.owner ?? ""}>Owner</Table.Th>
            <Table.Th aria-label="More" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {here.map((folder) => {
            const drop = dropping(dragged, folders, folder.projectId, folder.id, onDrop);
            const { target, ...handlers } = { target: undefined, ...drop };
            return (
              <Table.Tr
                key={folder.id}
                className={classes.row ?? ""}
                data-target={target}
                draggable
                onDragStart={() => onDrag({ kind: "folder", folder })}
                onDragEnd={() => onDrag(null)}
                {...handlers}
              >
                <Table.Td pr={0}>
                  <Center>
                    <FolderIcon size={16} aria-hidden />
                  </Center>
                </Table.Td>
                <Table.Td colSpan={4}>
                  <Button
                    variant="transparent"
                    size="compact-sm"
                    px={0}
                    className={classes.name ?? ""}
                    onClick={() => onGo({ ...listing, folder: folder.id })}
                  >
                    {folder.name}
                  </Button>
                </Table.Td>
                <Table.Td className={classes.owner ?? ""} />
                <Table.Td pl={0}>
                  <FolderMenu folder={folder} onDialog={onDialog} />
                </Table.Td>
              </Table.Tr>
            );
          })}
          {workflows.map((workflow) => (
            <WorkflowRow
              key={workflow.id}
              workflow={workflow}
              runs={runs.get(workflow.id)}
              owner={people.get(workflow.owner) ?? workflow.owner}
              place={several ? projects.find((project) => project.id === workflow.projectId)?.name : undefined}
              favourite={favourites.ids.has(workflow.id)}
              actions={actions}
              onFavourite={() => favourites.toggle(workflow.id)}
              onTag={(tag) => onGo({ ...listing, tag })}
              onDialog={onDialog}
              onDrag={(on) => onDrag(on ? { kind: "workflow", workflow } : null)}
            />
          ))}
        </Table.Tbody>
      </Table>
      {more !== null && (
        <Center p="sm">
          <Button variant="default" loading={more.busy} onClick={more.load}>
            Show more
          </Button>
        </Center>
      )}
    </div>
  );
}
