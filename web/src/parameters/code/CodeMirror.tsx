import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { html } from "@codemirror/lang-html";
import { javascript } from "@codemirror/lang-javascript";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { linter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder as placeholding,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { PATH_DRAG } from "../context";
import { completing, type Known } from "./completion";
import { droppedText, inExpression } from "./dropping";
import { expressionMarks } from "./marks";

export type Language = "javascript" | "python" | "json" | "sql" | "html" | "expression";

export interface CodeMirrorProps {
  readonly id?: string;
  readonly label: string;
  readonly language: Language;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly readOnly?: boolean;
  /** Lines that it is high at least; null: as high as its parent. */
  readonly rows: number | null;
  readonly known: Known;
  readonly placeholder?: string;
  /** The whole expression fails: what is between braces is red. */
  readonly failing?: boolean;
}

const LANGUAGES: Readonly<Record<Language, () => Extension>> = {
  javascript: () => javascript(),
  python: () => python(),
  json: () => [json(), expressionMarks],
  sql: () => [sql(), expressionMarks],
  html: () => [html(), expressionMarks],
  expression: () => expressionMarks,
};

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--hr-tone-code)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--hr-success)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--hr-tone-trigger)" },
  { tag: [tags.comment], color: "var(--hr-text-soft)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.propertyName], color: "var(--hr-tone-data)" },
  { tag: [tags.typeName, tags.className, tags.tagName], color: "var(--hr-tone-net)" },
]);

/** A code editor; it comes as a chunk of its own. */
export default function CodeMirror(props: CodeMirrorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { language, rows, label, id, readOnly = false } = props;

  useEffect(() => {
    if (host.current === null) return;
    const lines = new Compartment();
    const single = rows === 1;
    const code = language !== "expression";
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          indentOnInput(),
          lines.of(code && rows !== 1 ? [lineNumbers(), highlightActiveLine(), highlightSelectionMatches()] : []),
          LANGUAGES[language](),
          language === "json" ? linter(lintJson) : [],
          syntaxHighlighting(COLOURS),
          autocompletion({
            override:
              language === "python" || language === "sql"
                ? undefined
                : [completing(() => latest.current.known, language === "javascript")],
            activateOnTyping: true,
            icons: false,
          }),
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.editable.of(!readOnly),
          EditorView.contentAttributes.of({ "aria-label": label, ...(id === undefined ? {} : { id }) }),
          placeholding(latest.current.placeholder ?? ""),
          keymap.of([
            ...completionKeymap,
            ...closeBracketsKeymap,
            ...(code ? searchKeymap : []),
            ...historyKeymap,
            ...lintKeymap,
            // Within a form, Tab goes on to the next field; in code, after Escape.
            ...(code && !single ? [indentWithTab] : []),
            ...defaultKeymap.filter((binding) => binding.key !== "Mod-Enter"),
          ]),
          // The editor's own handler would put it in as plain text: this one comes first, and says that it is done.
          EditorView.domEventHandlers({
            drop(event, target) {
              if (readOnly || !event.dataTransfer?.types.includes(PATH_DRAG)) return false;
              event.preventDefault();
              event.stopPropagation();
              const written = target.state.doc.toString();
              const at = target.posAtCoords({ x: event.clientX, y: event.clientY }) ?? written.length;
              const bare = language === "javascript" || inExpression(written, at);
              const text = droppedText(event.dataTransfer.getData("text/plain"), bare);
              target.dispatch({ changes: { from: at, insert: text }, selection: { anchor: at + text.length } });
              target.focus();
              return true;
            },
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          EditorView.theme({
            "&": { fontSize: "12.5px", height: rows === null ? "100%" : "auto", color: "var(--hr-text)" },
            "&.cm-focused": { outline: "none" },
            ".cm-scroller": {
              fontFamily: "var(--mantine-font-family-monospace)",
              lineHeight: "1.55",
              minHeight: rows === null ? "0" : `${rows * 1.55 + 0.7}em`,
              maxHeight: rows === null ? "none" : "46vh",
            },
            ".cm-content": { padding: "6px 0", caretColor: "var(--hr-text)" },
            ".cm-line": { padding: "0 10px" },
            ".cm-gutters": { background: "transparent", border: "0", color: "var(--hr-text-soft)" },
            ".cm-activeLine": { background: "color-mix(in srgb, var(--hr-accent) 6%, transparent)" },
            ".cm-cursor": { borderLeftColor: "var(--hr-text)" },
            "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
              background: "color-mix(in srgb, var(--hr-accent) 24%, transparent) !important",
            },
            ".cm-expression": { background: "var(--hr-success-soft)", color: "var(--hr-success)", borderRadius: "3px" },
            "&.hr-failing .cm-expression": { background: "var(--hr-danger-soft)", color: "var(--hr-danger)" },
            ".cm-tooltip": {
              background: "var(--hr-surface-raised)",
              border: "1px solid var(--hr-border)",
              borderRadius: "8px",
              boxShadow: "var(--hr-shadow-strong)",
              overflow: "hidden",
            },
            ".cm-tooltip-autocomplete > ul > li": { padding: "4px 10px", lineHeight: "1.4" },
            ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
              background: "var(--hr-accent-soft)",
              color: "var(--hr-text)",
            },
            ".cm-completionDetail": {
              marginLeft: "12px",
              fontStyle: "normal",
              color: "var(--hr-text-soft)",
              fontFamily: "var(--mantine-font-family)",
            },
          }),
        ],
      }),
    });
    view.current = created;
    return () => {
      created.destroy();
      view.current = null;
    };
  }, [language, rows, readOnly, label, id]);

  useEffect(() => {
    const created = view.current;
    if (created === null || created.state.doc.toString() === props.value) return;
    created.dispatch({ changes: { from: 0, to: created.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    view.current?.dom.classList.toggle("hr-failing", props.failing === true);
  }, [props.failing]);

  return <div ref={host} style={{ height: rows === null ? "100%" : undefined }} />;
}

function lintJson(view: EditorView) {
  // With expressions in it, it is JSON only once they are filled in.
  return /\{\{/.test(view.state.doc.toString()) || view.state.doc.toString().trim() === ""
    ? []
    : jsonParseLinter()(view);
}
