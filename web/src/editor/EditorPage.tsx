import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { type MouseEvent, useCallback, useMemo, useState } from "react";
import { type Position, STICKY_NOTE } from "@/model/workflow";
import { type NodeType, useNodeTypes } from "@/nodes/descriptions";
import { WorkflowSettingsModal } from "@/workflows/WorkflowSettingsModal";
import { type Purpose, placed } from "./building";
import { CanvasMenu } from "./CanvasMenu";
import { CommandBar } from "./CommandBar";
import { ConflictBar } from "./ConflictBar";
import type { CanvasNode } from "./canvas/drawing";
import { EditCanvas } from "./canvas/EditCanvas";
import { useDebugging } from "./debugging";
import classes from "./EditorPage.module.css";
import { ExecuteBar } from "./ExecuteBar";
import { FirstStep } from "./FirstStep";
import { KeySheet } from "./KeySheet";
import { ListeningBar } from "./ListeningBar";
import { outputOf } from "./outputs";
import { PALETTE_DRAG, Palette } from "./Palette";
import { LogsPanel } from "./panel/LogsPanel";
import { NodePanel } from "./panel/NodePanel";
import { useWarmUp } from "./panel/warmUp";
import { RenameModal } from "./RenameModal";
import { type EditorState, useEditor, useEditorStore } from "./store";
import { RightRail, ViewTools } from "./tools";
import { type Around, useCommands } from "./useCommands";
import { useClipboard, useKeys } from "./useKeys";

/** The canvas of a workflow with all that is around it. */
export default function EditorPage() {
  return (
    <ReactFlowProvider>
      <EditorBody />
    </ReactFlowProvider>
  );
}

function EditorBody() {
  const store = useEditorStore();
  const flow = useReactFlow<CanvasNode>();
  const types = useNodeTypes().data;
  const workflowId = useEditor((state) => state.workflowId);
  const empty = useEditor((state) => state.workflow.nodes.length === 0);
  const settings = useEditor((state) => state.workflow.settings);
  const readOnly = useEditor((state) => state.readOnly);
  const panelOpen = useEditor((state) => state.openNode !== null);
  const [palette, setPalette] = useState<Purpose | null>(null);
  const [bar, setBar] = useState(false);
  const [sheet, setSheet] = useState(false);
  const [settingsOpen, setSettingsOpen] = useState(false);
  const [renaming, setRenaming] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ x: number; y: number; node: string | null } | null>(null);
  const [selectedWires, setSelectedWires] = useState<ReadonlySet<string>>(new Set());
  useDebugging();
  useWarmUp();

  const middle = useCallback((): Position => {
    const frame = document.querySelector(".react-flow")?.getBoundingClientRect();
    const at = flow.screenToFlowPosition({
      x: (frame?.left ?? 0) + (frame?.width ?? 800) / 2,
      y: (frame?.top ?? 0) + (frame?.height ?? 600) / 2,
    });
    return [at.x - 48, at.y - 48];
  }, [flow]);

  const build = useCallback(
    (type: NodeType, purpose: Purpose) => {
      let name = "";
      store.getState().change(`Add ${type.title}`, (before) => {
        const [after, added] = placed(before, type, behindSelected(store.getState(), type, purpose), middle());
        name = added;
        return after;
      });
      setPalette(null);
      store.getState().select([name]);
      // A trigger that has nothing to be set is not worth a panel of its own.
      if (type.type !== "n8n-nodes-base.manualTrigger") store.getState().open(name);
    },
    [store, middle],
  );

  const around = useMemo<Around>(
    () => ({
      selectedWires,
      add: setPalette,
      rename: setRenaming,
      showKeys: () => setSheet(true),
      showBar: () => setBar(true),
      showSettings: () => setSettingsOpen(true),
      publish: () => document.querySelector<HTMLElement>("[data-publish]")?.click(),
      outputOf: (node) => outputOf(store.getState().run, node),
    }),
    [selectedWires, store],
  );
  const commands = useCommands(around);
  useKeys(commands, panelOpen || bar || sheet || renaming !== null || settingsOpen);
  useClipboard(panelOpen, types);

  const goTo = (node: string) => {
    store.getState().select([node]);
    void flow.fitView({ nodes: [{ id: node }], maxZoom: 1.1, duration: 250 });
  };
  return (
    <div className={classes.editor}>
      <div className={classes.canvas}>
        <EditCanvas
          onAdd={setPalette}
          onDropType={(event, at) => {
            const type = types?.find((one) => one.type === event.dataTransfer.getData(PALETTE_DRAG));
            if (type !== undefined) build(type, { kind: "alone", at });
          }}
          onMenu={(event: MouseEvent, node) => {
            event.preventDefault();
            setMenu({ x: event.clientX, y: event.clientY, node });
          }}
          selectedWires={selectedWires}
          onSelectWires={setSelectedWires}
        />
        {empty && !readOnly && palette === null && <FirstStep onAdd={() => setPalette({ kind: "alone" })} />}
        <ConflictBar />
        <ListeningBar />
        <ViewTools commands={commands} />
        {palette === null && <RightRail commands={commands} onSearch={() => setBar(true)} readOnly={readOnly} />}
        {!empty && <ExecuteBar />}
        {palette !== null && (
          <Palette
            purpose={palette}
            empty={empty}
            onChoose={(type) => build(type, palette)}
            onClose={() => setPalette(null)}
          />
        )}
      </div>
      <LogsPanel />
      {panelOpen && <NodePanel />}
      {menu !== null && <CanvasMenu {...menu} commands={commands} onClose={() => setMenu(null)} />}
      {bar && (
        <CommandBar
          commands={commands}
          onAdd={(type) => build(type, { kind: "alone" })}
          onGoTo={goTo}
          onClose={() => setBar(false)}
        />
      )}
      {sheet && <KeySheet commands={commands} onClose={() => setSheet(false)} />}
      {renaming !== null && <RenameModal node={renaming} onClose={() => setRenaming(null)} />}
      {settingsOpen && (
        <WorkflowSettingsModal
          workflowId={workflowId}
          settings={settings}
          readOnly={readOnly}
          onClose={() => setSettingsOpen(false)}
          onChange={(next) => store.getState().change("Change settings", (before) => ({ ...before, settings: next }))}
        />
      )}
    </div>
  );
}

/** What is added while one node is selected comes behind it, as far as its first output leads nowhere yet. */
function behindSelected({ workflow, selection }: EditorState, type: NodeType, purpose: Purpose): Purpose {
  const [only] = selection;
  if (purpose.kind !== "alone" || purpose.at !== undefined || selection.size !== 1 || only === undefined)
    return purpose;
  const node = workflow.nodes.find((one) => one.name === only);
  const leads = (workflow.connections[only]?.main?.[0] ?? []).length > 0;
  if (node === undefined || node.type === STICKY_NOTE || leads || type.trigger !== null) return purpose;
  return { kind: "after", node: only, port: { kind: "main", index: 0, label: "" } };
}
