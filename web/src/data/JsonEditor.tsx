import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import {
  bracketMatching,
  defaultHighlightStyle,
  foldGutter,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import classes from "./data.module.css";

const LOOK = EditorView.theme({
  "&": { height: "100%", fontSize: "12px", color: "var(--hr-text)", backgroundColor: "var(--hr-surface)" },
  "&.cm-focused": { outline: "2px solid var(--hr-accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)" },
  ".cm-gutters": { backgroundColor: "var(--hr-surface-sunken)", color: "var(--hr-text-soft)", border: "none" },
  ".cm-cursor": { borderLeftColor: "var(--hr-text)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hr-surface-sunken)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--hr-accent-soft)",
  },
});

/** JSON to edit, with mistakes underlined. Tab leaves it, as every field does. A chunk of its own: load it lazily. */
export default function JsonEditor({
  initial,
  label,
  onChange,
}: {
  /** What is there at first; later changes of it are not taken over. */
  initial: string;
  label: string;
  onChange: (text: string) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const first = useRef(initial);
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => {
    if (place.current === null) return;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          foldGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
          json(),
          linter(jsonParseLinter(), { delay: 300 }),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
          LOOK,
        ],
      }),
    });
    view.focus();
    return () => view.destroy();
  }, [label]);
  return <div ref={place} className={classes.editor} />;
}
