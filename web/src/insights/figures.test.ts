import { expect, test } from "vitest";
import type { StatisticsShape } from "@/api/schema";
import { lastDays, totals } from "./figures";

function of(counts: Record<string, number>, averageSeconds: number | null): StatisticsShape {
  return { workflowId: "1", workflowName: "W", counts, averageSeconds, longestSeconds: null, lastStartedAt: "" };
}

test("the failure rate is that of what ended, and times weigh by runs", () => {
  expect(totals([of({ success: 6, error: 2, running: 5 }, 1), of({ success: 2 }, 3), of({}, null)])).toEqual({
    runs: 15,
    failures: 2,
    failureRate: 0.2,
    averageSeconds: (13 * 1 + 2 * 3) / 15,
  });
});

test("nothing has no rate and no time", () => {
  expect(totals([])).toEqual({ runs: 0, failures: 0, failureRate: null, averageSeconds: null });
});

test("the last days end with today, also over the end of a month", () => {
  const days = lastDays(3, new Date(2026, 2, 1, 15));

  expect(days.map((day) => day.getDate())).toEqual([27, 28, 1]);
});
