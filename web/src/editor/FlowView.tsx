import "@xyflow/react/dist/style.css";
import { Background, BackgroundVariant, Controls, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { useMemo, useState } from "react";
import type { RunView } from "@/model/runs";
import type { Workflow } from "@/model/workflow";
import { useDescriptions } from "@/nodes/descriptions";
import { Drawing } from "./canvas/drawing";
import classes from "./canvas/Flow.module.css";
import { EDGE_TYPES, NODE_TYPES } from "./canvas/kinds";

export type Mark = "added" | "removed" | "changed";

const NO_MARKS: Readonly<Record<string, Mark>> = {};
const NOTHING = new Set<string>();
const NO_PROBLEMS = new Map<string, readonly string[]>();

/**
 * A workflow to look at: pan, zoom, select and open, but no change. What a run did is drawn onto nodes and wires;
 * `marks` colour nodes by what a comparison found. It fills its parent, which must have a height.
 */
export function FlowView({
  workflow,
  run = null,
  marks = NO_MARKS,
  selected = null,
  onSelect,
  onOpen,
}: {
  workflow: Workflow;
  run?: RunView | null;
  marks?: Readonly<Record<string, Mark>>;
  selected?: string | null;
  onSelect?: (node: string | null) => void;
  onOpen?: (node: string) => void;
}) {
  const [drawing] = useState(() => new Drawing());
  const descriptions = useDescriptions(workflow.nodes.map((node) => [node.type, node.typeVersion] as const));
  const selection = useMemo(() => (selected === null ? NOTHING : new Set([selected])), [selected]);
  const shown = { workflow, descriptions, run, selection, marks, stale: NOTHING, problems: NO_PROBLEMS };
  return (
    <ReactFlowProvider>
      <ReactFlow
        className={classes.flow ?? ""}
        nodes={drawing.nodes(shown)}
        edges={drawing.edges(shown)}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.2 }}
        minZoom={0.1}
        deleteKeyCode={null}
        // Zooming would swallow the double click that opens a node.
        zoomOnDoubleClick={onOpen === undefined}
        onNodeClick={(_, node) => onSelect?.(node.id)}
        onNodeDoubleClick={(_, node) => onOpen?.(node.id)}
        onPaneClick={() => onSelect?.(null)}
        onNodesChange={(changes) => {
          // Space and Enter on a focused node select it.
          for (const change of changes) if (change.type === "select" && change.selected) onSelect?.(change.id);
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={16} size={1.2} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </ReactFlowProvider>
  );
}
