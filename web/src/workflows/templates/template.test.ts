import { expect, it } from "vitest";
import { STICKY_NOTE } from "@/model/workflow";
import { TEMPLATES } from "./catalogue";
import { drawingOf, matching, tagsOf } from "./template";

it("has at least twenty templates, each with a note that explains it", () => {
  expect(TEMPLATES.length).toBeGreaterThanOrEqual(20);
  for (const { workflow } of TEMPLATES) expect(workflow.nodes.some((node) => node.type === STICKY_NOTE)).toBe(true);
});

it("begins with those that are meant for beginners", () => {
  const marked = TEMPLATES.map((template) => template.tags.includes("start here"));
  expect(marked.slice(0, 3)).toEqual([true, true, true]);
  expect(marked.lastIndexOf(true)).toBeLessThan(marked.indexOf(false));
});

it("finds templates by all words of a search, and by tag", () => {
  expect(matching(TEMPLATES, "CSV  clean", null).map((one) => one.id)).toEqual(["csv-clean-up"]);
  expect(matching(TEMPLATES, "no such words at all", null)).toEqual([]);
  for (const tag of tagsOf(TEMPLATES)) expect(matching(TEMPLATES, "", tag).length).toBeGreaterThan(0);
});

it("names an error workflow that there is", () => {
  const ids = TEMPLATES.map((template) => template.id);
  for (const { errorWorkflow } of TEMPLATES) if (errorWorkflow !== null) expect(ids).toContain(errorWorkflow);
});

it("makes a workflow with its error workflow, and without what is said of the template", () => {
  const [template] = TEMPLATES;
  if (template === undefined) throw new Error("there are no templates");
  expect(drawingOf(template, "w1").settings.errorWorkflow).toBe("w1");
  expect(drawingOf(template, null)).not.toHaveProperty("meta");
});
