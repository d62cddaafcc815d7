import { useMemo } from "react";
import { missing } from "@/model/parameters";
import { STICKY_NOTE } from "@/model/workflow";
import { keyOf, type NodeDescription } from "@/nodes/descriptions";
import { useEditor } from "./store";

/** Why nodes cannot run as they are, by name. */
export function useProblems(
  descriptions: ReadonlyMap<string, NodeDescription | null | undefined>,
): ReadonlyMap<string, readonly string[]> {
  const workflow = useEditor((state) => state.workflow);
  return useMemo(() => {
    const found = new Map<string, readonly string[]>();
    for (const node of workflow.nodes) {
      if (node.type === STICKY_NOTE || node.disabled === true) continue;
      const description = descriptions.get(keyOf(node.type, node.typeVersion));
      if (description === null) {
        found.set(node.name, [`${node.type} is not supported here. It is kept as it is, and cannot run.`]);
      } else if (description !== undefined) {
        const lacking = missing(description, node);
        if (lacking.length > 0) found.set(node.name, lacking);
      }
    }
    return found;
  }, [workflow, descriptions]);
}
