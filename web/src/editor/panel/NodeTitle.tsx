import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { renameNode } from "@/model/graph";
import type { WorkflowNode } from "@/model/workflow";
import { useEditorStore } from "../store";
import classes from "./panel.module.css";
import { TEXTS } from "./texts";

/** The node's name; pressed, it is changed in place, and expressions follow. */
export function NodeTitle({ node, readOnly }: { node: WorkflowNode; readOnly: boolean }) {
  const store = useEditorStore();
  const [typed, setTyped] = useState<string | null>(null);
  // Esc takes the field away, and a field that goes loses the focus first: that is no "keep it".
  const given = useRef(false);

  const rename = () => {
    if (typed === null || given.current) return;
    given.current = true;
    setTyped(null);
    let to = node.name;
    store.getState().change("Rename node", (before) => {
      const [after, name] = renameNode(before, node.name, typed);
      to = name;
      return after;
    });
    store.getState().select([to]);
    store.getState().open(to);
  };

  if (readOnly) return <h2 className={classes.name}>{node.name}</h2>;
  if (typed === null) {
    return (
      <h2 className={classes.heading}>
        <button
          type="button"
          className={classes.name}
          title={TEXTS.rename}
          onClick={() => {
            given.current = false;
            setTyped(node.name);
          }}
        >
          {node.name}
        </button>
      </h2>
    );
  }
  return (
    <TextInput
      size="xs"
      maw={420}
      autoFocus
      aria-label={TEXTS.rename}
      title={TEXTS.renameHint}
      maxLength={200}
      value={typed}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={rename}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          event.stopPropagation();
          rename();
        } else if (event.key === "Escape") {
          event.preventDefault();
          event.stopPropagation();
          given.current = true;
          setTyped(null);
        }
      }}
    />
  );
}
