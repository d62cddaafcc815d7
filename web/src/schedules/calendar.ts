import type { OccurrenceShape } from "@/api/schema";

/** Days and months of what is to come, in the browser's time zone. Pure but for that zone. */

export interface Day<Run extends { readonly at: string } = OccurrenceShape> {
  /** "2026-01-31", as it is called here. */
  readonly key: string;
  readonly at: string;
  readonly runs: readonly Run[];
}

export function dayKey(moment: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** Runs by the day on which they are, in order. */
export function byDay<Run extends { readonly at: string }>(runs: readonly Run[]): Day<Run>[] {
  const days = new Map<string, Run[]>();
  for (const run of [...runs].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const key = dayKey(new Date(run.at));
    days.set(key, [...(days.get(key) ?? []), run]);
  }
  return [...days].map(([key, found]) => ({ key, at: found[0]?.at ?? "", runs: found }));
}

/** The cells of a month in weeks that begin on Monday; cells before the first and after the last have no number. */
export function monthOf(moment: Date): { title: string; cells: { key: string; number: number | null }[] } {
  const [year, month] = [moment.getFullYear(), moment.getMonth()];
  const before = (new Date(year, month, 1).getDay() + 6) % 7;
  const last = new Date(year, month + 1, 0).getDate();
  const cells = Array.from({ length: Math.ceil((before + last) / 7) * 7 }, (_, index) => {
    const number = index - before + 1;
    return number < 1 || number > last
      ? { key: `blank-${index}`, number: null }
      : { key: dayKey(new Date(year, month, number)), number };
  });
  return { title: moment.toLocaleDateString(undefined, { month: "long", year: "numeric" }), cells };
}
