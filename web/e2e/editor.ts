/** What tests of the editor share: a page that is logged in, and what people do on it. */

import { test as base, expect, type Page } from "@playwright/test";

export { expect };

export interface Drawn {
  readonly name?: string;
  readonly nodes: readonly Record<string, unknown>[];
  readonly connections: Record<string, unknown>;
  readonly [more: string]: unknown;
}

export const test = base.extend<{ editor: Editor }>({
  // biome-ignore-start lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  baseURL: async ({}, use) => use(process.env.HEADRACE_URL ?? ""),
  storageState: async ({}, use) => use(process.env.HEADRACE_STATE ?? ""),
  // biome-ignore-end lint/correctness/noEmptyPattern: as above
  editor: async ({ page }, use) => {
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(String(error)));
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^https?:$/.test(protocol) && hostname !== "localhost") broken.push(`asked ${request.url()}`);
    });
    page.on("console", (message) => {
      if (/Content.Security.Policy/i.test(message.text())) broken.push(message.text());
    });
    await use(new Editor(page));
    // Whatever a test is about: no error in a page, nothing asked of another host, nothing against the policy.
    expect(broken).toEqual([]);
  },
});

export class Editor {
  constructor(readonly page: Page) {}

  /** Calls the API as who is logged in. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.page.request.fetch(`/api/v1${path}`, {
      method,
      headers: { "sec-fetch-site": "same-origin" },
      ...(body === undefined ? {} : { data: body as object }),
    });
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return (await answer.json().catch(() => null)) as T;
  }

  /** Makes a workflow and opens it. */
  async open(drawn: Partial<Drawn> = {}): Promise<string> {
    const made = await this.api<{ id: string }>("POST", "/workflows", {
      name: "Tried out",
      nodes: [],
      connections: {},
      settings: {},
      ...drawn,
    });
    await this.page.goto(`/workflows/${made.id}`);
    await expect(this.page.getByRole("button", { name: "Show everything" })).toBeVisible();
    return made.id;
  }

  async draft(id: string): Promise<Drawn> {
    return this.api<Drawn>("GET", `/workflows/${id}`);
  }

  /** A node on the canvas. */
  step(name: string) {
    return this.page.getByTestId(`step-${name}`);
  }

  /** Waits until the draft is saved. */
  async saved(): Promise<void> {
    await expect(this.page.getByRole("status").filter({ hasText: /^Saved$/ })).toBeVisible();
  }

  /** Adds a node by its name in the palette, which must be open or opens by its key. */
  async add(title: string): Promise<void> {
    const search = this.page.getByRole("combobox", { name: "Search nodes" });
    if (!(await search.isVisible())) await this.page.keyboard.press("n");
    await search.fill(title);
    await search.press("Enter");
    await expect(search).toBeHidden();
    await this.page.keyboard.press("Escape");
  }
}
