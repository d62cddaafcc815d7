import { Handle, Position } from "@xyflow/react";
import { Plus } from "lucide-react";
import type { Port } from "@/model/ports";
import { useCanvasActions } from "./actions";
import { handleId } from "./drawing";
import classes from "./Step.module.css";

type Side = "input" | "output";

/** The handles of one side of a node: items left and right, sub-nodes above and below. */
export function Docks({ ports, side, node, open }: { ports: readonly Port[]; side: Side; node: string; open: string }) {
  const mains = ports.filter((port) => port.kind === "main");
  const others = ports.filter((port) => port.kind !== "main");
  const vacant = new Set(open.split(","));
  return [...mains, ...others].map((port) => {
    const row = port.kind === "main" ? mains : others;
    const id = handleId(port.kind, port.index);
    const at = (row.indexOf(port) + 1) / (row.length + 1);
    return <Dock key={id} id={id} port={port} side={side} at={at} node={node} vacant={vacant.has(id)} />;
  });
}

const PLACES = {
  main: { input: Position.Left, output: Position.Right },
  sub: { input: Position.Bottom, output: Position.Top },
} as const;

/** A handle, and for an output that leads nowhere the `+` that adds what comes next. */
function Dock({
  id,
  port,
  side,
  at,
  node,
  vacant,
}: {
  id: string;
  port: Port;
  side: Side;
  at: number;
  node: string;
  vacant: boolean;
}) {
  const actions = useCanvasActions();
  const main = port.kind === "main";
  const place = main ? { top: `${at * 100}%` } : { left: `${at * 100}%` };
  const labelled = main && side === "output" && port.label !== "";
  return (
    <>
      <Handle
        id={id}
        type={side === "input" ? "target" : "source"}
        position={PLACES[main ? "main" : "sub"][side]}
        style={place}
        className={classes.handle ?? ""}
        data-kind={main ? undefined : "sub"}
        data-error={port.error || undefined}
        data-side={side}
        isConnectable={actions !== null}
      />
      {labelled && (
        <span className={classes.label} style={place} data-error={port.error || undefined}>
          {port.label}
        </span>
      )}
      {main && side === "output" && vacant && actions !== null && (
        <button
          type="button"
          tabIndex={-1}
          className={`${classes.plus} nodrag nopan`}
          style={place}
          data-labelled={labelled || undefined}
          aria-label={`Add a node after ${node}${labelled ? `, ${port.label}` : ""}`}
          onClick={(event) => {
            event.stopPropagation();
            actions.addAfter(node, port);
          }}
        >
          <Plus size={13} />
        </button>
      )}
    </>
  );
}
