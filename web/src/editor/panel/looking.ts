import { useMemo, useState } from "react";
import type { ItemSource } from "@/data/items";
import type { Hovered } from "@/data/links";
import { wiresOf } from "@/model/graph";
import { type Port, portsOf } from "@/model/ports";
import type { RunView } from "@/model/runs";
import type { Workflow, WorkflowNode } from "@/model/workflow";
import { useDescription } from "@/nodes/descriptions";
import { cameFrom, itemsOf, namesThen, runAt, runsOf, type Source, sourceKey, sourcesOf } from "./sources";
import { useRunDetails } from "./timeline";

/**
 * What a panel shows of a node's data: which earlier node, which run, which output, which item. Give the component
 * that calls it the node as its key: another node is looked at from the beginning.
 */
export function useLooking(
  { workflow, run, ranWith }: { workflow: Workflow; run: RunView | null; ranWith: Workflow | null },
  node: WorkflowNode,
  pins: boolean,
) {
  const description = useDescription(node.type, node.typeVersion);
  const sources = useMemo(() => sourcesOf(workflow, node.name), [workflow, node.name]);
  const [source, setSource] = useState<string | null>(null);
  const [runNumber, setRun] = useState<number | null>(null);
  const [inputNumber, setInputRun] = useState<number | null>(null);
  const [output, setOutput] = useState(0);
  const [item, setItem] = useState(0);
  const [hovered, setHovered] = useState<Hovered | null>(null);

  const ports = useMemo(() => {
    const own = wiresOf(workflow).filter((wire) => wire.source === node.name || wire.target === node.name);
    return portsOf(node, description.data, own);
  }, [workflow, node, description.data]);
  const chosen = sources.find((one) => sourceId(one) === source) ?? sources[0];
  const outputs = ports.outputs.filter((port) => port.kind === "main");
  const nameThen = useMemo(() => namesThen(workflow, ranWith), [workflow, ranWith]);
  const ranAs = nameThen(node.name);
  const runs = runsOf(run, ranAs);
  const details = useRunDetails(run, ranAs, runAt(runs, runNumber));
  const direct = sources.find((one) => one.input === 0);
  /** What of an earlier node reached the run that is looked at. */
  const reachingFrom = (source: Source | undefined): ItemSource | null => {
    if (source === undefined) return null;
    const name = nameThen(source.node);
    const came = cameFrom(source, name, details?.sources ?? []);
    const number = inputNumber ?? came?.run ?? runNumber;
    return itemsOf(workflow, run, source.node, { output: came?.output ?? source.output, number, pins, ranAs: name });
  };
  const input = useSame(reachingFrom(chosen));
  const reaching = useSame(reachingFrom(direct));
  const items = useSame(itemsOf(workflow, run, node.name, { output, number: runNumber, pins, ranAs }));
  const total = input === null ? 0 : input.kind === "held" ? input.items.length : input.total;

  return {
    description,
    sources,
    chosen,
    choose: (next: Source) => {
      setSource(sourceId(next));
      setInputRun(null);
      setItem(0);
    },
    runNumber,
    setRun: (next: number) => {
      setRun(next);
      setInputRun(null);
      setItem(0);
    },
    /** Which run of the earlier node is shown. */
    inputNumber: input?.kind === "run" ? input.run : null,
    setInputRun: (next: number) => {
      setInputRun(next);
      setItem(0);
    },
    details,
    outputs: outputs as readonly Port[],
    hasInput: ports.inputs.some((port) => port.kind === "main"),
    output,
    setOutput,
    input,
    /** What reaches the node by its first input, whatever the input pane shows. */
    reaching,
    items,
    /** The node's name in the run. */
    ranAs,
    runs,
    inputRuns: chosen === undefined ? [] : runsOf(run, nameThen(chosen.node)),
    /** The item that expressions are previewed with. */
    itemIndex: Math.min(item, Math.max(0, total - 1)),
    setItem,
    hovered,
    setHovered,
  };
}

function sourceId(source: Source): string {
  return JSON.stringify([source.node, source.output, source.input]);
}

/** The same object as long as it stands for the same items, so that panes do not begin anew. */
function useSame(found: ItemSource | null): ItemSource | null {
  const [kept, keep] = useState(found);
  if (kept === found || sameItems(kept, found)) return kept;
  keep(found);
  return found;
}

function sameItems(one: ItemSource | null, other: ItemSource | null): boolean {
  if (one === null || other === null) return one === other;
  if (one.kind === "held" || other.kind === "held") {
    return one.kind === "held" && other.kind === "held" && one.items === other.items;
  }
  return sourceKey(one) === sourceKey(other);
}
