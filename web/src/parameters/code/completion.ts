import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
  snippetCompletion,
} from "@codemirror/autocomplete";
import type { Json, JsonObject } from "@/model/workflow";
import { METHODS, VARIABLES } from "./reference";

/** What completion knows about the node that is open. */
export interface Known {
  /** Items that reach it. */
  readonly input: readonly JsonObject[];
  /** Names of the nodes before it. */
  readonly nodes: readonly string[];
}

/**
 * Completes variables, nodes before this one, the paths that the input's data really has, and methods.
 *
 * Args:
 *   everywhere: All of the text is code; otherwise only what stands between `{{` and `}}`.
 */
export function completing(known: () => Known, everywhere: boolean): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.sliceDoc(0, context.pos);
    if (!everywhere && before.lastIndexOf("{{") <= before.lastIndexOf("}}")) return null;
    const line = before.slice(Math.max(before.lastIndexOf("\n") + 1, before.lastIndexOf("{{") + 2, 0));
    const { input, nodes } = known();

    const naming = /\$\((['"])([^'"]*)$/.exec(line);
    if (naming !== null) {
      const [, quote = "'", typed = ""] = naming;
      return {
        from: context.pos - typed.length,
        options: nodes.map((name) => ({ label: name, type: "class", apply: `${name}${quote})` })),
      };
    }
    const chain = /([$\w][$\w]*(?:\([^()]*\))?(?:\??\.[\w$]+(?:\([^()]*\))?|\[[^\][]*\])*)\.([\w$]*)$/.exec(line);
    if (chain !== null) {
      const [, owner = "", typed = ""] = chain;
      return { from: context.pos - typed.length, options: afterDot(owner, input), validFor: /^[\w$]*$/ };
    }
    const word = /[$\w]+$/.exec(line);
    if (word === null && !context.explicit && !/\{\{\s*$/.test(before)) return null;
    return {
      from: context.pos - (word?.[0].length ?? 0),
      options: VARIABLES.map((one) =>
        one.apply === "$('')"
          ? // biome-ignore lint/suspicious/noTemplateCurlyInString: where the cursor goes, in a snippet's language
            snippetCompletion("$('${}')", { label: one.label, detail: one.detail, type: "variable" })
          : { label: one.label, detail: one.detail, type: "variable", apply: one.apply ?? one.label },
      ),
      validFor: /^[$\w]*$/,
    };
  };
}

function afterDot(owner: string, input: readonly JsonObject[]): Completion[] {
  if (/^\$\(.*\)$/.test(owner) || owner === "$input") return ofKind("node");
  const root = /^\$json\b|^\$input\.(item|first\(\)|last\(\))\.json\b/.exec(owner)?.[0];
  if (root === undefined) {
    if (/^\$(now|today)\b|^DateTime\b/.test(owner)) return ofKind("date");
    return /\.(item|first\(\)|last\(\))$/.test(owner)
      ? [
          { label: "json", type: "property" },
          { label: "binary", type: "property" },
        ]
      : METHODS.map(method);
  }
  const value = valueAt(input[0], owner.slice(root.length));
  const fields = isObject(value)
    ? Object.entries(value).map(
        ([key, one]): Completion => ({
          label: key,
          type: "property",
          detail: shown(one),
          boost: 10,
          ...(/^[A-Za-z_$][\w$]*$/.test(key) ? {} : { apply: (view, _, from, to) => replaceDot(view, key, from, to) }),
        }),
      )
    : [];
  const kind =
    typeof value === "string"
      ? "string"
      : typeof value === "number"
        ? "number"
        : Array.isArray(value)
          ? "array"
          : isObject(value)
            ? "object"
            : null;
  return [...fields, ...(kind === null ? METHODS.map(method) : ofKind(kind))];
}

/** Names that are no identifiers stand in brackets: the dot before them goes. */
function replaceDot(view: import("@codemirror/view").EditorView, key: string, from: number, to: number): void {
  const text = `[${JSON.stringify(key)}]`;
  view.dispatch({ changes: { from: from - 1, to, insert: text }, selection: { anchor: from - 1 + text.length } });
}

export function valueAt(start: Json | undefined, path: string): Json | undefined {
  let value = start;
  for (const [, dotted, index, quoted] of path.matchAll(/\??\.([\w$]+)|\[(\d+)\]|\[['"]([^'"]+)['"]\]/g)) {
    if (Array.isArray(value)) value = value[Number(index ?? Number.NaN)];
    else value = isObject(value) ? value[dotted ?? quoted ?? index ?? ""] : undefined;
  }
  return value;
}

function ofKind(kind: (typeof METHODS)[number]["of"]): Completion[] {
  return METHODS.filter((one) => one.of === kind).map(method);
}

function method({ label, detail }: (typeof METHODS)[number]): Completion {
  return { label, detail, type: label.includes("(") ? "method" : "property" };
}

function shown(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
