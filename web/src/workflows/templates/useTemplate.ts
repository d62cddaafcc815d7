import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { TEMPLATES } from "./catalogue";
import { drawingOf, type Template } from "./template";

/** The project that every tenant begins with. */
const FIRST = "default";

/** Makes a workflow of a template, with what it needs, and opens it. */
export function useTemplate() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (template: Template) => {
      const projects = (await got(api.GET("/api/v1/projects"))).data.map((project) => project.id);
      return made(template, projects.includes(FIRST) ? FIRST : (projects[0] ?? FIRST));
    },
    onSuccess: async (id) => {
      await Promise.all(
        [["workflows"], ["data-tables"], ["tables"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      navigate(`/workflows/${id}`);
    },
  });
}

async function made(template: Template, projectId: string): Promise<string> {
  const handler = TEMPLATES.find((other) => other.id === template.errorWorkflow);
  const errorWorkflow =
    handler === undefined ? null : ((await existing(handler.title, projectId)) ?? (await made(handler, projectId)));
  await makeTables(template, projectId);
  const body = drawingOf(template, errorWorkflow) as never;
  const workflow = await got(api.POST("/api/v1/workflows", { params: { query: { projectId } }, body }));
  return String((workflow as { id: unknown }).id);
}

/** One error workflow serves many: if it was made before, it is used again. */
async function existing(name: string, projectId: string): Promise<string | null> {
  const query = { summary: true, name, projectId, limit: 10 };
  const page = await got(api.GET("/api/v1/workflows", { params: { query } }));
  const found = page.data.find((workflow) => (workflow as { name?: unknown }).name === name);
  return found === undefined ? null : String((found as { id: unknown }).id);
}

async function makeTables({ tables }: Template, projectId: string): Promise<void> {
  if (tables.length === 0) return;
  const known = (await got(api.GET("/api/v1/data-tables", { params: { query: { projectId } } }))).data.map(
    (table) => table.name,
  );
  for (const { name, columns } of tables) {
    if (!known.includes(name)) {
      await api.POST("/api/v1/data-tables", { body: { name, columns: [...columns], projectId } });
    }
  }
}
