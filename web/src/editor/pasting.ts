import { pasted, readFragment } from "@/model/clipboard";
import { snap } from "@/model/layout";
import type { Position } from "@/model/workflow";
import type { EditorStore } from "./store";

/** Puts nodes from text onto the canvas, and selects them. False if the text is no workflow. */
export function insertFragment(store: EditorStore, text: string, at: Position, label = "Paste"): boolean {
  const fragment = readFragment(text);
  if (fragment === null) return false;
  let names: string[] = [];
  store.getState().change(label, (before) => {
    const [after, added] = pasted(before, fragment, [snap(at[0]), snap(at[1])]);
    names = added;
    // A whole workflow on an empty canvas brings its settings too.
    return before.nodes.length === 0 && fragment.settings !== undefined
      ? { ...after, settings: { ...after.settings, ...fragment.settings } }
      : after;
  });
  store.getState().select(names);
  return true;
}
