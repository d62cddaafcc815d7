import { useState } from "react";
import { nodeNamed, wiresOf } from "@/model/graph";
import { type Port, portsOf } from "@/model/ports";
import type { RunView } from "@/model/runs";
import type { Workflow } from "@/model/workflow";
import { useDescription } from "@/nodes/descriptions";
import { fullOutput } from "./logs";
import { OutputPane } from "./OutputPane";
import { itemsOf, runAt, runsOf } from "./sources";
import { useRunDetails } from "./timeline";

/** What the chosen run of a node put out. */
export function LogData({
  run,
  workflow,
  node,
  number,
}: {
  run: RunView;
  /** As it ran. */
  workflow: Workflow;
  node: string;
  number: number;
}) {
  const runs = runsOf(run, node);
  const chosen = runAt(runs, number);
  const details = useRunDetails(run, node, chosen);
  const [picked, pick] = useState<number | null>(null);
  const ports = usePorts(workflow, node, chosen?.items.length ?? 1);
  const output = picked ?? (chosen === undefined ? 0 : fullOutput(chosen));
  return (
    <OutputPane
      node={node}
      ports={ports}
      output={output}
      onOutput={pick}
      items={itemsOf(workflow, run, node, { output, number, pins: false })}
      details={details}
      runs={chosen === undefined ? [] : [chosen]}
      runNumber={number}
      onRun={() => {}}
      hovered={null}
      onHover={() => {}}
      input={null}
      notRun={null}
    />
  );
}

/** The node's outputs; numbered where it is not drawn any more. */
function usePorts(workflow: Workflow, name: string, count: number): readonly Port[] {
  const node = nodeNamed(workflow, name);
  const description = useDescription(node?.type ?? "", node?.typeVersion ?? 1).data;
  if (node === undefined) {
    return Array.from({ length: Math.max(1, count) }, (_, index) => ({ kind: "main", index, label: "" }));
  }
  const own = wiresOf(workflow).filter((wire) => wire.source === name || wire.target === name);
  return portsOf(node, description, own).outputs.filter((port) => port.kind === "main");
}
