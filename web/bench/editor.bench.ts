/** Figures of the editor, printed and not asserted: `npm run bench`. */

import { gzipSync } from "node:zlib";
import { expect, type Page } from "@playwright/test";
import { test } from "../e2e/editor";

const NODES = 500;
const ITEMS = 10_000;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Frames of each second while `act` goes on. */
async function frames(page: Page, act: () => Promise<void>): Promise<{ fps: number; worst: number }> {
  await page.evaluate(() => {
    const marks: number[] = [];
    const tick = (at: number) => {
      marks.push(at);
      (window as unknown as { counting: number }).counting = requestAnimationFrame(tick);
    };
    (window as unknown as { marks: number[] }).marks = marks;
    (window as unknown as { counting: number }).counting = requestAnimationFrame(tick);
  });
  await act();
  const marks = await page.evaluate(() => {
    cancelAnimationFrame((window as unknown as { counting: number }).counting);
    return (window as unknown as { marks: number[] }).marks;
  });
  const gaps = marks.slice(1).map((mark, index) => mark - (marks[index] ?? mark));
  return { fps: 1000 / median(gaps), worst: Math.max(...gaps) };
}

test("first paint and weight", async ({ editor, page }) => {
  await editor.api("GET", "/me");
  const paints: number[] = [];
  for (let run = 0; run < 5; run++) {
    await page.goto("/workflows", { waitUntil: "networkidle" });
    paints.push(
      await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN),
    );
  }
  const sizes = new Map<string, number>();
  page.on("response", async (response) => {
    const { pathname } = new URL(response.url());
    if (/\.(js|css)$/.test(pathname)) sizes.set(pathname, gzipSync(await response.body()).length);
  });
  await page.goto("/workflows", { waitUntil: "networkidle" });
  const total = [...sizes].filter(([path]) => path.endsWith(".js")).reduce((sum, [, size]) => sum + size, 0);
  console.log(`first contentful paint   ${median(paints).toFixed(0)} ms (median of 5)`);
  console.log(`script of the first page ${(total / 1024).toFixed(0)} kB under gzip, ${sizes.size} files with styles`);
});

test("500 nodes", async ({ editor, page }) => {
  test.setTimeout(180_000);
  const nodes = Array.from({ length: NODES }, (_, index) => ({
    id: `n${index}`,
    name: `Node ${index}`,
    type: index === 0 ? "n8n-nodes-base.manualTrigger" : "n8n-nodes-base.set",
    typeVersion: index === 0 ? 1 : 3.4,
    position: [(index % 25) * 224, Math.floor(index / 25) * 176],
    parameters: {},
  }));
  const connections = Object.fromEntries(
    nodes
      .slice(0, -1)
      .map((node, index) => [node.name, { main: [[{ node: nodes[index + 1]?.name, type: "main", index: 0 }]] }]),
  );
  await editor.open({ nodes, connections });
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
  await page.waitForTimeout(1500);
  const pan = await frames(page, async () => {
    await page.mouse.move(700, 450);
    await page.mouse.down({ button: "middle" });
    for (let step = 0; step < 90; step++) {
      await page.mouse.move(700 + Math.sin(step / 8) * 260, 450 + Math.cos(step / 8) * 160);
      await page.waitForTimeout(12);
    }
    await page.mouse.up({ button: "middle" });
  });
  const box = await editor.step("Node 262").boundingBox();
  const [x, y] = [(box?.x ?? 0) + 20, (box?.y ?? 0) + 15];
  const drag = await frames(page, async () => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let step = 0; step < 90; step++) {
      await page.mouse.move(x + Math.sin(step / 8) * 160, y + Math.cos(step / 8) * 100);
      await page.waitForTimeout(12);
    }
    await page.mouse.up();
  });
  console.log(
    `pan over ${NODES} nodes    ${pan.fps.toFixed(0)} frames/s (median), longest frame ${pan.worst.toFixed(0)} ms`,
  );
  console.log(
    `drag one of ${NODES}      ${drag.fps.toFixed(0)} frames/s (median), longest frame ${drag.worst.toFixed(0)} ms`,
  );
});

test("10,000 items", async ({ editor, page }) => {
  const id = await editor.open({
    nodes: [
      {
        id: "1",
        name: "Start",
        type: "n8n-nodes-base.manualTrigger",
        typeVersion: 1,
        position: [0, 0],
        parameters: {},
      },
      {
        id: "2",
        name: "Code",
        type: "n8n-nodes-base.code",
        typeVersion: 2,
        position: [224, 0],
        parameters: {
          jsCode: `return Array.from({length: ${ITEMS}}, (_, n) => ({json: {n, name: 'Name ' + n, city: 'City ' + n % 97}}));`,
        },
      },
    ],
    connections: { Start: { main: [[{ node: "Code", type: "main", index: 0 }]] } },
  });
  await page.getByRole("button", { name: "Execute workflow" }).click();
  await expect(editor.step("Code").getByLabel("Succeeded")).toBeVisible({ timeout: 20_000 });
  const times: number[] = [];
  for (let run = 0; run < 7; run++) {
    const began = Date.now();
    await editor.step("Code").dblclick();
    await page.getByText("Name 0", { exact: true }).first().waitFor();
    times.push(Date.now() - began);
    await page.keyboard.press("Escape");
    await page.getByText("Name 0", { exact: true }).first().waitFor({ state: "hidden" });
    if (run === 0) await page.waitForTimeout(300);
  }
  console.log(
    `open ${ITEMS} items        first ${times[0]} ms, then ${median(times.slice(1))} ms (median of 6), both clicks included`,
  );
  await editor.draft(id);
});
