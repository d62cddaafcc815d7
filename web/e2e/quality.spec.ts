import { gzipSync } from "node:zlib";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./editor";

const PLACES = [
  "workflows",
  "executions",
  "credentials",
  "variables",
  "tables",
  "schedules",
  "insights",
  "templates",
  "people",
  "settings",
];

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
    .analyze();
  return violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
  );
}

for (const scheme of ["light", "dark"] as const) {
  test(`every place meets WCAG AA in ${scheme}`, async ({ editor, page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const found: string[] = [];
    for (const place of PLACES) {
      await page.goto(`/${place}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByLabel("Loading")).toHaveCount(0);
      found.push(...(await faults(page)).map((fault) => `${place}: ${fault}`));
    }
    expect(found).toEqual([]);
    await editor.api("GET", "/me");
  });

  test(`the canvas and its tools meet WCAG AA in ${scheme}`, async ({ editor, page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await editor.open({
      nodes: [
        {
          id: "1",
          name: "Start",
          type: "n8n-nodes-base.manualTrigger",
          typeVersion: 1,
          position: [0, 0],
          parameters: {},
        },
        { id: "2", name: "Set", type: "n8n-nodes-base.set", typeVersion: 3.4, position: [224, 0], parameters: {} },
      ],
      connections: { Start: { main: [[{ node: "Set", type: "main", index: 0 }]] } },
    });
    await page.getByRole("button", { name: "Execute workflow" }).click();
    await expect(editor.step("Set").getByLabel("Succeeded")).toBeVisible();
    expect(await faults(page)).toEqual([]);

    await page.keyboard.press("n");
    await expect(page.getByRole("combobox", { name: "Search nodes" })).toBeVisible();
    expect(await faults(page)).toEqual([]);
  });
}

test("the first page asks for no more than 350 kB of script, and for nothing outside", async ({ editor, page }) => {
  const scripts: Promise<number>[] = [];
  page.on("response", (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname)) {
      scripts.push(response.body().then((body) => gzipSync(body).length));
    }
  });
  await page.goto("/workflows", { waitUntil: "networkidle" });

  const bytes = (await Promise.all(scripts)).reduce((sum, one) => sum + one, 0);
  expect(bytes).toBeLessThanOrEqual(350 * 1024);
  await editor.api("GET", "/me");
});

test("a small window hides nothing that is needed", async ({ editor, page }) => {
  await page.setViewportSize({ width: 1024, height: 720 });
  await editor.open();
  for (const name of ["Publish", "Show everything", "Add first step"]) {
    await expect(page.getByRole("button", { name, exact: true }).first()).toBeInViewport();
  }
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});
