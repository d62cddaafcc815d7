/** How well a text matches what is searched: every word must be in it; earlier and at a word's start counts more. */
export function score(query: string, text: string): number {
  const hay = text.toLowerCase();
  let sum = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = hay.indexOf(word);
    if (at < 0) return 0;
    const atStart = at === 0 || !/[\p{L}\p{N}]/u.test(hay[at - 1] ?? "");
    sum += (atStart ? 10 : 3) + (at === 0 ? 6 : 0) - Math.min(at, 40) / 20;
  }
  return sum;
}

/** What matches, the best first; all of them, in their order, when nothing is searched. */
export function searched<T>(query: string, all: readonly T[], texts: (one: T) => readonly (string | undefined)[]): T[] {
  if (query.trim() === "") return [...all];
  return all
    .map((one, index) => {
      // Of several texts the first, which is its name, counts double.
      const scores = texts(one).map((text, nth) => score(query, text ?? "") * (nth === 0 ? 2 : 1));
      return { one, index, score: Math.max(0, ...scores) };
    })
    .filter((found) => found.score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map((found) => found.one);
}
