import { ActionIcon } from "@mantine/core";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath, Position } from "@xyflow/react";
import { Plus, Trash2 } from "lucide-react";
import { memo, useState } from "react";
import { useCanvasActions } from "./actions";
import type { CanvasEdge } from "./drawing";
import classes from "./Wire.module.css";

/** A wire, with the items that went over it, and on hover what inserts a node or cuts it. */
export const WireEdge = memo(function WireEdge(props: EdgeProps<CanvasEdge>) {
  const { sourceX, sourceY, targetX, targetY, data, selected, id } = props;
  const actions = useCanvasActions();
  const [hovered, setHovered] = useState(false);
  const sub = data !== undefined && data.wire.kind !== "main";
  const back = !sub && targetX < sourceX - 16;
  // A way back, as loops have it, goes round below the nodes and not through them.
  const [path, labelX, labelY] = back
    ? getSmoothStepPath({
        ...props,
        borderRadius: 18,
        offset: 36,
        centerY: Math.max(sourceY, targetY) + 120,
      })
    : getBezierPath({
        ...props,
        sourcePosition: sub ? Position.Top : Position.Right,
        targetPosition: sub ? Position.Bottom : Position.Left,
        curvature: 0.3,
      });
  const items = data?.items;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only shows what the keyboard reaches otherwise
    <g
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
      className={classes.wire}
      data-state={data?.error ? "error" : items !== undefined && items > 0 ? "used" : undefined}
      data-selected={selected || undefined}
    >
      <BaseEdge id={id} path={path} interactionWidth={22} className={`${classes.path} ${sub ? classes.sub : ""}`} />
      <EdgeLabelRenderer>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
        <div
          className={`${classes.middle} nodrag nopan`}
          style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          onMouseEnter={() => setHovered(true)}
          onMouseLeave={() => setHovered(false)}
        >
          {hovered && actions !== null && data !== undefined ? (
            <ActionIcon.Group>
              {!sub && (
                <ActionIcon
                  variant="default"
                  size="sm"
                  aria-label="Insert a node here"
                  onClick={() => actions.insertInto(data.wire)}
                >
                  <Plus size={14} />
                </ActionIcon>
              )}
              <ActionIcon
                variant="default"
                size="sm"
                aria-label="Delete this connection"
                onClick={() => actions.cut(data.wire)}
              >
                <Trash2 size={13} />
              </ActionIcon>
            </ActionIcon.Group>
          ) : (
            items !== undefined && (
              <span className={classes.items} data-some={items > 0 || undefined}>
                {items} {items === 1 ? "item" : "items"}
              </span>
            )
          )}
        </div>
      </EdgeLabelRenderer>
    </g>
  );
});
