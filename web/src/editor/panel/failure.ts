/** An error of a node, sorted for people. */

/** What the timeline tells of an error beyond its message. */
export interface Told {
  readonly name?: string;
  readonly description?: string | null;
  readonly httpCode?: string | null;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly stack?: string;
}

export interface Sorted {
  readonly title: string;
  readonly description: string | null;
  /** Place of the item at which it failed, from 0; null if nobody said. */
  readonly item: number | null;
  /** Everything that is known, for those who look closer; null if that is nothing more. */
  readonly raw: string | null;
}

export function failureOf(message: string, told: Told | undefined): Sorted {
  const [first = "", ...rest] = message.split("\n");
  const description = [rest.join("\n").trim(), told?.description ?? ""].filter((text) => text !== "").join("\n");
  const item = told?.context?.itemIndex;
  return {
    title: first,
    description: description === "" ? null : description,
    item: typeof item === "number" ? item : itemNamed(message),
    raw: rawOf(told),
  };
}

/** Nodes write "[item 3]" at the end of their messages, from 0. */
function itemNamed(message: string): number | null {
  const found = /\[item (\d{1,9})\]/i.exec(message)?.[1];
  return found === undefined ? null : Number(found);
}

function rawOf(told: Told | undefined): string | null {
  if (told === undefined) return null;
  const lines = [
    [told.name, told.httpCode].filter(Boolean).join(" "),
    Object.keys(told.context ?? {}).length > 0 ? JSON.stringify(told.context, null, 2) : "",
    told.stack ?? "",
  ].filter((line) => line !== "");
  return lines.length > 0 ? lines.join("\n\n") : null;
}
