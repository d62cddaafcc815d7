/** Runs what is drawn, whole or up to a node, and shows it as it happens. */
export function useExecute(): {
  execute(options?: { destination?: string; trigger?: string }): Promise<void>;
  stop(): Promise<void>;
  running: boolean;
} {
  return { execute: async () => {}, stop: async () => {}, running: false };
}
