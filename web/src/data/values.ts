/** Values as short texts: bounded, so that a megabyte in a field costs no more to show than a word. */

import type { Json } from "@/model/workflow";

export interface Shown {
  readonly text: string;
  /** There is more of it than `text` has. */
  readonly cut: boolean;
}

/** A value on one line. Texts are bare, what is nested is compact JSON. */
export function shown(value: Json | undefined, most = 120): Shown {
  if (value === undefined) return { text: "", cut: false };
  if (typeof value === "string") {
    const cut = value.length > most;
    return { text: (cut ? `${value.slice(0, most)}…` : value).replace(/\s+/g, " "), cut };
  }
  const writer = new Writer(most);
  writer.write(value, 0);
  return writer.result();
}

/** Stops as soon as it has enough. */
class Writer {
  private text = "";
  private cut = false;

  constructor(private readonly most: number) {}

  write(value: Json | undefined, depth: number): void {
    if (this.full()) return;
    if (Array.isArray(value)) {
      this.list("[", "]", value.keys(), depth, (index) => this.write(value[index], depth + 1));
    } else if (typeof value === "object" && value !== null) {
      this.list("{", "}", Object.keys(value), depth, (key) => {
        this.add(`${key}: `);
        this.write(value[key], depth + 1);
      });
    } else if (typeof value === "string") {
      this.add(JSON.stringify(value.length > this.most ? value.slice(0, this.most) : value));
      if (value.length > this.most) this.cut = true;
    } else {
      this.add(String(value ?? null));
    }
  }

  result(): Shown {
    const cut = this.cut || this.text.length > this.most;
    return { text: cut ? `${this.text.slice(0, this.most)}…` : this.text, cut };
  }

  private list<T>(open: string, close: string, parts: Iterable<T>, depth: number, part: (one: T) => void): void {
    this.add(open);
    let first = true;
    for (const one of parts) {
      if (depth > 30 || this.full()) {
        this.cut = true;
        break;
      }
      if (!first) this.add(", ");
      first = false;
      part(one);
    }
    this.add(close);
  }

  private add(text: string): void {
    this.text += text;
  }

  private full(): boolean {
    return this.text.length > this.most;
  }
}

// Making a formatter takes longer than drawing a row.
const EXACTLY = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** What a text says as a moment, in the reader's own time zone; null if it is none. */
export function momentOf(value: Json | undefined): string | null {
  if (typeof value !== "string" || value.length > 40 || !MOMENT.test(value)) return null;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : EXACTLY.format(at);
}

/** "1 item", "10,000 items". */
export function counted(count: number, one = "item", many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** "512 B", "1.5 kB", "3.2 MB". */
export function sized(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${["B", "kB", "MB", "GB"][power]}`;
}

/** A value as people paste it elsewhere: texts bare, the rest as JSON. */
export function copied(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2);
}
