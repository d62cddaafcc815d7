import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { newQueryClient } from "@/app/queries";
import { renameNode } from "@/model/graph";
import type { NodeRun, RunView } from "@/model/runs";
import { EMPTY, type Workflow } from "@/model/workflow";
import { EditorProvider, newEditor } from "../store";
import { LogsPanel } from "./LogsPanel";

const FLOW: Workflow = {
  ...EMPTY,
  nodes: ["Start", "Work"].map((name) => ({
    id: name,
    name,
    type: "n8n-nodes-base.set",
    typeVersion: 1,
    position: [0, 0] as const,
    parameters: {},
  })),
};

// Nothing is on its way to a server: these runs have not ended.
function running(run: number, second: number): NodeRun {
  return { run, status: "running", items: [], attempts: 1, startedAt: `2026-01-01T00:00:0${second}Z` };
}

const RUN: RunView = {
  executionId: "e1",
  status: "running",
  nodes: { Start: [running(0, 1)], Work: [running(0, 2), running(1, 3)] },
};

function open(workflow: Workflow = FLOW) {
  const store = newEditor("w1", workflow);
  store.getState().showRun(RUN, FLOW);
  const client = newQueryClient();
  client.setQueryData<unknown>(["node-types", "n8n-nodes-base.set", 1], null);
  render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <EditorProvider value={store}>
          <LogsPanel />
        </EditorProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return store;
}

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem("headrace.logs.open", "true");
});

describe("the logs", () => {
  it("tell a run node by node, and unfold the runs of a loop by an arrow key", async () => {
    open();
    const rows = () => screen.getAllByRole("treeitem").map((row) => row.textContent);
    expect(rows()).toEqual(["Start0 itemsRunning", "Work2 runs0 itemsRunning"]);

    screen.getAllByRole("treeitem")[1]?.focus();
    await userEvent.keyboard("{ArrowRight}");

    expect(rows().slice(2)).toEqual(["Run 1 of 20 itemsRunning", "Run 2 of 20 itemsRunning"]);
  });

  it("select on the canvas the node that is chosen, under the name that it has now", async () => {
    const [renamed] = renameNode(FLOW, "Work", "Shape");
    const store = open(renamed);

    await userEvent.click(screen.getByRole("treeitem", { name: /^Work/ }));

    expect([...store.getState().selection]).toEqual(["Shape"]);
  });

  it("open the panel of a node by Enter", async () => {
    const store = open();
    screen.getAllByRole("treeitem")[0]?.focus();

    await userEvent.keyboard("{Enter}");

    expect(store.getState().openNode).toBe("Start");
  });
});
