import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useWorkflowNames } from "../list/queries";
import type { CallerPolicy, SettingsForm } from "./settings";
import classes from "./settings.module.css";

export interface GroupProps {
  readonly form: SettingsForm;
  readonly problems: Partial<Record<keyof SettingsForm, string>>;
  readonly disabled: boolean;
  readonly set: (change: Partial<SettingsForm>) => void;
}

const NONE = "";
const ZONES = Intl.supportedValuesOf("timeZone");

export function Group({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <fieldset className={classes.group}>
      <legend>{title}</legend>
      <p>{about}</p>
      <div className={classes.fields}>{children}</div>
    </fieldset>
  );
}

/** Order, time zone, holidays, and runs that were missed. */
export function WhenItRuns({ form, problems, disabled, set }: GroupProps) {
  return (
    <Group
      title="When it runs"
      about="Expressions and schedules use the time zone. What is missed while the server is down is made up for."
    >
      <Select
        label="Time zone"
        description="Of dates in expressions, and of schedules"
        searchable
        disabled={disabled}
        data={[{ value: NONE, label: "As the server" }, ...ZONES]}
        value={form.timezone ?? NONE}
        onChange={(zone) => set({ timezone: zone === null || zone === NONE ? null : zone })}
      />
      <Select
        label="Order of branches"
        description="Of several branches behind one node"
        allowDeselect={false}
        disabled={disabled}
        data={[
          { value: "v1", label: "One branch after the other" },
          { value: "v0", label: "All branches step by step (old)" },
        ]}
        value={form.order}
        onChange={(order) => set({ order: order === "v0" ? "v0" : "v1" })}
      />
      <Select
        label="Missed schedules"
        description="Runs whose moment passed while the server was down"
        allowDeselect={false}
        disabled={disabled}
        data={[
          { value: "once", label: "Run once" },
          { value: "all", label: "Run each of them" },
          { value: "skip", label: "Skip them" },
        ]}
        value={form.missed}
        onChange={(missed) => set({ missed: missed as SettingsForm["missed"] })}
      />
      <TextInput
        label="Holidays of"
        description="Schedules rest on its public holidays"
        placeholder="PT, or DE-BY"
        disabled={disabled}
        value={form.holidays}
        error={problems.holidays}
        onChange={(event) => set({ holidays: event.currentTarget.value.toUpperCase() })}
      />
    </Group>
  );
}

/** Error workflow and timeout. */
export function WhenItFails({ form, problems, disabled, set, workflowId }: GroupProps & { workflowId: string }) {
  const workflows = useWorkflowNames().data ?? [];
  const known = workflows.map((one) => ({
    value: one.id,
    label: one.id === workflowId ? `${one.name} (this)` : one.name,
  }));
  const gone = form.errorWorkflow !== null && !known.some((one) => one.value === form.errorWorkflow);
  return (
    <Group
      title="When something fails"
      about="An error workflow begins with an Error Trigger, and gets the error, the node and the run."
    >
      <Select
        label="Error workflow"
        description="It runs when a published run of this one fails"
        searchable
        disabled={disabled}
        data={[
          { value: NONE, label: "None" },
          ...(gone ? [{ value: form.errorWorkflow ?? "", label: `${form.errorWorkflow} (not found)` }] : []),
          ...known,
        ]}
        value={form.errorWorkflow ?? NONE}
        onChange={(id) => set({ errorWorkflow: id === null || id === NONE ? null : id })}
      />
      <NumberInput
        label="Stop after"
        description="Of a run that takes longer; empty: as the server has it"
        suffix=" seconds"
        min={1}
        thousandSeparator=","
        disabled={disabled}
        value={form.timeout ?? ""}
        error={problems.timeout}
        onChange={(value) => set({ timeout: numeric(value) })}
      />
    </Group>
  );
}

