import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { EMPTY, type WorkflowNode } from "@/model/workflow";
import type { NodeDescription, Parameter } from "@/nodes/descriptions";
import { NodeParameters } from "./NodeParameters";

const NODE: WorkflowNode = { id: "1", name: "X", type: "x", typeVersion: 1, position: [0, 0], parameters: {} };

let latest: WorkflowNode = NODE;

function Form({ parameters, start }: { parameters: readonly Parameter[]; start: WorkflowNode["parameters"] }) {
  const [node, setNode] = useState<WorkflowNode>({ ...NODE, parameters: start });
  latest = node;
  const description: NodeDescription = { type: "x", versions: [1], title: "X", summary: "", parameters };
  return (
    <NodeParameters
      description={description}
      node={node}
      context={{ workflow: EMPTY, itemIndex: 0, input: [] }}
      onChange={setNode}
    />
  );
}

function show(parameters: readonly Parameter[], start: WorkflowNode["parameters"] = {}) {
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <Form parameters={parameters} start={start} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return userEvent.setup();
}

const text = (name: string, more: Partial<Parameter> = {}): Parameter => ({
  name,
  displayName: name,
  type: "string",
  default: "",
  ...more,
});

test("typing changes the parameter, and nothing else is written", async () => {
  const user = show([text("Path"), text("Other", { default: "kept as default" })], { strange: { kept: true } });

  await user.type(screen.getByLabelText("Path"), "orders");

  expect(latest.parameters).toEqual({ strange: { kept: true }, Path: "orders" });
});

test("what depends on a choice appears with it", async () => {
  const user = show([
    { ...text("On"), type: "boolean", default: false },
    text("Detail", { displayOptions: { show: { On: [true] } } }),
  ]);
  expect(screen.queryByLabelText("Detail")).toBeNull();

  await user.click(screen.getByRole("switch", { name: "On" }));

  expect(screen.getByLabelText("Detail")).toBeTruthy();
});

test("a collection takes options, and gives them back", async () => {
  const user = show([
    { ...text("Options"), type: "collection", default: {}, options: [text("Limit", { default: "10" })] },
  ]);

  await user.click(screen.getByRole("button", { name: "Add option" }));
  await user.click(await screen.findByRole("menuitem", { name: "Limit" }));
  expect(latest.parameters).toEqual({ Options: { Limit: "10" } });

  await user.click(screen.getByRole("button", { name: "Take Limit away" }));
  expect(latest.parameters).toEqual({ Options: {} });
});

test("groups that may be many are added, ordered and taken away", async () => {
  const rules = { name: "values", displayName: "Rule", values: [text("Key")] };
  const user = show([
    { ...text("Rules"), type: "fixedCollection", default: {}, typeOptions: { multipleValues: true }, options: [rules] },
  ]);

  for (const key of ["a", "b"]) {
    await user.click(screen.getByRole("button", { name: "Add rule" }));
    await user.type(screen.getAllByLabelText("Key").at(-1) as HTMLElement, key);
  }
  await user.click(screen.getByRole("button", { name: "Move Rule 2 up" }));
  expect(latest.parameters).toEqual({ Rules: { values: [{ Key: "b" }, { Key: "a" }] } });

  await user.click(screen.getByRole("button", { name: "Take Rule 1 away" }));
  expect(latest.parameters).toEqual({ Rules: { values: [{ Key: "a" }] } });
});

test("what must be given and is not is said", () => {
  show([text("Address", { required: true })]);

  expect(screen.getByText("This must be given.")).toBeTruthy();
});
