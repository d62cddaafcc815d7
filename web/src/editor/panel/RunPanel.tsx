import { Text } from "@mantine/core";
import { CircleOff } from "lucide-react";
import { nodeNamed } from "@/model/graph";
import type { RunView } from "@/model/runs";
import type { Workflow, WorkflowNode } from "@/model/workflow";
import { Blank } from "./Blank";
import { InputPane } from "./InputPane";
import { useLooking } from "./looking";
import { OutputPane } from "./OutputPane";
import { PanelFrame } from "./PanelFrame";
import { ParameterSummary } from "./ParameterSummary";
import classes from "./panel.module.css";
import { TEXTS } from "./texts";

/** A node of an execution, to look at: what reached it, how it was set, what it put out. */
export function RunPanel({
  executionId,
  workflow,
  run,
  node,
  onClose,
}: {
  executionId: string;
  workflow: Workflow;
  run: RunView;
  /** The node's name. */
  node: string;
  onClose: () => void;
}) {
  const found = nodeNamed(workflow, node);
  if (found === undefined) return null;
  const view = run.executionId === executionId ? run : { ...run, executionId };
  return <Opened key={node} workflow={workflow} run={view} node={found} onClose={onClose} />;
}

function Opened({
  workflow,
  run,
  node,
  onClose,
}: {
  workflow: Workflow;
  run: RunView;
  node: WorkflowNode;
  onClose: () => void;
}) {
  const looking = useLooking({ workflow, run, ranWith: null }, node, false);
  const { chosen, hasInput } = looking;
  return (
    <PanelFrame
      label={node.name}
      type={node.type}
      title={<h2 className={classes.name}>{node.name}</h2>}
      about={
        <Text size="xs" c="dimmed" truncate>
          {looking.description.data?.summary}
        </Text>
      }
      onClose={onClose}
      input={
        hasInput || looking.sources.length > 0 ? (
          <InputPane
            sources={looking.sources}
            chosen={chosen}
            onChoose={looking.choose}
            items={looking.input}
            runs={looking.inputRuns}
            runNumber={looking.inputNumber}
            onRun={looking.setInputRun}
            itemIndex={looking.itemIndex}
            onItem={looking.setItem}
            hovered={looking.hovered}
            onHover={looking.setHovered}
          />
        ) : null
      }
      middle={<ParameterSummary node={node} description={looking.description.data ?? null} />}
      output={
        <OutputPane
          node={node.name}
          ports={looking.outputs}
          output={looking.output}
          onOutput={looking.setOutput}
          items={looking.items}
          details={looking.details}
          runs={looking.runs}
          runNumber={looking.runNumber}
          onRun={looking.setRun}
          hovered={looking.hovered}
          onHover={looking.setHovered}
          input={chosen?.input ?? null}
          notRun={<Blank icon={<CircleOff size={20} />} title={TEXTS.notRunHere} />}
        />
      }
    />
  );
}
