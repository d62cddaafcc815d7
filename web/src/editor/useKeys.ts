import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { addNode, changeNode } from "@/model/graph";
import type { Position } from "@/model/workflow";
import type { NodeType } from "@/nodes/descriptions";
import { newNode } from "./building";
import { type Command, isWriting, keyOf } from "./commands";
import { insertFragment } from "./pasting";
import { useEditorStore } from "./store";

/** The keys of all commands, while nothing lies over the canvas and nobody writes. */
export function useKeys(commands: readonly Command[], covered: boolean): void {
  useEffect(() => {
    const byKey = new Map(commands.flatMap((command) => (command.keys ?? []).map((key) => [key, command] as const)));
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const key = keyOf(event);
      // Saving and the command bar answer everywhere; the browser has nothing better to do with these keys.
      const everywhere = key === "mod+s" || (key === "mod+k" && !covered);
      if (!everywhere && (covered || isWriting(event.target) || inMenu(event.target))) return;
      // Copying text that is selected on the page stays copying that text.
      if ((key === "mod+c" || key === "mod+x") && String(window.getSelection()) !== "") return;
      // On a button, Enter and Space press it.
      if (/^(enter|space|tab)$/.test(key) && event.target instanceof HTMLElement && event.target.closest("button,a"))
        return;
      const command = byKey.get(key);
      if (command === undefined || command.enabled?.() === false) return;
      event.preventDefault();
      command.run();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [commands, covered]);
}

function inMenu(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("[role=menu],[role=dialog],[role=listbox]") !== null;
}

/** Pasting onto the canvas: a workflow or a part of one, an address, or a cURL command for HTTP Request. */
export function useClipboard(covered: boolean, types: readonly NodeType[] | undefined): void {
  const store = useEditorStore();
  const flow = useReactFlow();
  const mouse = useRef({ x: window.innerWidth / 2, y: window.innerHeight / 2 });
  useEffect(() => {
    const move = (event: MouseEvent) => {
      mouse.current = { x: event.clientX, y: event.clientY };
    };
    const paste = (event: ClipboardEvent) => {
      if (covered || isWriting(event.target) || store.getState().readOnly) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      const point = flow.screenToFlowPosition(mouse.current);
      const at: Position = [point.x - 48, point.y - 48];
      if (insertFragment(store, text, at)) {
        event.preventDefault();
        return;
      }
      const http = types?.find((type) => type.type === "n8n-nodes-base.httpRequest");
      const address = /^https?:\/\/\S+$/.exec(text.trim())?.[0];
      if (http === undefined || address === undefined) return;
      event.preventDefault();
      store.getState().change("Paste address", (before) => {
        const [added, name] = addNode(before, newNode(http, at));
        store.getState().select([name]);
        return changeNode(added, name, (node) => ({ ...node, parameters: { url: address } }));
      });
    };
    document.addEventListener("mousemove", move);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("mousemove", move);
      document.removeEventListener("paste", paste);
    };
  }, [store, flow, covered, types]);
}
