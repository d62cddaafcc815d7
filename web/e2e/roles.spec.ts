import { expect, test } from "./editor";

test("a credential is made beside the node that needs it, and its secret is never shown again", async ({
  editor,
  page,
}) => {
  await editor.open({
    nodes: [
      {
        id: "1",
        name: "Call",
        type: "n8n-nodes-base.httpRequest",
        typeVersion: 4.2,
        position: [0, 0],
        parameters: {
          url: "https://example.com",
          authentication: "genericCredentialType",
          genericAuthType: "httpBasicAuth",
        },
      },
    ],
  });
  await editor.step("Call").dblclick();
  await page.getByLabel("Credential for Basic Auth").first().click();
  await page.getByRole("option", { name: "New credential…" }).click();
  const form = page.getByRole("dialog", { name: "New credential" });
  await form.getByLabel("Name").fill("Warehouse");
  await form.getByLabel("User").fill("robot");
  await form.getByLabel("Password", { exact: true }).fill("open sesame");
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await expect(form).toBeHidden();
  await expect(page.getByLabel("Credential for Basic Auth").first()).toHaveValue("Warehouse");
  await page.keyboard.press("Escape");
  await editor.saved();

  await page.goto("/credentials");
  await page.getByRole("button", { name: "Warehouse", exact: true }).click();
  await expect(page.getByRole("dialog").getByLabel("User")).toHaveValue("robot");
  await expect(page.getByRole("dialog").getByLabel("Password", { exact: true })).toHaveValue("");
  expect(await page.content()).not.toContain("open sesame");
});

test("who may only look sees everything and is refused every change", async ({ editor, page, browser }) => {
  const id = await editor.open({
    name: "Looked at",
    nodes: [
      {
        id: "1",
        name: "Start",
        type: "n8n-nodes-base.manualTrigger",
        typeVersion: 1,
        position: [0, 0],
        parameters: {},
      },
    ],
  });
  const email = `vera-${Date.now()}@example.com`;
  const { token } = await editor.api<{ token: string }>("POST", "/invitations", { email, role: "viewer" });
  const other = await browser.newContext({
    baseURL: process.env.HEADRACE_URL,
    storageState: { cookies: [], origins: [] },
  });
  const vera = await other.newPage();
  await vera.goto(`/join#token=${token}`);
  await vera.getByLabel("Your name").fill("Vera Viewer");
  await vera.getByLabel(/Password/).fill("correct horse battery staple");
  await vera.getByRole("button", { name: "Join" }).click();
  await expect(vera.getByRole("heading", { name: "Workflows" })).toBeVisible();

  await vera.goto(`/workflows/${id}`);
  await expect(vera.getByTestId("step-Start")).toBeVisible();
  await vera.getByTestId("step-Start").click();
  await vera.keyboard.press("d");
  await expect(vera.getByText("The workflow was not saved")).toBeVisible();
  const [start] = (await editor.draft(id)).nodes;
  expect(start).not.toHaveProperty("disabled");
  await other.close();
  await page.close();
});
