/** Hands a text to the person as a JSON file. */
export function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = fileName(name);
  link.click();
  URL.revokeObjectURL(link.href);
}

/** A name that every file system takes. */
export function fileName(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N} _-]/gu, "_").trim();
  return `${plain === "" ? "workflow" : plain}.json`;
}
