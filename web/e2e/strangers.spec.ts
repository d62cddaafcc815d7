/** What people see who are no members: chats, forms, and questions that wait for a decision. */

import type { Page } from "@playwright/test";
import { type Editor, expect, test } from "./editor";

// Where this runs anywhere, the page's title says so.
const HOSTILE = `</style></textarea><script>document.title="broken"</script><img src=x onerror="document.title='broken'">`;

function node(name: string, type: string, typeVersion: number, parameters: object, more: object = {}) {
  return { id: name, name, type, typeVersion, position: [0, 0], parameters, ...more };
}

function to(...names: string[]) {
  return { main: names.map((name) => [{ node: name, type: "main", index: 0 }]) };
}

const says = (text: string) =>
  node("Says", "n8n-nodes-base.set", 3.4, { mode: "raw", jsonOutput: `={{ { output: ${text} } }}`, options: {} });

async function publish(editor: Editor, name: string, nodes: object[], connections: object): Promise<void> {
  const made = await editor.api<{ id: string }>("POST", "/workflows", { name, nodes, connections, settings: {} });
  await editor.api("POST", `/workflows/${made.id}/activate`);
}

/** Opens a page as somebody does who is no member. */
async function visit(page: Page, address: string): Promise<void> {
  await page.context().clearCookies();
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(address);
}

async function fitsThePhone(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}

test("a chat answers, and what anybody writes is text", async ({ editor, page }) => {
  const trigger = node(
    "Chat",
    "@n8n/n8n-nodes-langchain.chatTrigger",
    1.1,
    { public: true, initialMessages: HOSTILE, options: { title: HOSTILE, subtitle: "We answer at once" } },
    { webhookId: "talk" },
  );
  await publish(editor, "Chat", [trigger, says("'You wrote ' + $json.chatInput")], { Chat: to("Says") });
  await visit(page, "/webhook/talk/chat");

  await page.getByRole("textbox").fill(HOSTILE);
  await page.keyboard.press("Enter");

  await expect(page.getByText(`You wrote ${HOSTILE}`)).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveValue("");
  await page.getByRole("textbox").fill("Again");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText("You wrote Again")).toBeVisible();
  await expect(page).toHaveTitle(HOSTILE);
  await fitsThePhone(page);
});

test("a chat whose run fails says so, and keeps what was written", async ({ editor, page }) => {
  const trigger = node("Chat", "@n8n/n8n-nodes-langchain.chatTrigger", 1.1, { public: true }, { webhookId: "fails" });
  const stop = node("Stop", "n8n-nodes-base.stopAndError", 1, { errorMessage: "no" });
  await publish(editor, "Fails", [trigger, stop], { Chat: to("Stop") });
  await visit(page, "/chat/fails");

  await page.getByRole("textbox").fill("Hello?");
  await page.keyboard.press("Enter");

  await expect(page.getByText("Something went wrong")).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveValue("Hello?");
});

test("a question waits until a button is pressed, and is closed then", async ({ editor, page }) => {
  const hook = node("Hook", "n8n-nodes-base.webhook", 2, { path: "bills", httpMethod: "POST" });
  const ask = node("Ask", "headrace.approval", 1, {
    title: HOSTILE,
    message: `<b>€ 12</b>${HOSTILE}`,
    comment: "declining",
  });
  await publish(editor, "Bills", [hook, ask], { Hook: to("Ask") });
  await page.request.post("/webhook/bills", { data: {} });
  const waiting = () => editor.api<{ data: { id: string }[] }>("GET", "/executions?status=waiting");
  await expect.poll(async () => (await waiting()).data.length).toBe(1);
  const execution = (await waiting()).data[0]?.id;
  const { url } = await editor.api<{ url: string }>("GET", `/executions/${execution}/wait`);

  await visit(page, url);
  await expect(page.locator("b")).toHaveText("€ 12");
  await fitsThePhone(page);
  await page.getByRole("button", { name: "Decline" }).click();
  await expect(page.getByRole("alert")).toHaveText("Please say why you decline");
  await page.getByLabel("Comment").fill(HOSTILE);
  await page.getByRole("button", { name: "Decline" }).click();
  await expect(page.getByRole("heading", { name: "Declined" })).toBeVisible();
  await page.goto(url);
  await expect(page.getByRole("heading", { name: "This is closed" })).toBeVisible();
});

test("pages of a form follow each other, with what authors and visitors write as text", async ({ editor, page }) => {
  const form = node("Form", "n8n-nodes-base.formTrigger", 2.2, {
    formTitle: HOSTILE,
    formDescription: `<em>Please</em>${HOSTILE}`,
    formFields: {
      values: [
        { fieldLabel: "Name", fieldType: "text", requiredField: true },
        { fieldLabel: HOSTILE, fieldType: "dropdown", fieldOptions: { values: [{ option: HOSTILE }] } },
        { fieldLabel: "Scan", fieldType: "file" },
        { fieldType: "html", elementName: "note", html: `<p>Note</p>${HOSTILE}` },
      ],
    },
    options: { path: "order" },
  });
  const ending = node("Ending", "n8n-nodes-base.form", 1, {
    operation: "completion",
    completionTitle: "=Thank you, {{ $json.Name }}",
    completionMessage: "={{ $json.Name }}",
  });
  await publish(editor, "Order", [form, ending], { Form: to("Ending") });
  await visit(page, "/form/order");

  await expect(page.locator("em")).toHaveText("Please");
  await fitsThePhone(page);
  await page.getByLabel("Name").fill(HOSTILE);
  await page
    .getByLabel("Scan")
    .setInputFiles({ name: `${"../".repeat(3)}x.svg`, mimeType: "image/svg+xml", buffer: Buffer.from(HOSTILE) });
  await page.getByRole("button", { name: "Submit" }).click();

  await expect(page.getByRole("heading", { name: "Thank you" })).toHaveText(`Thank you, ${HOSTILE}`);
  expect(await page.title()).not.toBe("broken");
});
