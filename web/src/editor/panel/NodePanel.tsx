import { Button, Kbd, Text, Tooltip } from "@mantine/core";
import { modals } from "@mantine/modals";
import { CircleStop, Play } from "lucide-react";
import { useRef } from "react";
import { nodeNamed } from "@/model/graph";
import type { WorkflowNode } from "@/model/workflow";
import { useExecute } from "../running";
import { useEditor, useEditorStore } from "../store";
import { InputPane } from "./InputPane";
import { useLooking } from "./looking";
import { Middle } from "./Middle";
import { Neighbours } from "./Neighbours";
import { NodeOutput } from "./NodeOutput";
import { NodeTitle } from "./NodeTitle";
import { PanelFrame, type Pressed } from "./PanelFrame";
import { neighboursOf } from "./sources";
import { TEXTS } from "./texts";

/** The open node: input | parameters | output, over the canvas. Reads and changes the editor's store. */
export function NodePanel() {
  const node = useEditor((state) => (state.openNode === null ? undefined : nodeNamed(state.workflow, state.openNode)));
  // By id: another name is still the same node, and what is looked at stays.
  return node === undefined ? null : <OpenNode key={node.id} node={node} />;
}

function OpenNode({ node }: { node: WorkflowNode }) {
  const store = useEditorStore();
  const workflow = useEditor((state) => state.workflow);
  const run = useEditor((state) => state.run);
  const ranWith = useEditor((state) => state.ranWith);
  const readOnly = useEditor((state) => state.readOnly);
  const { execute, stop, running } = useExecute();
  const looking = useLooking({ workflow, run, ranWith }, node, true);
  const dirty = useRef(false);

  /** Asks first if something that was written would be lost. */
  const leave = (then: () => void) => {
    if (!dirty.current) return then();
    modals.openConfirmModal({
      title: TEXTS.leaveEditing,
      children: <Text size="sm">{TEXTS.leaveEditingHint}</Text>,
      labels: { confirm: TEXTS.leave, cancel: TEXTS.stay },
      confirmProps: { color: "red" },
      onConfirm: then,
    });
  };
  const close = () => leave(() => store.getState().open(null));
  const go = (name: string) =>
    leave(() => {
      store.getState().select([name]);
      store.getState().open(name);
    });
  const executeStep = () => void execute({ destination: node.name });

  const onKeyDown = (event: Pressed) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!running && !readOnly) executeStep();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || takesArrows(event.target)) return;
    const { before, after } = neighboursOf(workflow, node.name);
    const to = event.key === "ArrowLeft" ? before[0] : event.key === "ArrowRight" ? after[0] : undefined;
    if (to !== undefined) {
      event.preventDefault();
      go(to);
    }
  };

  const executeButton = running ? (
    <Button size="xs" color="red" leftSection={<CircleStop size={15} />} onClick={() => void stop()}>
      {TEXTS.stop}
    </Button>
  ) : (
    <Tooltip label={<Kbd size="xs">Ctrl + Enter</Kbd>}>
      <Button size="xs" leftSection={<Play size={14} />} onClick={executeStep} disabled={readOnly}>
        {TEXTS.executeStep}
      </Button>
    </Tooltip>
  );

  return (
    <PanelFrame
      label={node.name}
      type={node.type}
      title={<NodeTitle node={node} readOnly={readOnly} />}
      about={
        <Text size="xs" c="dimmed" truncate title={looking.description.data?.summary}>
          {looking.description.data?.summary ?? node.type}
        </Text>
      }
      actions={
        <>
          {executeButton}
          <Neighbours workflow={workflow} node={node.name} onOpen={go} />
        </>
      }
      onClose={close}
      onKeyDown={onKeyDown}
      input={
        looking.hasInput || looking.sources.length > 0 ? (
          <InputPane
            sources={looking.sources}
            chosen={looking.chosen}
            onChoose={looking.choose}
            items={looking.input}
            runs={looking.inputRuns}
            runNumber={looking.inputNumber}
            onRun={looking.setInputRun}
            itemIndex={looking.itemIndex}
            onItem={looking.setItem}
            hovered={looking.hovered}
            onHover={looking.setHovered}
            notRun={
              <Button size="xs" variant="default" onClick={executeStep} loading={running} disabled={readOnly}>
                {TEXTS.executeStep}
              </Button>
            }
          />
        ) : null
      }
      middle={<Middle node={node} workflow={workflow} run={run} looking={looking} readOnly={readOnly} />}
      output={
        <NodeOutput
          node={node}
          ranWith={ranWith}
          looking={looking}
          readOnly={readOnly}
          running={running}
          onExecute={executeStep}
          onDirty={(now) => {
            dirty.current = now;
          }}
        />
      }
    />
  );
}

/** Whether what has the focus does something of its own with the arrow keys. */
function takesArrows(target: EventTarget | null): boolean {
  const own =
    'input, textarea, select, [contenteditable="true"], [role="grid"], [role="tab"], [role="radio"], [role="separator"], [role="tree"], [role="slider"]';
  return target instanceof Element && target.closest(own) !== null;
}
