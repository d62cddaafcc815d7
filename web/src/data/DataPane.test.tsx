import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { newQueryClient } from "@/app/queries";
import type { Item } from "@/model/workflow";
import { DataPane } from "./DataPane";
import { PATH_TYPE } from "./field";
import type { Hovered } from "./links";

const PEOPLE: readonly Item[] = [
  { json: { name: "Ada", "home town": "London" }, pairedItem: 1 },
  { json: { name: "Grace", "home town": "New York" }, pairedItem: 0 },
];

function open(items: readonly Item[], more: Partial<Parameters<typeof DataPane>[0]> = {}) {
  return render(
    <MantineProvider>
      <QueryClientProvider client={newQueryClient()}>
        <DataPane side="output" label="Output" source={{ kind: "held", items }} root="$json" {...more} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

beforeAll(() => {
  // jsdom lays nothing out; without a height no row is in sight.
  for (const side of ["clientHeight", "clientWidth"] as const) {
    Object.defineProperty(HTMLElement.prototype, side, { configurable: true, value: 400 });
  }
});

beforeEach(() => localStorage.clear());

describe("a data pane", () => {
  it("shows items as a table with a column for each field", () => {
    open(PEOPLE);

    expect(screen.getAllByRole("columnheader").map((one) => one.textContent)).toEqual(["#", "name", "home town"]);
    expect(screen.getAllByRole("gridcell").map((one) => one.textContent)).toContain("New York");
  });

  it("draws the rows in sight, however many items there are", () => {
    open(Array.from({ length: 10_000 }, (_, index) => ({ json: { index } })));

    expect(screen.getByRole("grid")).toHaveProperty("ariaRowCount", "10001");
    const drawn = screen.getAllByRole("row").length;
    expect(drawn).toBeGreaterThan(10);
    expect(drawn).toBeLessThan(60);
  });

  it("finds items by what is in them", async () => {
    open(PEOPLE);

    await userEvent.type(screen.getByRole("searchbox"), "new york");

    await screen.findByText("1 of 2 items");
    expect(screen.queryByText("Ada")).toBeNull();
  });

  it("hands a field that is dragged over as an expression", () => {
    open(PEOPLE);
    const told = new Map<string, string>();
    const dataTransfer = { setData: (type: string, text: string) => told.set(type, text), effectAllowed: "" };

    fireEvent.dragStart(screen.getByRole("button", { name: "home town" }), { dataTransfer });

    expect(told.get("text/plain")).toBe("{{ $json['home town'] }}");
    expect(told.get(PATH_TYPE)).toBe("$json['home town']");
  });

  it("says where the item under the pointer came from", () => {
    const onHover = vi.fn<(hovered: Hovered | null) => void>();
    open(PEOPLE, { onHover });

    fireEvent.pointerEnter(screen.getAllByRole("row")[1] as Element);

    expect(onHover).toHaveBeenLastCalledWith({ side: "output", index: 0, from: [1] });
  });

  it("shows HTML as the text that it is, and as a page only in a frame that may do nothing", async () => {
    open([{ json: { body: "<p>Hello <script>alert(1)</script></p>" } }]);

    fireEvent.doubleClick(screen.getAllByRole("gridcell")[0] as Element);
    await waitFor(() => expect(document.querySelector("pre")?.textContent).toContain("<script>"));
    await userEvent.click(screen.getByText("Page"));

    expect(document.querySelector("iframe")?.getAttribute("sandbox")).toBe("");
    expect(document.querySelector("script")).toBeNull();
  });

  it("moves by the arrow keys, and opens a value by Enter", async () => {
    open(PEOPLE);
    const [first] = screen.getAllByRole("gridcell");
    first?.focus();

    await userEvent.keyboard("{ArrowDown}");
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Grace"));
    await userEvent.keyboard("{Enter}");

    expect(await screen.findByRole("dialog")).toBeTruthy();
  });

  it("offers files only where there are some", () => {
    const { unmount } = open(PEOPLE);
    expect(screen.queryByRole("radio", { name: "Files" })).toBeNull();
    unmount();

    open([{ json: {}, binary: { data: { fileName: "a.png", mimeType: "image/png" } } }]);
    expect(screen.getByRole("radio", { name: "Files" })).toBeTruthy();
  });
});