/** Concurrency, priority and runs that come twice. */
export function HowMany({ form, problems, disabled, set }: GroupProps) {
  return (
    <Group
      title="How many at once"
      about="Runs beyond the limit wait in a queue that survives restarts. Keys are expressions over the first item."
    >
      <NumberInput
        label="Runs at once"
        description="Empty: as many as the server runs"
        min={1}
        allowDecimal={false}
        disabled={disabled}
        value={form.limit ?? ""}
        error={problems.limit}
        onChange={(value) => set({ limit: numeric(value) })}
      />
      <TextInput
        label="For each"
        description="So many runs for each value; empty: for all together"
        placeholder="={{ $json.body.customer }}"
        classNames={{ input: classes.code ?? "" }}
        disabled={disabled}
        value={form.limitKey}
        onChange={(event) => set({ limitKey: event.currentTarget.value })}
      />
      <NumberInput
        label="Priority"
        description="-100 to 100: of what waits, the higher goes first"
        min={-100}
        max={100}
        allowDecimal={false}
        disabled={disabled}
        value={form.priority}
        error={problems.priority}
        onChange={(value) => set({ priority: numeric(value) ?? 0 })}
      />
      <span />
      <TextInput
        label="Run once for each"
        description="Of calls with the same value only the first runs; the others get its answer"
        placeholder="={{ $json.headers['x-event-id'] }}"
        classNames={{ input: classes.code ?? "" }}
        disabled={disabled}
        value={form.dedupKey}
        error={problems.dedupKey}
        onChange={(event) => set({ dedupKey: event.currentTarget.value })}
      />
      <NumberInput
        label="Within"
        description="How long a value is remembered; empty: a day"
        suffix=" seconds"
        min={1}
        thousandSeparator=","
        disabled={disabled}
        value={form.dedupSeconds ?? ""}
        error={problems.dedupSeconds}
        onChange={(value) => set({ dedupSeconds: numeric(value) })}
      />
    </Group>
  );
}

/** Which executions stay in the history, and how long. */
export function WhatIsKept({ form, problems, disabled, set }: GroupProps) {
  return (
    <Group
      title="What is kept"
      about="Every step is written while a run goes on, so that it can go on after a crash. This is about what stays afterwards."
    >
      <Switch
        label="Keep runs that succeed"
        disabled={disabled}
        checked={form.keepSuccess}
        onChange={(event) => set({ keepSuccess: event.currentTarget.checked })}
      />
      <Switch
        label="Keep runs that fail"
        disabled={disabled}
        checked={form.keepError}
        onChange={(event) => set({ keepError: event.currentTarget.checked })}
      />
      <Switch
        label="Keep runs that people start"
        disabled={disabled}
        checked={form.keepManual}
        onChange={(event) => set({ keepManual: event.currentTarget.checked })}
      />
      <span />
      <NumberInput
        label="Keep for"
        description="0: for ever; empty: as the server"
        suffix=" days"
        min={0}
        disabled={disabled}
        value={form.days ?? ""}
        error={problems.days}
        onChange={(value) => set({ days: numeric(value) })}
      />
      <NumberInput
        label="Keep at most"
        description="0: any number; empty: as the server"
        suffix=" runs"
        min={0}
        allowDecimal={false}
        thousandSeparator=","
        disabled={disabled}
        value={form.count ?? ""}
        error={problems.count}
        onChange={(value) => set({ count: numeric(value) })}
      />
    </Group>
  );
}

/** Who may use it as a sub-workflow. */
export function WhoMayCall({ form, disabled, set }: GroupProps) {
  return (
    <Group
      title="Who may call it"
      about="Kept for n8n, and taken along by export. Headrace lets every workflow of the same tenant call this one."
    >
      <Select
        label="Callers in n8n"
        allowDeselect={false}
        disabled={disabled}
        data={[
          { value: "workflowsFromSameOwner", label: "Workflows of the same owner" },
          { value: "workflowsFromAList", label: "Workflows of a list" },
          { value: "any", label: "Any workflow" },
          { value: "none", label: "No other workflow" },
        ]}
        value={form.caller}
        onChange={(caller) => set({ caller: (caller ?? "any") as CallerPolicy })}
      />
      {form.caller === "workflowsFromAList" && (
        <TextInput
          label="Ids of workflows"
          placeholder="With commas between"
          disabled={disabled}
          value={form.callerIds}
          onChange={(event) => set({ callerIds: event.currentTarget.value })}
        />
      )}
    </Group>
  );
}

function numeric(value: string | number): number | null {
  const read = typeof value === "number" ? value : Number.parseFloat(value);
  return Number.isFinite(read) ? read : null;
}
