import { useQueryClient } from "@tanstack/react-query";
import type { ItemSource } from "@/data/items";
import { wholeOf } from "@/data/items";
import { MOST_PINNED_CHARACTERS, pin, pinnable, pinText, unpin } from "@/model/pins";
import type { Item } from "@/model/workflow";
import { complain, tell } from "@/ui/notices";
import { useEditorStore } from "../store";
import { TEXTS } from "./texts";

/** More belong into a data table or a file. */
export const MOST_PINNED = 1000;

/** Pins the items of a node's output, or others in their place. */
export function usePinning(node: string) {
  const store = useEditorStore();
  const client = useQueryClient();

  const read = async (source: ItemSource | null): Promise<readonly Item[]> => {
    if (source === null) return [];
    const items = source.kind === "held" ? source.items : await client.fetchQuery(wholeOf(source));
    return items.slice(0, MOST_PINNED);
  };

  const keep = (items: readonly Item[], label: string): boolean => {
    if (JSON.stringify(items).length > MOST_PINNED_CHARACTERS) {
      complain(new Error(TEXTS.pinTooLarge), TEXTS.notPinned);
      return false;
    }
    store.getState().change(label, (before) => pin(before, node, items));
    return true;
  };

  return {
    async pin(source: ItemSource) {
      try {
        const items = await read(source);
        if (!keep(items.map(pinnable), "Pin output")) return;
        const total = source.kind === "run" ? source.total : items.length;
        if (total > items.length) tell(TEXTS.pinnedFirst(items.length, total));
        else if (items.some((item) => item.binary !== undefined)) tell(TEXTS.pinnedWithoutFiles);
      } catch (thrown) {
        complain(thrown, TEXTS.notPinned);
      }
    },
    keep: (items: readonly Item[]) => keep(items, "Edit pinned data"),
    unpin: () => store.getState().change("Unpin", (before) => unpin(before, node)),
    /** What a person begins with who edits the output; null if it could not be read. */
    async text(source: ItemSource | null): Promise<string | null> {
      try {
        const items = await read(source);
        return items.length > 0 ? pinText(items.map(pinnable)) : '[\n  {\n    "name": "Ada"\n  }\n]';
      } catch (thrown) {
        complain(thrown);
        return null;
      }
    },
  };
}
