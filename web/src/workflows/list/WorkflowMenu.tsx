import { ActionIcon, Menu } from "@mantine/core";
import {
  Archive,
  ArchiveRestore,
  Copy,
  Download,
  Ellipsis,
  FolderInput,
  Info,
  Pencil,
  Rocket,
  SquareArrowOutUpRight,
  Tags,
  Trash2,
  Undo2,
} from "lucide-react";
import { useNavigate } from "react-router";
import type { Dialog } from "./dialogs";
import type { WorkflowSummary } from "./summary";
import type { WorkflowActions } from "./useWorkflowActions";

const SIZE = 15;

/** What can be done with one workflow of the list. */
export function WorkflowMenu({
  workflow,
  actions,
  onDialog,
}: {
  workflow: WorkflowSummary;
  actions: WorkflowActions;
  onDialog: (dialog: Dialog) => void;
}) {
  const navigate = useNavigate();
  const ask = (kind: "move" | "transfer" | "tags" | "delete" | "sharing") => () => onDialog({ kind, workflow });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More for ${workflow.name}`}>
          <Ellipsis size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Pencil size={SIZE} />} onClick={() => navigate(`/workflows/${workflow.id}`)}>
          Open
        </Menu.Item>
        <Menu.Item
          component="a"
          href={`/workflows/${workflow.id}`}
          target="_blank"
          leftSection={<SquareArrowOutUpRight size={SIZE} />}
        >
          Open in a new tab
        </Menu.Item>
        {!workflow.isArchived &&
          (workflow.publishedVersion === null ? (
            <Menu.Item leftSection={<Rocket size={SIZE} />} onClick={() => void actions.publish(workflow)}>
              Publish
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<Undo2 size={SIZE} />} onClick={() => void actions.unpublish(workflow)}>
              Unpublish
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Copy size={SIZE} />} onClick={() => void actions.duplicate(workflow)}>
          Duplicate
        </Menu.Item>
        <Menu.Item leftSection={<Download size={SIZE} />} onClick={() => void actions.export(workflow)}>
          Export
        </Menu.Item>
        <Menu.Item leftSection={<Tags size={SIZE} />} onClick={ask("tags")}>
          Tags
        </Menu.Item>
        <Menu.Item leftSection={<FolderInput size={SIZE} />} onClick={ask("move")}>
          Move to a folder
        </Menu.Item>
        <Menu.Item leftSection={<SquareArrowOutUpRight size={SIZE} />} onClick={ask("transfer")}>
          Move to another project
        </Menu.Item>
        <Menu.Item leftSection={<Info size={SIZE} />} onClick={ask("sharing")}>
          Owner and access
        </Menu.Item>
        <Menu.Divider />
        {workflow.isArchived ? (
          <Menu.Item leftSection={<ArchiveRestore size={SIZE} />} onClick={() => void actions.archive(workflow, false)}>
            Take out of the archive
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<Archive size={SIZE} />} onClick={() => void actions.archive(workflow, true)}>
            Archive
          </Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<Trash2 size={SIZE} />} onClick={ask("delete")}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
