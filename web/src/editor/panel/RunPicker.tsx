import { Select } from "@mantine/core";
import type { NodeRun } from "@/model/runs";
import { TEXTS } from "./texts";

const SIGNS: Partial<Record<NodeRun["status"], string>> = { error: " – failed", running: " – running" };

/** Which run of a node in a loop is looked at; nothing where there is only one. */
export function RunPicker({
  runs,
  chosen,
  onChoose,
}: {
  runs: readonly NodeRun[];
  chosen: NodeRun | undefined;
  onChoose: (run: number) => void;
}) {
  if (runs.length < 2 || chosen === undefined) return null;
  return (
    <Select
      size="xs"
      w={132}
      aria-label={TEXTS.whichRun}
      allowDeselect={false}
      comboboxProps={{ width: 180, position: "bottom-end" }}
      value={String(chosen.run)}
      onChange={(value) => value !== null && onChoose(Number(value))}
      data={runs.map((run, place) => ({
        value: String(run.run),
        label: TEXTS.run(place + 1, runs.length) + (SIGNS[run.status] ?? ""),
      }))}
    />
  );
}
