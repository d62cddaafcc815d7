import type { DragEvent } from "react";
import { type Folder, mayMoveInto } from "./folders";
import type { WorkflowSummary } from "./summary";

/** What is being dragged over the page. */
export type Dragged =
  | { readonly kind: "workflow"; readonly workflow: WorkflowSummary }
  | { readonly kind: "folder"; readonly folder: Folder };

/** Whether it may be dropped there; null is the top level of the project. */
export function mayDrop(dragged: Dragged, folders: readonly Folder[], project: string, into: string | null): boolean {
  if (dragged.kind === "workflow") {
    // To another project it goes by the menu, which says what that changes.
    return dragged.workflow.projectId === project && dragged.workflow.folderId !== into;
  }
  return dragged.folder.projectId === project && mayMoveInto(folders, dragged.folder.id, into);
}

/** What makes an element a place to drop things; nothing while what is dragged may not go there. */
export function dropping(
  dragged: Dragged | null,
  folders: readonly Folder[],
  project: string,
  into: string | null,
  onDrop: (dragged: Dragged, folder: string | null) => void,
) {
  if (dragged === null || !mayDrop(dragged, folders, project, into)) return {};
  return {
    target: true,
    onDragOver: (event: DragEvent) => {
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      onDrop(dragged, into);
    },
  };
}
