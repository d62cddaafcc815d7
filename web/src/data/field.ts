import { createContext, type DragEvent, useContext } from "react";
import type { Path } from "@/model/schema";
import type { Json } from "@/model/workflow";
import { accessOf, expressionOf } from "./paths";

/** A value that a person may drag, copy or look at. */
export interface FieldPlace {
  readonly path: Path;
  readonly value: Json | undefined;
}

export interface FieldActions {
  /** Where expressions begin: `$json`, or `$('Node').item.json`. */
  readonly root: string;
  /** Opens the menu of a value at an element. */
  menu(place: FieldPlace, at: Element): void;
  /** Shows a value whole. */
  show(place: FieldPlace): void;
}

const Actions = createContext<FieldActions | null>(null);

export const FieldActionsProvider = Actions.Provider;

export function useFieldActions(): FieldActions {
  const actions = useContext(Actions);
  if (actions === null) throw new Error("There is no data pane around this component.");
  return actions;
}

/** What parameters look for when something is dropped on them: the path without braces. */
export const PATH_TYPE = "application/x-headrace-path";

export function startDrag(event: DragEvent, root: string, path: Path): void {
  event.dataTransfer.setData(PATH_TYPE, accessOf(root, path));
  event.dataTransfer.setData("text/plain", expressionOf(root, path));
  event.dataTransfer.effectAllowed = "copy";
}
