import { createContext, useContext } from "react";
import type { Json, WorkflowNode } from "@/model/workflow";
import type { NodeDescription } from "@/nodes/descriptions";
import type { PreviewContext } from "./NodeParameters";
import type { Preview } from "./previews";

/** What every field of the form needs to know. */
export interface FormState {
  readonly node: WorkflowNode;
  readonly description: NodeDescription;
  readonly context: PreviewContext;
  readonly readOnly: boolean;
  /** What the expression at a path gives for the chosen item. */
  readonly previews: Readonly<Record<string, Preview>>;
}

const Context = createContext<FormState | null>(null);

export const FormProvider = Context.Provider;

export function useForm(): FormState {
  const state = useContext(Context);
  if (state === null) throw new Error("There is no form around this field.");
  return state;
}

/** What a field draws, and how it says that it changed. */
export interface FieldProps<T extends Json = Json> {
  readonly value: T | undefined;
  readonly onChange: (value: Json | undefined) => void;
  /** Where it is within the node's parameters: "rules.values[0].output". */
  readonly path: string;
}

export const PATH_DRAG = "application/x-headrace-path";
