import { ImportModal } from "../import/ImportModal";
import type { Dialog } from "./dialogs";
import { DeleteFolder, FolderName, MoveTo } from "./FolderDialogs";
import { ManageTags } from "./ManageTags";
import type { WorkflowActions } from "./useWorkflowActions";
import { DeleteWorkflow, Sharing, TagsOf, Transfer } from "./WorkflowDialogs";

/** The question that is open, if one is. */
export function Dialogs({
  dialog,
  actions,
  project,
  folder,
  onClose,
}: {
  dialog: Dialog | null;
  actions: WorkflowActions;
  /** Where the list stands: imports go there. */
  project: string | null;
  folder: string | null;
  onClose: () => void;
}) {
  if (dialog === null) return null;
  switch (dialog.kind) {
    case "move":
      return (
        <MoveTo
          title={`Move “${dialog.workflow.name}”`}
          project={dialog.workflow.projectId}
          from={dialog.workflow.folderId}
          onMove={(to, where) => actions.move(dialog.workflow, to, where)}
          onClose={onClose}
        />
      );
    case "transfer":
      return <Transfer workflow={dialog.workflow} actions={actions} onClose={onClose} />;
    case "tags":
      return <TagsOf workflow={dialog.workflow} actions={actions} onClose={onClose} />;
    case "allTags":
      return <ManageTags actions={actions} onClose={onClose} />;
    case "delete":
      return <DeleteWorkflow workflow={dialog.workflow} actions={actions} onClose={onClose} />;
    case "sharing":
      return <Sharing workflow={dialog.workflow} onClose={onClose} />;
    case "newFolder":
      return (
        <FolderName
          title="New folder"
          name=""
          onName={(name) => actions.createFolder(name, dialog.project, dialog.parent)}
          onClose={onClose}
        />
      );
    case "renameFolder":
      return (
        <FolderName
          title="Rename folder"
          name={dialog.folder.name}
          onName={(name) => actions.changeFolder(dialog.folder.id, { name })}
          onClose={onClose}
        />
      );
    case "moveFolder":
      return (
        <MoveTo
          title={`Move “${dialog.folder.name}”`}
          project={dialog.folder.projectId}
          from={dialog.folder.parentId}
          moved={dialog.folder.id}
          onMove={(to) => actions.changeFolder(dialog.folder.id, { parentId: to })}
          onClose={onClose}
        />
      );
    case "deleteFolder":
      return <DeleteFolder folder={dialog.folder} actions={actions} onClose={onClose} />;
    case "import":
      return <ImportModal files={dialog.files} project={project} folder={folder} onClose={onClose} />;
  }
}
