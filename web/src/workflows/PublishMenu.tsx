/** Publishes the draft, or takes it back. */
export function PublishMenu(_: { workflowId: string; dirty: boolean; flush: () => Promise<boolean> }) {
  return null;
}
