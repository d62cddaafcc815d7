import type { Page } from "@playwright/test";
import { type Editor, expect, test } from "./editor";

/** The panel of the open node. */
const panel = (page: Page) => page.getByRole("dialog").first();

/** Escape closes one thing at a time: a list of completions first, the panel after it. */
async function close(page: Page): Promise<void> {
  await expect(async () => {
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Execute step" }).first()).toBeHidden({ timeout: 1000 });
  }).toPass();
}

/** Adds a node behind another one's output; its panel opens. */
async function addAfter(editor: Editor, after: string, title: string): Promise<void> {
  await editor.page
    .getByRole("button", { name: `Add a node after ${after}`, exact: true })
    .first()
    .click();
  const search = editor.page.getByRole("combobox", { name: "Search nodes" });
  await search.fill(title);
  await search.press("Enter");
  await expect(editor.page.getByRole("button", { name: "Execute step" }).first()).toBeVisible();
}

async function write(page: Page, label: string, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: `${label}, expression` });
  await field.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

test("from nothing: a webhook is drawn, tried, published, called, looked at, broken and mended", async ({
  editor,
  page,
}) => {
  test.setTimeout(150_000);
  const id = await editor.open({ name: "Orders" });

  // Webhook → Set → If → Code → Respond, by mouse and keys.
  await page.getByRole("button", { name: "Add first step" }).click();
  await page.getByRole("combobox", { name: "Search nodes" }).fill("webhook");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Execute step" }).first()).toBeVisible();
  await page.getByRole("textbox", { name: "Path" }).fill("orders-e2e");
  await page.getByLabel("HTTP Method", { exact: true }).first().click();
  await page.getByRole("option", { name: "POST", exact: true }).click();
  await page.getByLabel("Respond", { exact: true }).first().click();
  await page.getByRole("option", { name: /Respond to Webhook/ }).click();
  await close(page);

  await addAfter(editor, "Webhook", "Edit Fields");
  await page.getByRole("button", { name: "Add field" }).click();
  await page.getByRole("textbox", { name: "Name of the field" }).fill("total");
  await page.getByLabel("Kind of value", { exact: true }).first().click();
  await page.getByRole("option", { name: "Number" }).click();
  await page.getByRole("textbox", { name: "Value", exact: true }).press("=");
  await write(page, "Value", "{{ $json.body.price * $json.body.count }}");
  await close(page);

  await addAfter(editor, "Edit Fields", "If");
  await page.getByRole("textbox", { name: "Value 1" }).fill("=");
  await write(page, "Value 1", "{{ $json.total }}");
  await page.getByLabel("Operator", { exact: true }).first().click();
  await page.getByRole("option", { name: "is greater than" }).click();
  await page.getByRole("textbox", { name: "Value 2" }).fill("100");
  await close(page);

  await page.getByRole("button", { name: "Add a node after If, true" }).click();
  await page.getByRole("combobox", { name: "Search nodes" }).fill("code");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Execute step" }).first()).toBeVisible();
  await page.getByRole("textbox", { name: "JavaScript" }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("for (const item of $input.all()) item.json.gift = true;\nreturn $input.all();");
  await close(page);

  await addAfter(editor, "Code", "Respond to Webhook");
  await close(page);
  await editor.saved();

  // A test call, told at its own address, with live data.
  await page.getByRole("button", { name: "Execute workflow" }).click();
  const waiting = page.getByRole("status").filter({ hasText: "Waiting for a test call" });
  await expect(waiting).toBeVisible();
  const address = ((await waiting.locator("code").textContent()) ?? "").replace(/^POST /, "");
  expect(address).toContain("/webhook-test/orders-e2e");
  const tried = await page.request.post(address, { data: { price: 60, count: 2 } });
  expect(tried.status()).toBe(200);
  await expect(editor.step("Respond to Webhook").getByLabel("Succeeded")).toBeVisible();
  await editor.step("Edit Fields").dblclick();
  await expect(page.getByLabel("Result").first()).toHaveText("120");
  await close(page);

  // Published, and called by HTTP.
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect
    .poll(async () => (await editor.api<{ active: boolean }>("GET", `/workflows/${id}`)).active, { timeout: 15_000 })
    .toBe(true);
  await expect
    .poll(async () => (await page.request.post("/webhook/orders-e2e", { data: { price: 70, count: 2 } })).status(), {
      timeout: 10_000,
    })
    .toBe(200);
  const answer = await page.request.post("/webhook/orders-e2e", { data: { price: 70, count: 3 } });
  expect(JSON.stringify(await answer.json())).toContain('"gift":true');

  // The execution, back in time and forth again.
  await page.getByRole("link", { name: "Executions" }).last().click();
  await page.getByRole("complementary", { name: "Executions" }).getByRole("link").first().click();
  await expect(editor.step("Respond to Webhook").getByLabel("Succeeded")).toBeVisible();
  await page.getByRole("button", { name: "To the beginning" }).click();
  await expect(editor.step("Webhook").getByLabel("Succeeded")).toBeHidden();
  const slider = page.getByRole("slider", { name: "Event of the run" });
  await slider.focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowRight");
  await expect(editor.step("Webhook").getByLabel("Succeeded")).toBeVisible();
  await expect(editor.step("Code").getByLabel("Succeeded")).toBeHidden();

  // Broken, found from the error, and mended.
  await page.getByRole("link", { name: "Editor", exact: true }).click();
  await editor.step("Code").dblclick();
  await page.getByRole("textbox", { name: "JavaScript" }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("throw new Error('the gifts are out');");
  await close(page);
  await editor.saved();
  await page.getByRole("button", { name: "Execute workflow" }).click();
  await expect(waiting).toBeVisible();
  await page.request.post(address, { data: { price: 60, count: 2 } });
  await expect(editor.step("Code").getByLabel("Failed")).toBeVisible();
  await editor.step("Code").dblclick();
  await expect(panel(page).getByText("the gifts are out").first()).toBeVisible();
  await page.getByRole("textbox", { name: "JavaScript" }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("return $input.all();");
  await page.getByRole("button", { name: "Execute step" }).first().click();
  await expect(editor.step("Code").getByLabel("Succeeded")).toBeVisible();
  await close(page);

  // What is live and what is drawn now differ, and that can be seen.
  await editor.saved();
  await page.getByRole("link", { name: "Versions", exact: true }).click();
  await expect(page.getByText("Code", { exact: true }).first()).toBeVisible();
});

test("a workflow of 30 nodes comes from n8n by pasting, and a part of it runs", async ({ editor, page }) => {
  const nodes = Array.from({ length: 30 }, (_, index) => ({
    id: `n${index}`,
    name: index === 0 ? "Start" : `Step ${index}`,
    type: index === 0 ? "n8n-nodes-base.manualTrigger" : "n8n-nodes-base.set",
    typeVersion: index === 0 ? 1 : 3.4,
    position: [(index % 10) * 224, Math.floor(index / 10) * 176],
    parameters: {},
  }));
  const connections = Object.fromEntries(
    nodes
      .slice(0, -1)
      .map((node, index) => [node.name, { main: [[{ node: nodes[index + 1]?.name, type: "main", index: 0 }]] }]),
  );
  await editor.open();
  await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify({ nodes, connections }));
  await page.locator(".react-flow__pane").click({ position: { x: 300, y: 120 } });
  await page.keyboard.press("Control+v");
  await expect(page.locator(".react-flow__node")).toHaveCount(30);
  await page.keyboard.press("1");

  await editor.step("Step 4").click();
  await page.keyboard.press("Control+Shift+Enter");

  await expect(editor.step("Step 4").getByLabel("Succeeded")).toBeVisible();
  await expect(editor.step("Step 5").getByLabel("Succeeded")).toBeHidden();

  await editor.step("Step 6").click();
  await page.keyboard.press("Control+Shift+Enter");
  await expect(editor.step("Step 6").getByLabel("Succeeded")).toBeVisible();
  await expect(editor.step("Step 2").getByLabel("Reused")).toBeVisible();
});

test("a workflow is built and run with the keyboard alone", async ({ editor, page }) => {
  await editor.open();
  await page.keyboard.press("n");
  await expect(page.getByRole("combobox", { name: "Search nodes" })).toBeFocused();
  await page.keyboard.type("manual");
  await page.keyboard.press("Enter");
  await expect(editor.step("Manual Trigger")).toBeVisible();

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search commands and nodes" })).toBeFocused();
  await page.keyboard.type("edit fields");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Execute step" }).first()).toBeVisible();
  await close(page);
  await page.keyboard.press("Control+Enter");

  await expect(editor.step("Manual Trigger").getByLabel("Succeeded")).toBeVisible();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("F2");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
  await page.keyboard.type("Begin");
  await page.keyboard.press("Enter");
  await expect(editor.step("Begin")).toBeVisible();
});
