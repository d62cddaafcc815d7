/** The pictures of the documentation, taken of a server that has something to show: `npm run bench -- screenshots`. */

import { expect } from "@playwright/test";
import { test } from "../e2e/editor";

const FOLDER = "../docs/screenshots";

const ORDERS = {
  name: "Orders",
  nodes: [
    node("Webhook", "webhook", 2, [0, 160], { path: "orders", httpMethod: "POST", responseMode: "responseNode" }),
    node("Totals", "set", 3.4, [224, 160], {
      includeOtherFields: true,
      assignments: {
        assignments: [
          { id: "1", name: "total", type: "number", value: "={{ $json.body.price * $json.body.count }}" },
          { id: "2", name: "customer", type: "string", value: "={{ $json.body.customer.toTitleCase() }}" },
        ],
      },
    }),
    node("Large?", "if", 2.2, [448, 160], {
      conditions: {
        options: { caseSensitive: true, leftValue: "", typeValidation: "strict", version: 2 },
        conditions: [
          { id: "1", leftValue: "={{ $json.total }}", rightValue: 100, operator: { type: "number", operation: "gt" } },
        ],
        combinator: "and",
      },
    }),
    node("Add a gift", "code", 2, [672, 64], {
      jsCode: "for (const item of $input.all()) item.json.gift = true;\nreturn $input.all();",
    }),
    node("Plain", "noOp", 1, [672, 256]),
    node("Answer", "respondToWebhook", 1.1, [896, 160], {}),
    {
      ...node("Sticky Note", "stickyNote", 1, [416, -80], {
        content: "## Orders over 100\nget a **gift** before they are answered.",
        width: 384,
        height: 96,
        color: 5,
      }),
    },
  ],
  connections: {
    Webhook: wire("Totals"),
    Totals: wire("Large?"),
    "Large?": { main: [[to("Add a gift")], [to("Plain")]] },
    "Add a gift": wire("Answer"),
    Plain: wire("Answer"),
  },
  pinData: { Webhook: [{ json: { body: { price: 60, count: 3, customer: "ada lovelace" } } }] },
  settings: {},
};

function node(name: string, type: string, typeVersion: number, position: [number, number], parameters: object = {}) {
  return { id: name, name, type: `n8n-nodes-base.${type}`, typeVersion, position, parameters, webhookId: name };
}

function to(name: string) {
  return { node: name, type: "main", index: 0 };
}

function wire(name: string) {
  return { main: [[to(name)]] };
}

test("screenshots", async ({ editor, page }) => {
  test.setTimeout(180_000);
  const id = await editor.open(ORDERS);
  await editor.api("POST", "/credentials", {
    name: "Warehouse",
    type: "httpBasicAuth",
    data: { user: "robot", password: "x" },
    projectId: "default",
  });
  await editor.api("POST", "/credentials", {
    name: "Shop API",
    type: "httpHeaderAuth",
    data: { name: "X-Key", value: "x" },
    projectId: "default",
  });
  const table = await editor.api<{ id: string }>("POST", "/data-tables", {
    name: "Customers",
    projectId: "default",
    columns: [
      { name: "name", type: "string" },
      { name: "city", type: "string" },
      { name: "orders", type: "number" },
      { name: "active", type: "boolean" },
    ],
  });
  const people = ["Ada", "Grace", "Edsger", "Barbara", "Donald", "Frances", "Alan", "Radia", "Leslie", "Margaret"];
  await editor.api("POST", `/data-tables/${table.id}/rows`, {
    data: people.flatMap((name, index) => [
      { name, city: ["London", "Paris", "Rome"][index % 3] ?? "", orders: index * 7, active: index % 4 !== 0 },
    ]),
    returnType: "count",
  });
  const failing = await editor.api<{ id: string }>("POST", "/workflows", {
    name: "Stock check",
    settings: {},
    nodes: [
      node("Start", "manualTrigger", 1, [0, 0]),
      node("Out of stock", "stopAndError", 1, [224, 0], { errorMessage: "Rope 8 mm is out of stock" }),
    ],
    connections: { Start: wire("Out of stock") },
  });
  for (let run = 0; run < 9; run++) {
    await editor.api("POST", "/executions", { workflowId: run % 4 === 3 ? failing.id : id });
  }
  await page.goto(`/workflows/${id}`);
  await page.getByRole("button", { name: "Execute workflow" }).click();
  await expect(editor.step("Answer").getByLabel("Succeeded")).toBeVisible();
  const found = await editor.api<{ data: { id: string }[] }>("GET", `/executions?workflowId=${id}`);

  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    const shoot = (name: string) => page.screenshot({ path: `${FOLDER}/${name}-${scheme}.png` });
    await page.goto(`/workflows/${id}`);
    await page.getByRole("button", { name: "Execute workflow" }).click();
    await expect(editor.step("Answer").getByLabel("Succeeded")).toBeVisible();
    await page.waitForTimeout(500);
    await shoot("canvas");
    await editor.step("Totals").dblclick();
    await expect(page.getByLabel("Result").first()).toBeVisible();
    await page.waitForTimeout(600);
    await shoot("node");
    await page.goto(`/workflows/${id}/executions/${found.data[0]?.id}`);
    await expect(editor.step("Answer").getByLabel("Succeeded")).toBeVisible();
    await page.getByRole("slider", { name: "Event of the run" }).focus();
    for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowLeft");
    await page.waitForTimeout(400);
    await shoot("execution");
    for (const [name, path, shown] of [
      ["executions", "/executions", "Stock check"],
      ["credentials", "/credentials", "Warehouse"],
      ["insights", "/insights", "Stock check"],
      ["table", `/tables/${table.id}`, "Margaret"],
    ] as const) {
      await page.goto(path);
      await expect(page.getByText(shown).first()).toBeVisible();
      await page.waitForTimeout(500);
      await shoot(name);
    }
  }
});
