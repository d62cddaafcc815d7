import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./editor";

const SET = "n8n-nodes-base.set";

function node(name: string, x: number, type = SET, more: object = {}) {
  return { id: name, name, type, typeVersion: type === SET ? 3.4 : 1, position: [x, 0], parameters: {}, ...more };
}

const HOOKED = {
  nodes: [
    node("Webhook", 0, "n8n-nodes-base.webhook", { typeVersion: 2, parameters: { path: "", httpMethod: "POST" } }),
    node("Edit", 224),
  ],
  connections: { Webhook: { main: [[{ node: "Edit", type: "main", index: 0 }]] } },
};

/** A workflow that is called at a path of its own. */
function hooked(path: string) {
  const [hook, ...rest] = HOOKED.nodes;
  return { ...HOOKED, nodes: [{ ...hook, parameters: { path, httpMethod: "POST" } }, ...rest] };
}

async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa"]).analyze();
  const found = violations.map((one) => `${one.id}: ${one.nodes.map((place) => place.html).join(" ")}`);
  expect(found).toEqual([]);
}

test("workflows are put into folders by dragging and by the menu, and found again", async ({ editor, page }) => {
  await editor.api("POST", "/workflows", { name: "To be filed", nodes: [], connections: {}, settings: {} });
  await page.goto("/workflows");
  await page.getByRole("button", { name: "New folder in Default" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Archive of 2026");
  await page.getByRole("button", { name: "Make folder" }).click();
  await page.getByRole("button", { name: "Default", exact: true }).click();

  const places = page.getByRole("navigation", { name: "Where workflows are kept" });
  const row = page.getByRole("row", { name: /To be filed/ });
  await row.dragTo(places.getByRole("button", { name: "Archive of 2026", exact: true }));
  await expect(row).toBeHidden();
  await places.getByRole("button", { name: "Archive of 2026", exact: true }).click();
  await expect(row).toBeVisible();
  await accessible(page);

  await page.getByRole("button", { name: "More for To be filed" }).click();
  await page.getByRole("menuitem", { name: "Move to a folder" }).click();
  await page.getByRole("radio", { name: "Top level" }).click();
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await expect(row).toBeHidden();

  await page.getByRole("textbox", { name: "Search by name" }).fill("be filed");
  await expect(row).toBeVisible();
  await expect(page.getByText("Found in all folders of Default")).toBeVisible();
});

test("a workflow is tagged, marked, archived, taken back and deleted by its name", async ({ editor, page }) => {
  await editor.api("POST", "/workflows", { name: "Short-lived", nodes: [], connections: {}, settings: {} });
  await page.goto("/workflows");
  const row = page.getByRole("row", { name: /Short-lived/ });
  const choose = async (item: string) => {
    await page.getByRole("button", { name: "More for Short-lived" }).click();
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  };

  await choose("Tags");
  await page.getByRole("dialog").getByLabel("Tags", { exact: true }).fill("seldom");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await row.getByRole("button", { name: "Show only the tag seldom" }).click();
  await expect(page).toHaveURL(/tag=seldom/);
  await expect(page.getByRole("row")).toHaveCount(2);

  await row.getByRole("button", { name: "Favourite: Short-lived" }).click();
  await page.getByRole("button", { name: "Favourites" }).click();
  await expect(row).toBeVisible();

  await choose("Archive");
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await choose("Take out of the archive");
  await expect(row).toBeHidden();
  await page.getByRole("button", { name: "All workflows" }).click();

  await page.getByRole("button", { name: "Rename and delete tags" }).click();
  await page.getByLabel("Name of the tag seldom").fill("rare");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Name of the tag rare")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(row.getByRole("button", { name: "Show only the tag rare" })).toBeVisible();

  await choose("Delete");
  const remove = page.getByRole("button", { name: "Delete workflow" });
  await expect(remove).toBeDisabled();
  await accessible(page);
  await page.getByRole("textbox", { name: /Type the name/ }).fill("Short-lived");
  await remove.click();
  await expect(row).toBeHidden();
});

test("what is imported is told before and after, with what cannot run", async ({ page }) => {
  await page.goto("/workflows");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("tab", { name: "Paste" }).click();
  await page.getByLabel("Workflow as JSON").fill("{ nonsense");
  await expect(page.getByText(/It is no JSON/)).toBeVisible();
  const file = { name: "From elsewhere", nodes: [node("A", 0), node("B", 200, "acme.rocket")], connections: {} };
  await page.getByLabel("Workflow as JSON").fill(JSON.stringify(file));

  await expect(page.getByText("acme.rocket", { exact: true })).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Import", exact: true }).click();

  await expect(page.getByText("One workflow was imported")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "From elsewhere", exact: true }).click();
  await expect(page.getByTestId("step-B")).toBeVisible();
});

test("what cannot be had from the web is said", async ({ page }) => {
  await page.goto("/workflows");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("tab", { name: "From the web" }).click();
  await page.getByLabel("Address of the file").fill("http://127.0.0.1:9/workflow.json");
  await page.getByRole("dialog").getByRole("button", { name: "Import", exact: true }).click();

  await expect(page.getByText("Nothing of “http://127.0.0.1:9/workflow.json” was imported")).toBeVisible();
});

test("a published workflow can be drawn further, compared and restored", async ({ editor, page }) => {
  const id = await editor.open({ name: "Versioned", ...hooked("versioned") });
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("Version 1 runs in production now.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Published", exact: true })).toBeVisible();

  await editor.step("Edit").click();
  await page.keyboard.press("Delete");
  await editor.saved();
  await expect(page.getByRole("button", { name: "Publish", exact: true })).toBeVisible();

  await page.getByRole("button", { name: "More about publishing" }).press("Enter");
  await expect(page.getByRole("menuitem", { name: "What changed since" })).toBeVisible();
  await accessible(page);
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "What changed since" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Edit Removed" })).toBeVisible();
  await accessible(page);

  await page.getByRole("button", { name: "More for version 1" }).click();
  await page.getByRole("menuitem", { name: "Restore as draft" }).click();
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(page.getByText("The draft is version 1 again.")).toBeVisible();
  await expect(page.getByText("Before version 1 was restored")).toBeVisible();
  expect((await editor.draft(id)).nodes).toHaveLength(2);

  await page.getByRole("link", { name: "Editor", exact: true }).click();
  await expect(editor.step("Edit")).toBeVisible();
  await editor.step("Edit").click();
  await page.keyboard.press("d");
  await editor.saved();
  expect((await editor.draft(id)).nodes[1]).toMatchObject({ disabled: true });
});

