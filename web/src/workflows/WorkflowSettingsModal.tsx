import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import type { WorkflowSettings } from "@/model/workflow";
import { HowMany, WhatIsKept, WhenItFails, WhenItRuns, WhoMayCall } from "./settings/Groups";
import { problemsOf, readSettings, type SettingsForm, writtenSettings } from "./settings/settings";
import classes from "./settings/settings.module.css";
import { TEXTS } from "./texts";

/** Settings of one workflow: order, error workflow, timezone, saving, timeout, concurrency. */
export function WorkflowSettingsModal({
  workflowId,
  settings,
  readOnly = false,
  onClose,
  onChange,
}: {
  workflowId: string;
  settings: WorkflowSettings;
  readOnly?: boolean;
  onClose: () => void;
  onChange: (settings: WorkflowSettings) => void;
}) {
  const [form, setForm] = useState<SettingsForm>(() => readSettings(settings));
  const problems = problemsOf(form);
  const sound = Object.keys(problems).length === 0;
  const group = {
    form,
    problems,
    disabled: readOnly,
    set: (change: Partial<SettingsForm>) => setForm((before) => ({ ...before, ...change })),
  };
  const save = () => {
    const next = writtenSettings(settings, form);
    if (JSON.stringify(next) !== JSON.stringify(settings)) onChange(next);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Workflow settings" size="xl">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (sound && !readOnly) save();
        }}
      >
        <WhenItRuns {...group} />
        <WhenItFails {...group} workflowId={workflowId} />
        <HowMany {...group} />
        <WhatIsKept {...group} />
        <WhoMayCall {...group} />
        <div className={classes.end}>
          <Button variant="default" onClick={onClose}>
            {readOnly ? "Close" : TEXTS.cancel}
          </Button>
          {!readOnly && (
            <Button type="submit" disabled={!sound}>
              Save settings
            </Button>
          )}
        </div>
      </form>
    </Modal>
  );
}
