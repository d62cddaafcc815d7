/** A workflow's settings as a form has them: n8n's own, and those of `settings.headrace`. */

import type { WorkflowSettings } from "@/model/workflow";

export interface SettingsForm {
  readonly order: "v0" | "v1";
  /** Null: that of the server. */
  readonly timezone: string | null;
  /** Country, or country-region, on whose holidays no schedule fires; empty: none. */
  readonly holidays: string;
  readonly missed: "skip" | "once" | "all";
  /** Id of a workflow. */
  readonly errorWorkflow: string | null;
  /** Seconds; null: as the server has it. */
  readonly timeout: number | null;
  readonly limit: number | null;
  readonly limitKey: string;
  readonly priority: number;
  readonly dedupKey: string;
  readonly dedupSeconds: number | null;
  readonly keepSuccess: boolean;
  readonly keepError: boolean;
  readonly keepManual: boolean;
  readonly days: number | null;
  readonly count: number | null;
  readonly caller: CallerPolicy;
  /** Ids with commas. */
  readonly callerIds: string;
}

export type CallerPolicy = "workflowsFromSameOwner" | "workflowsFromAList" | "any" | "none";

const CALLERS: readonly CallerPolicy[] = ["workflowsFromSameOwner", "workflowsFromAList", "any", "none"];
const MISSED = ["skip", "once", "all"] as const;

export function readSettings(settings: WorkflowSettings): SettingsForm {
  const ours = record(settings.headrace);
  const concurrency = record(ours.concurrency);
  const dedup = record(ours.dedup);
  const retention = record(ours.retention);
  const named = (value: unknown) => (typeof value === "string" && value !== "" && value !== "DEFAULT" ? value : null);
  const timeout = number(settings.executionTimeout);
  return {
    // What n8n made before there was a choice has none, and runs in the old order.
    order: settings.executionOrder === "v1" ? "v1" : "v0",
    timezone: named(settings.timezone),
    holidays: text(settings.holidays),
    missed: MISSED.find((one) => one === settings.missedRuns) ?? "once",
    errorWorkflow: named(settings.errorWorkflow),
    timeout: timeout !== null && timeout > 0 ? timeout : null,
    limit: number(concurrency.limit),
    limitKey: text(concurrency.key),
    priority: number(ours.priority) ?? 0,
    dedupKey: text(dedup.key),
    dedupSeconds: number(dedup.seconds),
    keepSuccess: settings.saveDataSuccessExecution !== "none",
    keepError: settings.saveDataErrorExecution !== "none",
    keepManual: settings.saveManualExecutions !== false,
    days: number(retention.days),
    count: number(retention.count),
    caller: CALLERS.find((one) => one === settings.callerPolicy) ?? "workflowsFromSameOwner",
    callerIds: text(settings.callerIds),
  };
}

/** The settings with what the form has; what was not touched, known or not, stays as it was. */
export function writtenSettings(settings: WorkflowSettings, form: SettingsForm): WorkflowSettings {
  const before = readSettings(settings);
  const differs = (...keys: (keyof SettingsForm)[]) => keys.some((key) => before[key] !== form[key]);
  const next: Record<string, unknown> = { ...settings };
  if (differs("order")) next.executionOrder = form.order;
  if (differs("timezone")) put(next, "timezone", form.timezone);
  if (differs("holidays")) put(next, "holidays", form.holidays.trim() || null);
  if (differs("missed")) put(next, "missedRuns", form.missed === "once" ? null : form.missed);
  if (differs("errorWorkflow")) put(next, "errorWorkflow", form.errorWorkflow);
  if (differs("timeout")) put(next, "executionTimeout", form.timeout);
  if (differs("keepSuccess")) next.saveDataSuccessExecution = form.keepSuccess ? "all" : "none";
  if (differs("keepError")) next.saveDataErrorExecution = form.keepError ? "all" : "none";
  if (differs("keepManual")) next.saveManualExecutions = form.keepManual;
  if (differs("caller")) next.callerPolicy = form.caller;
  if (differs("callerIds")) put(next, "callerIds", form.callerIds.trim() || null);

  const ours = { ...record(settings.headrace) };
  if (differs("limit", "limitKey")) {
    const key = form.limitKey.trim();
    put(ours, "concurrency", form.limit === null ? null : { limit: form.limit, ...(key === "" ? {} : { key }) });
  }
  if (differs("priority")) put(ours, "priority", form.priority === 0 ? null : form.priority);
  if (differs("dedupKey", "dedupSeconds")) {
    const key = form.dedupKey.trim();
    const seconds = form.dedupSeconds === null ? {} : { seconds: form.dedupSeconds };
    put(ours, "dedup", key === "" ? null : { key, ...seconds });
  }
  if (differs("days", "count")) {
    const kept = {
      ...(form.days === null ? {} : { days: form.days }),
      ...(form.count === null ? {} : { count: form.count }),
    };
    put(ours, "retention", Object.keys(kept).length === 0 ? null : kept);
  }
  if (JSON.stringify(ours) !== JSON.stringify(record(settings.headrace))) {
    put(next, "headrace", Object.keys(ours).length === 0 ? null : ours);
  }
  return next as WorkflowSettings;
}

/** What makes no sense, by field. */
export function problemsOf(form: SettingsForm): Partial<Record<keyof SettingsForm, string>> {
  const problems: Partial<Record<keyof SettingsForm, string>> = {};
  if (form.limit !== null && !(Number.isInteger(form.limit) && form.limit >= 1 && form.limit <= 100_000)) {
    problems.limit = "A whole number from 1 to 100,000";
  }
  if (form.limitKey.trim() !== "" && form.limit === null) problems.limit = "A key needs a number of runs";
  if (!(Number.isInteger(form.priority) && Math.abs(form.priority) <= 100)) problems.priority = "From -100 to 100";
  if (form.dedupSeconds !== null && !(form.dedupSeconds > 0 && form.dedupSeconds <= 366 * 86_400)) {
    problems.dedupSeconds = "More than 0 seconds, and at most 366 days";
  }
  if (form.dedupSeconds !== null && form.dedupKey.trim() === "") problems.dedupKey = "Say what tells runs apart";
  if (form.days !== null && !(form.days >= 0 && form.days <= 36_500)) problems.days = "From 0 to 36,500 days";
  if (form.count !== null && !(Number.isInteger(form.count) && form.count >= 0)) problems.count = "A whole number";
  if (form.timeout !== null && !(form.timeout > 0)) problems.timeout = "More than 0 seconds";
  if (form.holidays.trim() !== "" && !/^[A-Z]{2,3}(-[A-Z0-9]{1,4})?$/.test(form.holidays.trim())) {
    problems.holidays = "A country such as PT, or a country and region such as DE-BY";
  }
  return problems;
}

function put(into: Record<string, unknown>, key: string, value: unknown): void {
  if (value === null) delete into[key];
  else into[key] = value;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
