import fc from "fast-check";
import { expect, it } from "vitest";
import type { WorkflowSettings } from "@/model/workflow";
import { problemsOf, readSettings, type SettingsForm, writtenSettings } from "./settings";

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const forms: fc.Arbitrary<SettingsForm> = fc.record({
  order: fc.constantFrom("v0", "v1"),
  timezone: fc.option(fc.constantFrom("Europe/Berlin", "UTC")),
  holidays: fc.constantFrom("", "PT", "DE-BY"),
  missed: fc.constantFrom("skip", "once", "all"),
  errorWorkflow: fc.option(word),
  timeout: fc.option(fc.integer({ min: 1, max: 10_000 })),
  limit: fc.integer({ min: 1, max: 100 }),
  limitKey: fc.oneof(fc.constant(""), word),
  priority: fc.integer({ min: -100, max: 100 }),
  dedupKey: word,
  dedupSeconds: fc.option(fc.integer({ min: 1, max: 1000 })),
  keepSuccess: fc.boolean(),
  keepError: fc.boolean(),
  keepManual: fc.boolean(),
  days: fc.option(fc.integer({ min: 0, max: 100 })),
  count: fc.option(fc.integer({ min: 0, max: 100 })),
  caller: fc.constantFrom("workflowsFromSameOwner", "workflowsFromAList", "any", "none"),
  callerIds: fc.oneof(fc.constant(""), word),
}) as fc.Arbitrary<SettingsForm>;

it("reads what it wrote, whatever the form says", () => {
  fc.assert(
    fc.property(forms, (form) => {
      expect(readSettings(writtenSettings({}, form))).toEqual(form);
      expect(problemsOf(form)).toEqual({});
    }),
  );
});

it("leaves settings that nobody touched as they were, odd ones included", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (others, ours) => {
      const settings = { ...others, headrace: ours, timezone: "DEFAULT", executionTimeout: -1 } as WorkflowSettings;
      expect(writtenSettings(settings, readSettings(settings))).toEqual(settings);
    }),
  );
});

it("writes our own settings where the server reads them, and removes them again", () => {
  const form = readSettings({});
  const limited = writtenSettings({}, { ...form, limit: 1, limitKey: "={{ $json.customer }}", priority: 5 });
  expect(limited.headrace).toEqual({ concurrency: { limit: 1, key: "={{ $json.customer }}" }, priority: 5 });
  expect(writtenSettings(limited, form)).not.toHaveProperty("headrace");
});

it("keeps what it does not know beside what it changes", () => {
  const settings: WorkflowSettings = { headrace: { future: true }, unknown: 1 };
  expect(writtenSettings(settings, { ...readSettings(settings), days: 3 })).toEqual({
    headrace: { future: true, retention: { days: 3 } },
    unknown: 1,
  });
});

it("says what makes no sense", () => {
  const form = readSettings({});
  expect(problemsOf({ ...form, limitKey: "x" }).limit).toBeDefined();
  expect(problemsOf({ ...form, dedupSeconds: 5 }).dedupKey).toBeDefined();
  expect(problemsOf({ ...form, priority: 101, limit: 0, days: -1, holidays: "moon" })).toMatchObject({
    priority: expect.any(String),
    limit: expect.any(String),
    days: expect.any(String),
    holidays: expect.any(String),
  });
});
