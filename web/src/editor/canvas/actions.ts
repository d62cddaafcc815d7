import { createContext, useContext } from "react";
import type { Wire } from "@/model/graph";
import type { Port } from "@/model/ports";

/** What nodes and wires on an editable canvas can ask for; none on a canvas to look at. */
export interface CanvasActions {
  addAfter(node: string, port: Port): void;
  insertInto(wire: Wire): void;
  cut(wire: Wire): void;
  changeNote(node: string, content: string): void;
  resizeNote(node: string, x: number, y: number, width: number, height: number): void;
}

const Context = createContext<CanvasActions | null>(null);

export const CanvasActionsProvider = Context.Provider;

export function useCanvasActions(): CanvasActions | null {
  return useContext(Context);
}
