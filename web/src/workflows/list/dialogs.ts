import type { Folder } from "./folders";
import type { WorkflowSummary } from "./summary";

/** What the list asks about before it does something; one at a time. */
export type Dialog =
  | { readonly kind: "move" | "transfer" | "tags" | "delete" | "sharing"; readonly workflow: WorkflowSummary }
  | { readonly kind: "newFolder"; readonly project: string; readonly parent: string | null }
  | { readonly kind: "renameFolder" | "moveFolder" | "deleteFolder"; readonly folder: Folder }
  | { readonly kind: "allTags" }
  | { readonly kind: "import"; readonly files: readonly File[] };
