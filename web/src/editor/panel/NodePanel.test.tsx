import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { newQueryClient } from "@/app/queries";
import { connect } from "@/model/graph";
import { EMPTY, type Workflow, type WorkflowNode } from "@/model/workflow";
import type { NodeDescription } from "@/nodes/descriptions";
import { EditorProvider, newEditor } from "../store";
import { NodePanel } from "./NodePanel";

const execute = vi.fn(async () => {});
vi.mock("../running", () => ({ useExecute: () => ({ execute, stop: async () => {}, running: false }) }));

const TYPE = "n8n-nodes-base.set";

const DESCRIPTION: NodeDescription = { type: TYPE, versions: [1], title: "Set", summary: "Sets fields." };

function set(name: string): WorkflowNode {
  return { id: name, name, type: TYPE, typeVersion: 1, position: [0, 0], parameters: {} };
}

const FLOW: Workflow = connect(
  { ...EMPTY, nodes: [set("First"), set("Second")], pinData: { First: [{ json: { name: "Ada" } }] } },
  { source: "First", kind: "main", output: 0, target: "Second", targetKind: "main", input: 0 },
);

function open(node: string) {
  const store = newEditor("w1", FLOW);
  store.getState().open(node);
  const client = newQueryClient();
  client.setQueryData<unknown>(["node-types", TYPE, 1], DESCRIPTION);
  render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <ModalsProvider>
          <EditorProvider value={store}>
            <NodePanel />
          </EditorProvider>
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return store;
}

beforeEach(() => {
  localStorage.clear();
  execute.mockClear();
});

describe("the panel of a node", () => {
  it("shows what reaches it, and says that it has not run", () => {
    open("Second");

    expect(screen.getByRole("dialog", { name: "Second" })).toBeTruthy();
    expect(screen.getByText("Ada")).toBeTruthy();
    expect(screen.getByText("No output yet")).toBeTruthy();
  });

  it("executes up to the node by Ctrl+Enter", async () => {
    open("Second");

    await userEvent.keyboard("{Control>}{Enter}{/Control}");

    expect(execute).toHaveBeenCalledExactlyOnceWith({ destination: "Second" });
  });

  it("closes by Escape", async () => {
    const store = open("Second");

    await userEvent.keyboard("{Escape}");

    expect(store.getState().openNode).toBeNull();
  });

  it("goes to the node before by an arrow key", async () => {
    const store = open("Second");

    await userEvent.keyboard("{ArrowLeft}");

    expect(store.getState().openNode).toBe("First");
  });

  it("renames the node in place, and stays open", async () => {
    const store = open("Second");

    await userEvent.click(screen.getByRole("button", { name: "Second" }));
    await userEvent.keyboard("Greeting{Enter}");

    expect(store.getState().workflow.nodes.map((node) => node.name)).toEqual(["First", "Greeting"]);
    expect(screen.getByRole("dialog", { name: "Greeting" })).toBeTruthy();
  });

  it("leaves the name as it was by Escape, and stays open", async () => {
    const store = open("Second");

    await userEvent.click(screen.getByRole("button", { name: "Second" }));
    await userEvent.keyboard("Greeting{Escape}");

    expect(store.getState().workflow).toBe(FLOW);
    expect(store.getState().openNode).toBe("Second");
  });

  it("unpins pinned items, as a step that can be undone", async () => {
    const store = open("First");

    await userEvent.click(screen.getByRole("button", { name: "Unpin" }));
    expect(store.getState().workflow.pinData).toEqual({});
    store.getState().undo();

    expect(store.getState().workflow.pinData).toBe(FLOW.pinData);
  });

  it("still closes by Escape after the button that had the focus is gone", async () => {
    const store = open("First");
    await userEvent.click(screen.getByRole("button", { name: "Unpin" }));
    expect(document.activeElement).toBe(document.body);

    await userEvent.keyboard("{Escape}");

    expect(store.getState().openNode).toBeNull();
  });

  it("closes by Escape the list that is open, and not itself with it", async () => {
    const store = open("Second");
    const list = screen.getByRole("combobox", { name: "Which node's output" });
    await userEvent.click(list);
    expect(list.getAttribute("aria-expanded")).toBe("true");

    await userEvent.keyboard("{Escape}");

    expect(list.getAttribute("aria-expanded")).toBe("false");
    expect(store.getState().openNode).toBe("Second");
  });
});
