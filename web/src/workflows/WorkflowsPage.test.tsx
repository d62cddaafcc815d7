import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Answers, serving, show } from "./testing";
import WorkflowsPage from "./WorkflowsPage";

const PROJECTS = { body: { data: [{ id: "p", name: "Shop", createdAt: "2026-01-01T00:00:00Z" }], nextCursor: null } };
const ORDERS = {
  id: "w1",
  name: "Orders",
  isArchived: false,
  tags: [],
  updatedAt: "2026-01-01T00:00:00Z",
  publishedVersion: 2,
  latestVersion: 3,
  projectId: "p",
  folderId: null,
  owner: "u1",
};

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

function open(answers: Answers, address = "/workflows") {
  const calls = serving({ "GET /projects": PROJECTS, ...answers });
  return { calls, router: show(<WorkflowsPage />, address) };
}

const LIST = { "GET /workflows": { body: { data: [ORDERS], nextCursor: null } } };

it("teaches what a workflow is while there is none", async () => {
  open({});
  expect(await screen.findByText("Your first workflow")).toBeTruthy();
});

it("shows what is live, whose it is, and how it ran", async () => {
  const statistics = { workflowId: "w1", workflowName: "Orders", counts: { success: 9, error: 1 } };
  open({
    ...LIST,
    "GET /users": { body: { data: [{ id: "u1", name: "Ada" }], nextCursor: null } },
    "GET /executions/statistics": {
      body: { data: [{ ...statistics, lastStartedAt: "2026-01-01T00:00:00Z" }], nextCursor: null },
    },
  });
  const row = await screen.findByRole("row", { name: /Orders/ });

  expect(within(row).getByText("Published v2")).toBeTruthy();
  expect(await within(row).findByText("Ada")).toBeTruthy();
  expect(await within(row).findByText("1 of 10 failed")).toBeTruthy();
});

it("deletes a workflow only once its name was typed", async () => {
  const { calls } = open(LIST);
  await userEvent.click(await screen.findByRole("button", { name: "More for Orders" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog");
  const remove = within(dialog).getByRole("button", { name: "Delete workflow" });
  expect((remove as HTMLButtonElement).disabled).toBe(true);
  expect(within(dialog).getByText("It runs in production")).toBeTruthy();

  await userEvent.type(within(dialog).getByRole("textbox"), "Orders");
  await userEvent.click(remove);

  await waitFor(() =>
    expect(calls.some((call) => call.method === "DELETE" && call.path === "/workflows/w1")).toBe(true),
  );
});

it("keeps in the address what is looked for", async () => {
  const { router } = open(LIST);
  await userEvent.type(await screen.findByRole("textbox", { name: "Search by name" }), "ord");

  await waitFor(() => expect(router.state.location.search).toBe("?q=ord"));
});

it("begins in the first project of somebody who may not see all", async () => {
  const { router } = open({
    "GET /workflows": { status: 400, body: { code: "project_needed", detail: "Say which." } },
  });

  await waitFor(() => expect(router.state.location.search).toBe("?project=p"));
});
