import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Workflow } from "@/model/workflow";

/** A workflow as the server keeps it: the draft, and what is known about it. */
export interface WorkflowRecord {
  readonly id: string;
  /** Of the draft: whoever saves says which they saw. */
  readonly etag: string | null;
  readonly draft: Workflow;
  readonly active: boolean;
  readonly archived: boolean;
  readonly publishedVersion: number | null;
  readonly latestVersion: number;
  readonly projectId: string;
  readonly folderId: string | null;
  readonly tags: readonly { readonly id: string; readonly name: string }[];
  readonly updatedAt: string;
}

/** What the server adds to what is drawn; none of it is sent back with a draft. */
const ADDED = new Set([
  "id",
  "active",
  "isArchived",
  "tags",
  "createdAt",
  "updatedAt",
  "versionId",
  "revision",
  "publishedVersion",
  "latestVersion",
  "projectId",
  "folderId",
  "owner",
]);

export function readRecord(body: Record<string, unknown>, etag: string | null): WorkflowRecord {
  const drawn = Object.fromEntries(Object.entries(body).filter(([key]) => !ADDED.has(key)));
  return {
    id: String(body.id),
    etag,
    draft: { ...drawn, settings: drawn.settings ?? {}, connections: drawn.connections ?? {} } as unknown as Workflow,
    active: body.active === true,
    archived: body.isArchived === true,
    publishedVersion: typeof body.publishedVersion === "number" ? body.publishedVersion : null,
    latestVersion: typeof body.latestVersion === "number" ? body.latestVersion : 0,
    projectId: String(body.projectId ?? ""),
    folderId: typeof body.folderId === "string" ? body.folderId : null,
    tags: Array.isArray(body.tags) ? body.tags : [],
    updatedAt: String(body.updatedAt ?? ""),
  };
}

export async function fetchRecord(id: string): Promise<WorkflowRecord> {
  const answer = await api.GET("/api/v1/workflows/{workflow_id}", { params: { path: { workflow_id: id } } });
  return readRecord(answer.data as Record<string, unknown>, answer.response.headers.get("etag"));
}

export function useRecord(id: string) {
  return useQuery({
    queryKey: ["workflow", id],
    queryFn: () => fetchRecord(id),
    staleTime: Number.POSITIVE_INFINITY,
    // The draft must stay the very object that was saved: by that the editor knows it has nothing new to load.
    structuralSharing: false,
  });
}
