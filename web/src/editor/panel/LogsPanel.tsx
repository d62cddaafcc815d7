/** The run as a tree of what happened, below the canvas. */
export function LogsPanel() {
  return null;
}
