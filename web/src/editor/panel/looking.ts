import { useMemo, useState } from "react";
import type { ItemSource } from "@/data/items";
import type { Hovered } from "@/data/links";
import { wiresOf } from "@/model/graph";
import { type Port, portsOf } from "@/model/ports";
import type { RunView } from "@/model/runs";
import type { Workflow, WorkflowNode } from "@/model/workflow";
import { useDescription } from "@/nodes/descriptions";
import { itemsOf, type Source, sourcesOf } from "./sources";

/**
 * What a panel shows of a node's data: which earlier node, which run, which output, which item. Give the component
 * that calls it the node as its key: another node is looked at from the beginning.
 */
export function useLooking(workflow: Workflow, run: RunView | null, node: WorkflowNode, pins: boolean) {
  const description = useDescription(node.type, node.typeVersion);
  const sources = useMemo(() => sourcesOf(workflow, node.name), [workflow, node.name]);
  const [source, setSource] = useState<string | null>(null);
  const [runNumber, setRun] = useState<number | null>(null);
  const [output, setOutput] = useState(0);
  const [item, setItem] = useState(0);
  const [hovered, setHovered] = useState<Hovered | null>(null);

  const ports = useMemo(() => {
    const own = wiresOf(workflow).filter((wire) => wire.source === node.name || wire.target === node.name);
    return portsOf(node, description.data, own);
  }, [workflow, node, description.data]);
  const chosen = sources.find((one) => sourceId(one) === source) ?? sources[0];
  const outputs = ports.outputs.filter((port) => port.kind === "main");
  const input = useItemsOf(workflow, run, chosen?.node ?? "", chosen?.output ?? 0, runNumber, pins);
  const items = useItemsOf(workflow, run, node.name, output, runNumber, pins);
  const total = input === null ? 0 : input.kind === "held" ? input.items.length : input.total;

  return {
    description,
    sources,
    chosen,
    choose: (next: Source) => {
      setSource(sourceId(next));
      setItem(0);
    },
    runNumber,
    setRun: (next: number) => {
      setRun(next);
      setItem(0);
    },
    outputs: outputs as readonly Port[],
    hasInput: ports.inputs.some((port) => port.kind === "main"),
    output,
    setOutput,
    input: chosen === undefined ? null : input,
    items,
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
function useItemsOf(
  workflow: Workflow,
  run: RunView | null,
  node: string,
  output: number,
  number: number | null,
  pins: boolean,
): ItemSource | null {
  const found = itemsOf(workflow, run, node, { output, number, pins });
  const parts = found === null ? [null] : found.kind === "held" ? [found.items] : Object.values(found);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the source is made of, not the object around it.
  return useMemo(() => found, [parts.length, ...padded(parts)]);
}

function padded(parts: readonly unknown[]): readonly unknown[] {
  return Array.from({ length: 6 }, (_, place) => parts[place]);
}
