/** Files that items carry: references with what is known of them, never the bytes. */

import type { Item } from "@/model/workflow";
import { sized } from "./values";

export interface ItemFile {
  /** Place of its item in the output. */
  readonly item: number;
  readonly field: string;
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: number | null;
  /** As people write it; "size unknown" if nobody said. */
  readonly size: string;
}

export function filesOf(item: Item, index: number): readonly ItemFile[] {
  return Object.entries(item.binary ?? {}).map(([field, told]) => {
    const bytes = typeof told.bytes === "number" ? told.bytes : null;
    return {
      item: index,
      field,
      name: text(told.fileName) ?? field,
      mimeType: text(told.mimeType) ?? "application/octet-stream",
      bytes,
      size: bytes !== null ? sized(bytes) : (text(told.fileSize) ?? "size unknown"),
    };
  });
}

/** Larger ones are not read for a preview. */
export const MOST_PREVIEWED_BYTES = 10_000_000;

export type Preview = "image" | "text" | "none";

/** What a browser can show of a file without running anything of it; SVG and HTML are shown as their text. */
export function previewOf(mimeType: string): Preview {
  const kind = mimeType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (/^image\/(png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)$/.test(kind)) return "image";
  if (kind.startsWith("text/") || /^application\/(json|xml|javascript|x-yaml|yaml|sql)$/.test(kind)) return "text";
  return /\+(json|xml)$/.test(kind) ? "text" : "none";
}

function text(told: unknown): string | undefined {
  return typeof told === "string" && told !== "" ? told : undefined;
}
