/** What a field that is dropped into a text becomes there. */

/** Whether a place of a template lies between `{{` and `}}`. */
export function inExpression(text: string, at: number): boolean {
  const open = text.lastIndexOf("{{", at - 1);
  return open >= 0 && open + 2 <= at && text.lastIndexOf("}}", at - 2) < open;
}

/** Code, and what is between braces already, takes the name without braces. */
export function droppedText(expression: string, bare: boolean): string {
  return bare ? expression.replace(/^\{\{\s*(.*?)\s*\}\}$/s, "$1") : expression;
}
