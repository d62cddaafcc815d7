/** The templates themselves: large, so this module is only imported with the page that shows them. */

import type { Workflow } from "@/model/workflow";
import type { Template } from "./template";

interface TemplateFile extends Workflow {
  readonly meta: {
    readonly headraceTemplate: Partial<Omit<Template, "id" | "workflow">> & {
      readonly title: string;
      readonly summary: string;
      readonly teaches: string;
      readonly tags: readonly string[];
    };
  } & Workflow["meta"];
}

const FILES = import.meta.glob<TemplateFile>("../../../templates/*.json", { eager: true, import: "default" });

export const TEMPLATES: readonly Template[] = Object.entries(FILES)
  .map(([path, file]): Template => {
    const about = file.meta.headraceTemplate;
    return {
      id: path.replace(/^.*\//, "").replace(/\.json$/, ""),
      title: about.title,
      summary: about.summary,
      teaches: about.teaches,
      tags: about.tags,
      tables: about.tables ?? [],
      errorWorkflow: about.errorWorkflow ?? null,
      workflow: file,
    };
  })
  // What to begin with comes first.
  .sort((one, other) => rank(one) - rank(other) || one.title.localeCompare(other.title));

function rank(template: Template): number {
  return template.tags.includes("start here") ? 0 : 1;
}
