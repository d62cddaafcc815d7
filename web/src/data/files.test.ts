import { describe, expect, it } from "vitest";
import { filesOf, previewOf } from "./files";

describe("files of an item", () => {
  it("are told by name, kind and size", () => {
    const binary = { data: { id: "x", fileName: "a.png", mimeType: "image/png", bytes: 1536 } };

    expect(filesOf({ json: {}, binary }, 4)).toEqual([
      { item: 4, field: "data", name: "a.png", mimeType: "image/png", bytes: 1536, size: "1.5 kB" },
    ]);
  });

  it("have a name and a size even if nobody gave them one", () => {
    expect(filesOf({ json: {}, binary: { data: {} } }, 0)[0]).toMatchObject({ name: "data", size: "size unknown" });
  });
});

describe("a preview", () => {
  it("shows pictures, and texts as text", () => {
    expect(["image/png", "text/csv; charset=utf-8", "application/json"].map(previewOf)).toEqual([
      "image",
      "text",
      "text",
    ]);
  });

  it("never runs what a file holds", () => {
    expect(["text/html", "image/svg+xml", "application/pdf"].map(previewOf)).toEqual(["text", "text", "none"]);
  });
});
