import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { WorkflowSettings } from "@/model/workflow";
import { serving, show } from "./testing";
import { WorkflowSettingsModal } from "./WorkflowSettingsModal";

afterEach(() => vi.unstubAllGlobals());

function open(settings: WorkflowSettings, readOnly = false) {
  serving({});
  const onChange = vi.fn();
  show(
    <WorkflowSettingsModal
      workflowId="w1"
      settings={settings}
      readOnly={readOnly}
      onClose={() => {}}
      onChange={onChange}
    />,
  );
  return onChange;
}

it("changes what was touched and keeps the rest", async () => {
  const onChange = open({ executionOrder: "v1", timezone: "Europe/Berlin", unknown: true });
  await userEvent.type(await screen.findByLabelText("Runs at once"), "3");
  await userEvent.click(screen.getByRole("button", { name: "Save settings" }));

  expect(onChange).toHaveBeenCalledWith({
    executionOrder: "v1",
    timezone: "Europe/Berlin",
    unknown: true,
    headrace: { concurrency: { limit: 3 } },
  });
});

it("says at the field what makes no sense, and saves nothing", async () => {
  const onChange = open({ executionOrder: "v1" });
  await userEvent.type(await screen.findByLabelText("Within"), "60");

  expect(await screen.findByText("Say what tells runs apart")).toBeTruthy();
  expect((screen.getByRole("button", { name: "Save settings" }) as HTMLButtonElement).disabled).toBe(true);
  expect(onChange).not.toHaveBeenCalled();
});

it("only shows settings to whoever may not change them", async () => {
  open({ executionOrder: "v1" }, true);

  expect(((await screen.findByLabelText("Runs at once")) as HTMLInputElement).disabled).toBe(true);
  expect(screen.queryByRole("button", { name: "Save settings" })).toBeNull();
});
