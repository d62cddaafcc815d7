import { Tooltip } from "@mantine/core";
import type { NodeProps } from "@xyflow/react";
import {
  CircleCheck,
  CircleSlash,
  CircleX,
  Clock,
  LoaderCircle,
  Pin,
  RotateCw,
  TriangleAlert,
  Zap,
} from "lucide-react";
import { memo } from "react";
import type { NodeRun } from "@/model/runs";
import { NodeTile } from "@/nodes/NodeTile";
import { subtitleOf } from "@/nodes/subtitle";
import { Docks } from "./Docks";
import type { StepNode } from "./drawing";
import classes from "./Step.module.css";

/** A node on the canvas. */
export const Step = memo(function Step({ data, selected, id }: NodeProps<StepNode>) {
  const { node, ports, open, description, runs, pinned, stale, mark, problems } = data;
  const trigger = description?.trigger != null || description?.group === "trigger";
  const last = runs?.at(-1);
  const unknown = description === null;
  const error = last?.error;
  return (
    <div
      className={classes.step}
      data-selected={selected || undefined}
      data-trigger={trigger || undefined}
      data-disabled={node.disabled === true || undefined}
      data-status={last?.status}
      data-pinned={pinned || undefined}
      data-mark={mark}
      data-unknown={unknown || undefined}
      data-testid={`step-${node.name}`}
    >
      {trigger && <Zap size={13} className={classes.bolt} aria-hidden="true" />}
      <Docks ports={ports.inputs} side="input" node={id} open="" />
      <NodeTile type={node.type} size={44} />
      <Docks ports={ports.outputs} side="output" node={id} open={open} />
      <div className={classes.badges}>
        {pinned && (
          <Tooltip label="Its output is pinned: test runs take it as it is">
            <Pin size={14} className={classes.pin} aria-label="Pinned" />
          </Tooltip>
        )}
        {problems.length > 0 && last === undefined && (
          <Tooltip label={problems.join("\n")} multiline style={{ whiteSpace: "pre-line" }}>
            <TriangleAlert size={15} className={classes.warning} aria-label={problems.join("; ")} />
          </Tooltip>
        )}
        <RunMark run={last} runs={runs?.length ?? 0} stale={stale} />
      </div>
      <div className={classes.texts}>
        <div className={classes.name}>{node.name}</div>
        <div className={classes.subtitle}>
          {unknown ? "Not supported here" : node.disabled === true ? "Deactivated" : subtitleOf(node, description)}
        </div>
        {node.notesInFlow === true && node.notes !== undefined && <div className={classes.notes}>{node.notes}</div>}
        {error !== undefined && <div className={classes.error}>{error.split("\n")[0]}</div>}
      </div>
    </div>
  );
});

function RunMark({ run, runs, stale }: { run: NodeRun | undefined; runs: number; stale: boolean }) {
  if (run === undefined) return null;
  const many = runs > 1 && <span className={classes.count}>{runs}×</span>;
  switch (run.status) {
    case "running":
      return <LoaderCircle size={16} className={classes.running} aria-label="Running" />;
    case "retrying":
      return <RotateCw size={15} className={classes.running} aria-label="Trying again" />;
    case "success":
      return stale ? (
        <Tooltip label="Changed since it ran">
          <TriangleAlert size={15} className={classes.warning} aria-label="Changed since it ran" />
        </Tooltip>
      ) : (
        <>
          {many}
          <CircleCheck size={16} className={classes.success} aria-label={run.reused ? "Reused" : "Succeeded"} />
        </>
      );
    case "error":
      return <CircleX size={16} className={classes.failed} aria-label="Failed" />;
    case "waiting":
      return <Clock size={16} className={classes.warning} aria-label="Waiting" />;
    case "canceled":
      return <CircleSlash size={16} className={classes.canceled} aria-label="Canceled" />;
  }
}
