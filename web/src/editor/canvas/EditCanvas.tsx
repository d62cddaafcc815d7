import "@xyflow/react/dist/style.css";
import {
  Background,
  BackgroundVariant,
  type Connection,
  ConnectionMode,
  MiniMap,
  type NodeChange,
  type OnConnectEnd,
  Panel,
  ReactFlow,
  SelectionMode,
  useReactFlow,
} from "@xyflow/react";
import { type MouseEvent, type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { changeNode, connect, disconnect, moveNodes, type Wire } from "@/model/graph";
import { GRID } from "@/model/layout";
import type { Port } from "@/model/ports";
import type { Position } from "@/model/workflow";
import { useDescriptions } from "@/nodes/descriptions";
import type { Purpose } from "../building";
import { useProblems } from "../problems";
import { useEditor, useEditorStore } from "../store";
import { type CanvasActions, CanvasActionsProvider } from "./actions";
import { type CanvasEdge, type CanvasNode, Drawing, readHandle } from "./drawing";
import classes from "./Flow.module.css";
import { EDGE_TYPES, NODE_TYPES } from "./kinds";

const NO_MARKS = {};

/** The canvas on which a workflow is drawn. */
export function EditCanvas({
  children,
  onAdd,
  onDropType,
  onMenu,
  selectedWires,
  onSelectWires,
}: {
  children?: ReactNode;
  onAdd: (purpose: Purpose) => void;
  onDropType: (event: React.DragEvent, at: Position) => void;
  onMenu: (event: MouseEvent, node: string | null) => void;
  selectedWires: ReadonlySet<string>;
  onSelectWires: (ids: ReadonlySet<string>) => void;
}) {
  const store = useEditorStore();
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const [drawing] = useState(() => new Drawing());
  const workflow = useEditor((state) => state.workflow);
  const run = useEditor((state) => state.run);
  const ranWith = useEditor((state) => state.ranWith);
  const selection = useEditor((state) => state.selection);
  const readOnly = useEditor((state) => state.readOnly);
  const descriptions = useDescriptions(workflow.nodes.map((node) => [node.type, node.typeVersion] as const));
  const problems = useProblems(descriptions);
  // While nodes are dragged the canvas is ahead of the workflow, which changes once, when they are let go.
  const [dragged, setDragged] = useState<ReadonlyMap<string, Position> | null>(null);

  const stale = useMemo(() => {
    if (run === null || ranWith === null || ranWith === workflow) return new Set<string>();
    const before = new Map(ranWith.nodes.map((node) => [node.name, node.parameters]));
    return new Set(workflow.nodes.filter((node) => before.get(node.name) !== node.parameters).map((node) => node.name));
  }, [workflow, ranWith, run]);

  const drawn = useMemo(
    () => drawing.nodes({ workflow, descriptions, run, selection, marks: NO_MARKS, stale, problems }),
    [drawing, workflow, descriptions, run, selection, stale, problems],
  );
  const nodes = useMemo(
    () =>
      dragged === null
        ? drawn
        : drawn.map((node) => {
            const at = dragged.get(node.id);
            return at === undefined ? node : { ...node, position: { x: at[0], y: at[1] }, dragging: true };
          }),
    [drawn, dragged],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for the ports that the drawing found
  const edges = useMemo(() => {
    const shown = { workflow, descriptions, run, selection, marks: NO_MARKS, stale, problems };
    return drawing.edges(shown).map((edge) => (selectedWires.has(edge.id) ? { ...edge, selected: true } : edge));
  }, [drawing, drawn, workflow, run, selectedWires]);

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const { selection: selected } = store.getState();
      let next: Set<string> | null = null;
      const moved = new Map<string, Position>();
      let settled = false;
      for (const change of changes) {
        if (change.type === "select") {
          next ??= new Set(selected);
          if (change.selected) next.add(change.id);
          else next.delete(change.id);
        } else if (change.type === "position" && change.position !== undefined) {
          moved.set(change.id, [change.position.x, change.position.y]);
          if (change.dragging !== true) settled = true;
        }
      }
      if (next !== null) store.getState().select(next);
      if (moved.size === 0) return;
      if (settled) {
        setDragged(null);
        store.getState().change("Move", (before) => moveNodes(before, moved));
      } else {
        setDragged(moved);
      }
    },
    [store],
  );

  const onConnect = useCallback(
    (made: Connection) => {
      const wire = wireOf(made);
      if (wire !== null) store.getState().change("Connect", (before) => connect(before, wire));
    },
    [store],
  );

  const onConnectEnd = useCallback<OnConnectEnd>(
    (event, state) => {
      if (state.isValid === true || state.fromNode === null || state.fromHandle?.type !== "source") return;
      const { kind, index } = readHandle(state.fromHandle.id);
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (point === undefined) return;
      const under = document.elementFromPoint(point.clientX, point.clientY)?.closest<HTMLElement>(".react-flow__node")
        ?.dataset.id;
      if (under !== undefined && under !== state.fromNode.id) {
        const input = drawing.portsOf(under)?.inputs.find((port) => port.kind === kind);
        if (input === undefined) return;
        const wire = {
          source: state.fromNode.id,
          kind,
          output: index,
          target: under,
          targetKind: kind,
          input: input.index,
        };
        store.getState().change("Connect", (before) => connect(before, wire));
        return;
      }
      const at = flow.screenToFlowPosition({ x: point.clientX, y: point.clientY });
      onAdd({ kind: "after", node: state.fromNode.id, port: { kind, index, label: "" }, at: [at.x, at.y - 48] });
    },
    [drawing, flow, onAdd, store],
  );

  const actions = useActions(onAdd);
  const frame = useRef<HTMLDivElement>(null);
  return (
    <CanvasActionsProvider value={readOnly ? null : actions}>
      <ReactFlow<CanvasNode, CanvasEdge>
        ref={frame}
        className={classes.flow ?? ""}
        aria-label="Canvas"
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={(changes) => {
          const next = new Set(selectedWires);
          for (const change of changes) {
            if (change.type !== "select") continue;
            if (change.selected) next.add(change.id);
            else next.delete(change.id);
          }
          onSelectWires(next);
        }}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={(made) =>
          readHandle(made.sourceHandle).kind === readHandle(made.targetHandle).kind &&
          (made.source !== made.target || readHandle(made.sourceHandle).kind === "main")
        }
        onNodeClick={(event, node) => {
          // A click means this node, also when it was one of many that were selected.
          if (!event.shiftKey && !event.ctrlKey && !event.metaKey) store.getState().select([node.id]);
        }}
        onNodeDoubleClick={(_, node) => {
          if (node.type === "step") store.getState().open(node.id);
        }}
        onNodeContextMenu={(event, node) => {
          if (!store.getState().selection.has(node.id)) store.getState().select([node.id]);
          onMenu(event, node.id);
        }}
        onPaneContextMenu={(event) => onMenu(event as MouseEvent, null)}
        onDragOver={(event) => {
          event.preventDefault();
          event.dataTransfer.dropEffect = "copy";
        }}
        onDrop={(event) => {
          event.preventDefault();
          const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
          onDropType(event, [at.x - 48, at.y - 48]);
        }}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        connectionMode={ConnectionMode.Strict}
        connectionRadius={32}
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        panOnDrag={[1, 2]}
        panActivationKeyCode="Space"
        panOnScroll
        zoomOnScroll={false}
        zoomOnDoubleClick={false}
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        selectionKeyCode={null}
        deleteKeyCode={null}
        disableKeyboardA11y
        nodesFocusable
        edgesFocusable={false}
        snapToGrid
        snapGrid={[GRID, GRID]}
        minZoom={0.08}
        maxZoom={2.5}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.25 }}
        elevateNodesOnSelect={false}
      >
        <Background variant={BackgroundVariant.Dots} gap={GRID} size={1.2} />
        {nodes.length > 3 && <MiniMap pannable zoomable ariaLabel="Overview" style={{ width: 150, height: 96 }} />}
        <Panel position="top-left">{null}</Panel>
        {children}
      </ReactFlow>
    </CanvasActionsProvider>
  );
}

