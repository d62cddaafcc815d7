/** Templates: workflows that run with nothing but Headrace, each of which shows something. */

import type { ColumnShape } from "@/api/schema";
import type { Workflow } from "@/model/workflow";

export interface Template {
  /** Name of its file, without the ending. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Nodes and ideas that it shows. */
  readonly teaches: string;
  readonly tags: readonly string[];
  /** Data tables that it reads and writes. */
  readonly tables: readonly { readonly name: string; readonly columns: readonly ColumnShape[] }[];
  /** The template that is its error workflow. */
  readonly errorWorkflow: string | null;
  readonly workflow: Workflow;
}

/** What the shown words of templates hold; a template needs every word of the search. */
export function matching(templates: readonly Template[], search: string, tag: string | null): readonly Template[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return templates.filter((template) => {
    if (tag !== null && !template.tags.includes(tag)) return false;
    const text = [template.title, template.summary, template.teaches, ...template.tags].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** All tags, those of most templates first. */
export function tagsOf(templates: readonly Template[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const tag of templates.flatMap((template) => template.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0])).map(([tag]) => tag);
}

/** The workflow that a template becomes: without what is said about the template. */
export function drawingOf(template: Template, errorWorkflow: string | null): Workflow {
  const { meta: _, ...workflow } = template.workflow;
  return errorWorkflow === null ? workflow : { ...workflow, settings: { ...workflow.settings, errorWorkflow } };
}
