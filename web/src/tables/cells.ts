/** Values of cells, as people type and read them. Pure. */

import type { Type } from "@/api/schema";

export type Cell = string | number | boolean | null;

/** What a typed text means in a column; undefined if it means nothing there. Empty is null. */
export function readCell(text: string, type: Type): Cell | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  switch (type) {
    case "string":
      return text;
    case "number": {
      const number = Number(trimmed);
      return Number.isFinite(number) ? number : undefined;
    }
    case "boolean":
      if (/^(true|yes|1)$/i.test(trimmed)) return true;
      return /^(false|no|0)$/i.test(trimmed) ? false : undefined;
    case "date": {
      const moment = Date.parse(trimmed);
      return Number.isNaN(moment) ? undefined : new Date(moment).toISOString();
    }
  }
}

export function showCell(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

/** A block of cells as tables on the clipboard have it: rows by lines, cells by tabs. */
export function readBlock(text: string): string[][] {
  return text
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map((line) => line.split("\t"));
}