function useActions(onAdd: (purpose: Purpose) => void): CanvasActions {
  const store = useEditorStore();
  return useMemo(
    () => ({
      addAfter: (node: string, port: Port) => onAdd({ kind: "after", node, port }),
      insertInto: (wire: Wire) => onAdd({ kind: "into", wire }),
      cut: (wire: Wire) => store.getState().change("Delete connection", (before) => disconnect(before, [wire])),
      changeNote: (node: string, content: string) =>
        store
          .getState()
          .change("Write note", (before) =>
            changeNode(before, node, (note) =>
              note.parameters.content === content ? note : { ...note, parameters: { ...note.parameters, content } },
            ),
          ),
      resizeNote: (node: string, x: number, y: number, width: number, height: number) =>
        store.getState().change("Resize note", (before) =>
          changeNode(before, node, (note) => ({
            ...note,
            position: [x, y],
            parameters: { ...note.parameters, width: Math.round(width), height: Math.round(height) },
          })),
        ),
    }),
    [store, onAdd],
  );
}

function wireOf(made: Connection): Wire | null {
  const from = readHandle(made.sourceHandle);
  const to = readHandle(made.targetHandle);
  if (from.kind !== to.kind) return null;
  return {
    source: made.source,
    kind: from.kind,
    output: from.index,
    target: made.target,
    targetKind: to.kind,
    input: to.index,
  };
}
