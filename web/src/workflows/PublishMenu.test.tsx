import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { PublishMenu } from "./PublishMenu";
import { type Answers, serving, show } from "./testing";

const DRAFT = { id: "w1", name: "Orders", nodes: [], connections: {}, settings: {}, latestVersion: 1, projectId: "p" };
const SAME = { added: [], removed: [], changed: [], wires_added: [], wires_removed: [], settings: [], other: [] };

afterEach(() => vi.unstubAllGlobals());

function open(answers: Answers, flush = async () => true) {
  const calls = serving({ "GET /workflows/w1": { body: { ...DRAFT, publishedVersion: null } }, ...answers });
  show(<PublishMenu workflowId="w1" dirty={false} flush={flush} />);
  return calls;
}

it("publishes the draft with a note", async () => {
  const calls = open({
    "POST /workflows/w1/publish": { body: { ...DRAFT, publishedVersion: 1 } },
    "GET /workflows/w1/diff": { body: SAME },
  });
  await userEvent.click(await screen.findByRole("button", { name: "More about publishing" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Publish with a note" }));
  await userEvent.type(await screen.findByLabelText("What is new"), "Larger orders");
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Publish" }));

  expect(await screen.findByRole("button", { name: "Published" })).toBeTruthy();
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({ note: "Larger orders" });
});

it("says every reason why it cannot be published", async () => {
  const problems = ["Webhook: the path is taken", "If: a condition is empty"];
  open({
    "POST /workflows/w1/publish": { status: 400, body: { code: "workflow_not_publishable", detail: "No.", problems } },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Publish" }));

  for (const problem of problems) expect(await screen.findByText(problem)).toBeTruthy();
});

it("publishes nothing while the draft cannot be saved", async () => {
  const calls = open({}, async () => false);
  await userEvent.click(await screen.findByRole("button", { name: "Publish" }));

  await waitFor(() => expect(screen.getByRole("button", { name: "Publish" })).toBeTruthy());
  expect(calls.some((call) => call.method === "POST")).toBe(false);
});

it("counts what changed since the version that is live", async () => {
  open({
    "GET /workflows/w1": { body: { ...DRAFT, publishedVersion: 1 } },
    "GET /workflows/w1/diff": { body: { ...SAME, added: ["A", "B"] } },
  });
  await userEvent.click(await screen.findByRole("button", { name: "More about publishing" }));

  expect(await screen.findByText("The draft has 2 changes since.")).toBeTruthy();
});