test("what keeps a workflow from being published is said", async ({ editor, page }) => {
  const first = await editor.api<{ id: string }>("POST", "/workflows", {
    name: "First",
    settings: {},
    ...hooked("one"),
  });
  await editor.api("POST", `/workflows/${first.id}/publish`);
  await editor.open({ name: "Second", ...hooked("one") });

  await page.getByRole("button", { name: "Publish", exact: true }).click();

  await expect(page.getByRole("dialog", { name: "It cannot be published yet" })).toContainText("one");
});

test("settings are kept with the draft, ours and n8n's", async ({ editor, page }) => {
  const id = await editor.open({ name: "Set up", ...hooked("set-up"), settings: { executionOrder: "v1", other: 1 } });
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search commands and nodes" })).toBeFocused();
  await page.keyboard.type("Workflow settings");
  await page.keyboard.press("Enter");
  await page.getByLabel("For each", { exact: true }).fill("={{ $json.body.customer }}");
  await expect(page.getByRole("button", { name: "Save settings" })).toBeDisabled();
  await page.getByLabel("Runs at once").fill("2");
  await page.getByLabel("Stop after").fill("60");
  await accessible(page);
  await page.getByRole("button", { name: "Save settings" }).click();
  await editor.saved();

  expect((await editor.draft(id)).settings).toEqual({
    executionOrder: "v1",
    other: 1,
    executionTimeout: 60,
    headrace: { concurrency: { limit: 2, key: "={{ $json.body.customer }}" } },
  });
});

test("a template becomes a workflow that runs", async ({ page }) => {
  await page.goto("/templates");
  await expect(page.getByLabel("Search templates")).toBeVisible();
  await accessible(page);
  await page.getByLabel("Search templates").fill("remember");
  await page.getByRole("button", { name: /Remember what was dear/ }).click();
  await page.getByRole("button", { name: "Use this template" }).click();

  await page.getByRole("button", { name: "Execute workflow" }).click();
  await expect(page.getByTestId("step-All answers").getByLabel("Succeeded")).toBeVisible();
});
