/** Figures of a dashboard, from what is known of each workflow's executions. Pure. */

import type { StatisticsShape } from "@/api/schema";

export interface Totals {
  readonly runs: number;
  readonly failures: number;
  /** 0 to 1; null when nothing has ended. */
  readonly failureRate: number | null;
  /** Mean over all runs, weighted by how many each workflow had. */
  readonly averageSeconds: number | null;
}

export function runsOf(one: StatisticsShape): number {
  return Object.values(one.counts).reduce((sum, count) => sum + count, 0);
}

export function failuresOf(one: StatisticsShape): number {
  return one.counts.error ?? 0;
}

export function totals(rows: readonly StatisticsShape[]): Totals {
  const runs = rows.reduce((sum, one) => sum + runsOf(one), 0);
  const failures = rows.reduce((sum, one) => sum + failuresOf(one), 0);
  const ended = failures + rows.reduce((sum, one) => sum + (one.counts.success ?? 0), 0);
  let [seconds, timed] = [0, 0];
  for (const one of rows) {
    if (one.averageSeconds == null) continue;
    seconds += one.averageSeconds * runsOf(one);
    timed += runsOf(one);
  }
  return {
    runs,
    failures,
    failureRate: ended === 0 ? null : failures / ended,
    averageSeconds: timed === 0 ? null : seconds / timed,
  };
}

/** The beginnings of the last `count` days, the oldest first, in the browser's time zone. */
export function lastDays(count: number, now: Date): Date[] {
  return Array.from(
    { length: count },
    (_, index) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - (count - 1 - index)),
  );
}
