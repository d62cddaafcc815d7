/** The open node: input | parameters | output, over the canvas. Reads and changes the editor's store. */
export function NodePanel() {
  return null;
}
