import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { EMPTY } from "@/model/workflow";
import { complain, tell } from "@/ui/notices";
import { download } from "./download";
import type { WorkflowSummary } from "./summary";

type Named = Pick<WorkflowSummary, "id" | "name">;

/** What can be done with a workflow from outside. Each tells of its failure, and answers whether it was done. */
export function useWorkflowActions() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMemo(() => {
    const attempt = async (work: () => Promise<unknown>, done?: string): Promise<boolean> => {
      try {
        await work();
        if (done !== undefined) tell(done);
        return true;
      } catch (thrown) {
        complain(thrown);
        return false;
      } finally {
        await Promise.all(
          [["workflows"], ["workflow"], ["folders"], ["tags"]].map((queryKey) =>
            client.invalidateQueries({ queryKey, refetchType: "active" }),
          ),
        );
      }
    };
    const change = (workflow: Named, body: { folderId?: string | null; archived?: boolean }) =>
      api.PATCH("/api/v1/workflows/{workflow_id}", {
        params: { path: { workflow_id: workflow.id } },
        body: body as never,
      });
    const path = (workflow: Named) => ({ params: { path: { workflow_id: workflow.id } } });
    return {
      /** Makes a workflow and opens it. */
      create: (drawing: Record<string, unknown> = { ...EMPTY }, project?: string | null, folder?: string | null) =>
        attempt(async () => {
          const query = {
            ...(project ? { projectId: project } : {}),
            ...(project && folder ? { folderId: folder } : {}),
          };
          const made = await got(api.POST("/api/v1/workflows", { params: { query }, body: drawing as never }));
          navigate(`/workflows/${String((made as { id: unknown }).id)}`);
        }),
      duplicate: (workflow: Named) =>
        attempt(
          () => api.POST("/api/v1/workflows/{workflow_id}/duplicate", { ...path(workflow), body: {} as never }),
          `“${workflow.name}” was copied.`,
        ),
      move: (workflow: Named, folder: string | null, where: string) =>
        attempt(() => change(workflow, { folderId: folder }), `“${workflow.name}” is in ${where} now.`),
      transfer: (workflow: Named, project: string, where: string) =>
        attempt(
          () =>
            api.PUT("/api/v1/workflows/{workflow_id}/transfer", {
              ...path(workflow),
              body: { destinationProjectId: project },
            }),
          `“${workflow.name}” belongs to ${where} now.`,
        ),
      archive: (workflow: Named, archived: boolean) =>
        attempt(
          () => change(workflow, { archived }),
          archived ? `“${workflow.name}” is in the archive.` : `“${workflow.name}” is back, unpublished.`,
        ),
      remove: (workflow: Named) =>
        attempt(() => api.DELETE("/api/v1/workflows/{workflow_id}", path(workflow)), `“${workflow.name}” was deleted.`),
      publish: (workflow: Named) =>
        attempt(
          () => api.POST("/api/v1/workflows/{workflow_id}/publish", { ...path(workflow), body: {} as never }),
          `“${workflow.name}” is published.`,
        ),
      unpublish: (workflow: Named) =>
        attempt(
          () => api.POST("/api/v1/workflows/{workflow_id}/unpublish", path(workflow)),
          `“${workflow.name}” is no longer published.`,
        ),
      setTags: (workflow: Named, tags: readonly string[]) =>
        attempt(() =>
          api.PUT("/api/v1/workflows/{workflow_id}/tags", { ...path(workflow), body: tags.map((id) => ({ id })) }),
        ),
      export: (workflow: Named) =>
        attempt(async () => {
          const answer = api.GET("/api/v1/workflows/{workflow_id}/export", { ...path(workflow), parseAs: "text" });
          download(workflow.name, String(await got(answer)));
        }),
      renameTag: (id: string, name: string) =>
        attempt(() => api.PUT("/api/v1/tags/{tag_id}", { params: { path: { tag_id: id } }, body: { name } })),
      removeTag: (id: string) =>
        attempt(() => api.DELETE("/api/v1/tags/{tag_id}", { params: { path: { tag_id: id } } })),
      createFolder: (name: string, project: string, parent: string | null) =>
        attempt(() => api.POST("/api/v1/folders", { body: { name, projectId: project, parentId: parent } as never })),
      changeFolder: (id: string, body: { name?: string; parentId?: string | null }) =>
        attempt(() =>
          api.PATCH("/api/v1/folders/{folder_id}", { params: { path: { folder_id: id } }, body: body as never }),
        ),
      removeFolder: (id: string) =>
        attempt(() => api.DELETE("/api/v1/folders/{folder_id}", { params: { path: { folder_id: id } } })),
    };
  }, [client, navigate]);
}

export type WorkflowActions = ReturnType<typeof useWorkflowActions>;
