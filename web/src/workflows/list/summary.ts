import type { TagShape } from "@/api/schema";

/** A workflow without what is drawn, as lists have it. */
export interface WorkflowSummary {
  readonly id: string;
  readonly name: string;
  readonly isArchived: boolean;
  readonly tags: readonly TagShape[];
  readonly updatedAt: string;
  /** The version that runs in production; null while none does. */
  readonly publishedVersion: number | null;
  readonly latestVersion: number;
  readonly projectId: string;
  readonly folderId: string | null;
  /** Id of a user. */
  readonly owner: string;
}
