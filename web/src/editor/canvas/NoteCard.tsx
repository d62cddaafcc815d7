import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo, useState } from "react";
import { Markup } from "@/ui/Markup";
import { useCanvasActions } from "./actions";
import type { NoteNode } from "./drawing";
import classes from "./NoteCard.module.css";

/** A sticky note: text in a little Markdown; a double click changes it. */
export const NoteCard = memo(function NoteCard({ id, data, selected }: NodeProps<NoteNode>) {
  const actions = useCanvasActions();
  const [writing, setWriting] = useState(false);
  const content = typeof data.node.parameters.content === "string" ? data.node.parameters.content : "";
  const colour = typeof data.node.parameters.color === "number" ? data.node.parameters.color : 1;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard writes by Enter on the selected note
    <div
      className={classes.note}
      data-colour={((Math.trunc(colour) - 1 + 700) % 7) + 1}
      data-selected={selected || undefined}
      onDoubleClick={(event) => {
        event.stopPropagation();
        if (actions !== null) setWriting(true);
      }}
    >
      {actions !== null && (
        <NodeResizer
          isVisible={selected}
          minWidth={96}
          minHeight={64}
          onResizeEnd={(_, to) => actions.resizeNote(id, to.x, to.y, to.width, to.height)}
        />
      )}
      {writing ? (
        <textarea
          // biome-ignore lint/a11y/noAutofocus: it opens on purpose, to be written in
          autoFocus
          className={`${classes.writing} nodrag nowheel nopan`}
          defaultValue={content}
          aria-label="Text of the note"
          onBlur={(event) => {
            setWriting(false);
            actions?.changeNote(id, event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
      ) : (
        <Markup text={content || "Double-click to write. **Markdown** works."} />
      )}
    </div>
  );
});
