import type { ReactNode } from "react";
import type { Path } from "@/model/schema";
import type { Json } from "@/model/workflow";
import classes from "./data.module.css";
import { startDrag, useFieldActions } from "./field";
import { accessOf } from "./paths";

/** The name of a value: drag it into a parameter, or press it for what can be done with it. */
export function Field({ path, value, children }: { path: Path; value: Json | undefined; children: ReactNode }) {
  const actions = useFieldActions();
  return (
    <button
      type="button"
      className={classes.field}
      draggable
      title={accessOf(actions.root, path)}
      aria-haspopup="menu"
      onDragStart={(event) => startDrag(event, actions.root, path)}
      onClick={(event) => {
        event.stopPropagation();
        actions.menu({ path, value }, event.currentTarget);
      }}
    >
      {children}
    </button>
  );
}
