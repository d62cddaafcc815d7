/** Everything a person can do in the editor, once: keys, the command bar, menus and the sheet of keys use it. */

export interface Command {
  readonly id: string;
  readonly label: string;
  /** Keys as "mod+shift+z": mod is Cmd on a Mac and Ctrl elsewhere. The first is shown. */
  readonly keys?: readonly string[];
  readonly section: "Run" | "Workflow" | "Draw" | "Select" | "View";
  /** Changes what is drawn: not there when it may only be read. */
  readonly changes?: boolean;
  /** Left out of the command bar: it only makes sense as a key. */
  readonly keyOnly?: boolean;
  readonly enabled?: () => boolean;
  readonly run: () => void;
}

/** What a key press is called: "mod+shift+z", "f2", "?". */
export function keyOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey" | "code">,
): string {
  // With Alt, some layouts write another letter: the key that was pressed counts.
  const key =
    event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("mod");
  if (event.altKey) parts.push("alt");
  // A shifted sign is a sign of its own: "?" is not "shift+?".
  if (event.shiftKey && (key.length > 1 || /[a-z]/.test(key))) parts.push("shift");
  parts.push(key === " " ? "space" : key);
  return parts.join("+");
}

/** Something that takes text has the keys. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(input|textarea|select)$/i.test(target.tagName) ||
      target.closest(".cm-editor") !== null)
  );
}

const MAC = /mac|iphone|ipad/i.test(navigator.platform);
const NAMES: Readonly<Record<string, string>> = {
  mod: MAC ? "⌘" : "Ctrl",
  shift: MAC ? "⇧" : "Shift",
  alt: MAC ? "⌥" : "Alt",
  enter: "Enter",
  delete: "Del",
  backspace: "⌫",
  escape: "Esc",
  arrowleft: "←",
  arrowright: "→",
  arrowup: "↑",
  arrowdown: "↓",
  space: "Space",
};

/** Keys as a person reads them, one by one: ["Ctrl", "Shift", "Z"]. */
export function shownKeys(keys: string): string[] {
  return keys.split(/\+(?=.)/).map((part) => NAMES[part] ?? part.toUpperCase());
}
