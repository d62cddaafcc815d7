import { Decoration, MatchDecorator, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const marker = new MatchDecorator({
  regexp: /\{\{[\s\S]*?\}\}/g,
  decoration: Decoration.mark({ class: "cm-expression" }),
});

/** Colours what stands between braces. */
export const expressionMarks = ViewPlugin.define(
  (view) => ({
    marks: marker.createDeco(view),
    update(update: ViewUpdate) {
      this.marks = marker.updateDeco(update, this.marks);
    },
  }),
  { decorations: (plugin) => plugin.marks },
);
