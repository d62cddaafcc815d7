import { expect, test } from "./editor";

const SET = "n8n-nodes-base.set";

function node(name: string, x: number, type = SET, more: object = {}) {
  return { id: name, name, type, typeVersion: type === SET ? 3.4 : 1, position: [x, 0], parameters: {}, ...more };
}

const LINE = {
  nodes: [node("Start", 0, "n8n-nodes-base.manualTrigger"), node("Middle", 224), node("End", 448)],
  connections: {
    Start: { main: [[{ node: "Middle", type: "main", index: 0 }]] },
    Middle: { main: [[{ node: "End", type: "main", index: 0 }]] },
  },
};

test("an empty canvas asks for a first step, and what is added is there after a reload", async ({ editor, page }) => {
  await editor.open();
  await page.getByRole("button", { name: "Add first step" }).click();
  await editor.add("manual");
  await expect(editor.step("Manual Trigger")).toBeVisible();

  await page.getByRole("button", { name: "Add a node after Manual Trigger" }).click();
  await editor.add("Edit Fields");
  await editor.saved();
  await page.reload();

  await expect(editor.step("Edit Fields")).toBeVisible();
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
});

test("a run is drawn onto nodes and wires", async ({ editor, page }) => {
  await editor.open(LINE);

  await page.getByRole("button", { name: "Execute workflow" }).click();

  for (const name of ["Start", "Middle", "End"]) {
    await expect(editor.step(name).getByLabel("Succeeded")).toBeVisible();
  }
  await expect(page.getByText("1 item", { exact: true })).toHaveCount(2);
});

test("deleting a node joins its neighbours, and undo brings it back", async ({ editor, page }) => {
  const id = await editor.open(LINE);
  await editor.step("Middle").click();
  await page.keyboard.press("Delete");

  await expect(editor.step("Middle")).toBeHidden();
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  await editor.saved();
  expect((await editor.draft(id)).connections).toEqual({
    Start: { main: [[{ node: "End", type: "main", index: 0 }]] },
  });

  await page.keyboard.press("Control+z");
  await expect(editor.step("Middle")).toBeVisible();
  await expect(page.locator(".react-flow__edge")).toHaveCount(2);
});

test("a workflow copied from n8n is pasted with names of its own, and can be copied again", async ({
  editor,
  page,
}) => {
  const id = await editor.open(LINE);
  await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify(LINE));
  await page.locator(".react-flow__pane").click({ position: { x: 600, y: 500 } });
  await page.keyboard.press("Control+v");

  await expect(editor.step("Middle1")).toBeVisible();
  await page.keyboard.press("Control+c");
  await expect
    .poll(async () => JSON.parse(await page.evaluate(() => navigator.clipboard.readText())).nodes.length)
    .toBe(3);
  await editor.saved();
  expect((await editor.draft(id)).nodes).toHaveLength(6);
});

test("renaming a node is followed by the expressions that speak of it", async ({ editor, page }) => {
  const speaking = {
    assignments: { assignments: [{ id: "1", name: "x", type: "string", value: "={{ $('Middle').item.json.y }}" }] },
  };
  const id = await editor.open({
    ...LINE,
    nodes: [LINE.nodes[0], LINE.nodes[1], node("End", 448, SET, { parameters: speaking })] as never,
  });
  await editor.step("Middle").click();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Centre");
  await page.keyboard.press("Enter");

  await expect(editor.step("Centre")).toBeVisible();
  await editor.saved();
  expect(JSON.stringify((await editor.draft(id)).nodes)).toContain("$('Centre').item.json.y");
});

test("nodes of a kind that is not supported are shown as such, and kept", async ({ editor }) => {
  const strange = node("Odd", 672, "@acme/n8n-nodes-odd.thing", {
    parameters: { deep: { kept: [1] } },
    futureKey: true,
  });
  const id = await editor.open({ ...LINE, nodes: [...LINE.nodes, strange] });

  await expect(editor.step("Odd").getByText("Not supported here")).toBeVisible();
  await editor.step("Middle").click();
  await editor.page.keyboard.press("d");
  await editor.saved();
  const [kept] = (await editor.draft(id)).nodes.filter((one) => one.name === "Odd");
  expect(kept).toMatchObject({ parameters: { deep: { kept: [1] } }, futureKey: true });
});

test("nobody's changes are overwritten unseen", async ({ editor, page }) => {
  const id = await editor.open(LINE);
  await editor.api("PATCH", `/workflows/${id}`, { name: "Renamed elsewhere" });
  await editor.api("PUT", `/workflows/${id}`, { ...LINE, name: "Theirs", settings: {} });
  await editor.step("Middle").click();
  await page.keyboard.press("d");

  await expect(page.getByText("Somebody else changed this workflow")).toBeVisible();
  await page.getByRole("button", { name: "Keep mine" }).click();
  await editor.saved();
  const [middle] = (await editor.draft(id)).nodes.filter((one) => one.name === "Middle");
  expect(middle).toMatchObject({ disabled: true });
});

test("everything is found in the command bar", async ({ editor, page }) => {
  await editor.open(LINE);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search commands and nodes" }).fill("sticky");
  await page.keyboard.press("Enter");
  await expect(page.locator(".react-flow__node-note")).toHaveCount(1);
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
});

test("tidying up puts nodes that lie on each other side by side", async ({ editor, page }) => {
  const id = await editor.open({ ...LINE, nodes: LINE.nodes.map((one) => ({ ...one, position: [0, 0] })) });
  await page.locator(".react-flow__pane").click({ position: { x: 100, y: 100 } });
  await page.keyboard.press("Alt+Shift+T");

  const positions = async () => (await editor.draft(id)).nodes.map((one) => (one.position as number[])[0] ?? 0);
  await expect.poll(async () => Math.max(...(await positions()))).toBeGreaterThan(0);
  const [start, middle, end] = await positions();
  expect(start).toBeLessThan(middle ?? 0);
  expect(middle).toBeLessThan(end ?? 0);
});
