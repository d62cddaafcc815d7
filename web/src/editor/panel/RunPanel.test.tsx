import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { newQueryClient } from "@/app/queries";
import type { RunView } from "@/model/runs";
import { EMPTY, type Workflow } from "@/model/workflow";
import { RunPanel } from "./RunPanel";

const FLOW: Workflow = {
  ...EMPTY,
  nodes: [
    {
      id: "1",
      name: "Greet",
      type: "n8n-nodes-base.set",
      typeVersion: 1,
      position: [0, 0],
      parameters: { greeting: "=Hello {{ $json.name }}" },
    },
  ],
  pinData: { Greet: [{ json: { pinned: "yes" } }] },
};

function open(nodes: RunView["nodes"], node = "Greet") {
  const onClose = vi.fn();
  const client = newQueryClient();
  client.setQueryData<unknown>(["node-types", "n8n-nodes-base.set", 1], null);
  client.setQueryData(["execution", "e1", "data", "Greet", 0, 0, 0], [{ json: { greeting: "Hello Ada" } }]);
  client.setQueryData(["execution", "e1", "timeline", "Greet", 0, "success"], null);
  const run: RunView = { executionId: "e1", status: "success", nodes };
  render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <RunPanel executionId="e1" workflow={FLOW} run={run} node={node} onClose={onClose} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return onClose;
}

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem("headrace.data.output", '"json"');
  for (const side of ["clientHeight", "clientWidth"] as const) {
    Object.defineProperty(HTMLElement.prototype, side, { configurable: true, value: 400 });
  }
});

describe("a node of an execution", () => {
  it("shows what it put out then, not what is pinned now, and how it was set", () => {
    open({ Greet: [{ run: 0, status: "success", items: [1], attempts: 1, seconds: 0.2 }] });

    expect(screen.getByText(/Hello Ada/)).toBeTruthy();
    expect(screen.queryByText(/pinned/)).toBeNull();
    expect(screen.getByText("=Hello {{ $json.name }}")).toBeTruthy();
  });

  it("says that it did not run", () => {
    open({});

    expect(screen.getByText("This node did not run in this execution.")).toBeTruthy();
  });

  it("has nothing that changes or runs the workflow, and closes by Escape", async () => {
    const onClose = open({});
    expect(screen.queryByRole("button", { name: /execute|pin|edit|rename/i })).toBeNull();

    await userEvent.keyboard("{Escape}");

    expect(onClose).toHaveBeenCalledOnce();
  });

  it("shows nothing of a node that the workflow does not have", () => {
    open({}, "Elsewhere");

    expect(screen.queryByRole("dialog")).toBeNull();
  });
});
