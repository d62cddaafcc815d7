import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { copied } from "@/model/clipboard";
import {
  addNode,
  changeNode,
  disconnect,
  moveNodes,
  reach,
  removeNodes,
  type Wire,
  wireId,
  wiresOf,
} from "@/model/graph";
import { tidied } from "@/model/layout";
import { type Item, type Position, STICKY_NOTE } from "@/model/workflow";
import { complain, tell } from "@/ui/notices";
import { newNote, type Purpose } from "./building";
import type { CanvasNode } from "./canvas/drawing";
import type { Command } from "./commands";
import { insertFragment } from "./pasting";
import { useExecute } from "./running";
import { useSaving } from "./saving";
import { useEditorStore } from "./store";

/** What the page lends to commands. */
export interface Around {
  readonly selectedWires: ReadonlySet<string>;
  add(purpose: Purpose): void;
  rename(node: string): void;
  showKeys(): void;
  showBar(): void;
  showSettings(): void;
  publish(): void;
  /** Items that a node put out in the run that is shown: what pinning keeps. */
  outputOf(node: string): Promise<readonly Item[]>;
}

export function useCommands(around: Around): readonly Command[] {
  const store = useEditorStore();
  const flow = useReactFlow<CanvasNode>();
  const saving = useSaving();
  const { execute, stop, running } = useExecute();
  const navigate = useNavigate();
  return useMemo(() => {
    const state = () => store.getState();
    const change = state().change;
    const selected = () => [...state().selection];
    const only = () => (state().selection.size === 1 ? selected()[0] : undefined);
    const steps = () => {
      const notes = new Set(
        state()
          .workflow.nodes.filter((node) => node.type === STICKY_NOTE)
          .map((node) => node.name),
      );
      return selected().filter((name) => !notes.has(name));
    };
    const middle = (): Position => {
      const frame = document.querySelector(".react-flow")?.getBoundingClientRect();
      const at = flow.screenToFlowPosition({
        x: (frame?.left ?? 0) + (frame?.width ?? 800) / 2,
        y: (frame?.top ?? 0) + (frame?.height ?? 600) / 2,
      });
      return [at.x - 48, at.y - 48];
    };
    const some = () => state().selection.size > 0;
    const copy = async (cut: boolean) => {
      await navigator.clipboard.writeText(copied(state().workflow, state().selection));
      if (cut) change("Cut", (before) => removeNodes(before, state().selection));
      tell(cut ? "Cut: paste it here, or into n8n" : "Copied: paste it here, or into n8n");
    };
    const flip = () => {
      const names = new Set(steps());
      const all = state().workflow.nodes.filter((node) => names.has(node.name));
      const disabled = !all.every((node) => node.disabled === true);
      change(disabled ? "Deactivate" : "Activate", (before) =>
        [...names].reduce(
          (workflow, name) =>
            changeNode(workflow, name, ({ disabled: _, ...node }) => (disabled ? { ...node, disabled } : node)),
          before,
        ),
      );
    };
    const pin = async () => {
      for (const name of steps()) {
        const { [name]: pins, ...others } = state().workflow.pinData ?? {};
        if (pins !== undefined) {
          change("Unpin", (before) => ({ ...before, pinData: others }));
          continue;
        }
        try {
          const items = await around.outputOf(name);
          change("Pin output", (before) => ({ ...before, pinData: { ...before.pinData, [name]: items } }));
        } catch (thrown) {
          complain(thrown, `The output of ${name} could not be pinned`);
        }
      }
    };
    const tidy = async () => {
      const names =
        state().selection.size > 1 ? state().selection : new Set(state().workflow.nodes.map((one) => one.name));
      const sizes = new Map(flow.getNodes().map((node) => [node.id, node]));
      const positions = await tidied(state().workflow, names, (name) => ({
        width: sizes.get(name)?.width ?? 96,
        height: sizes.get(name)?.height ?? 96,
      }));
      change("Tidy up", (before) => moveNodes(before, positions));
      requestAnimationFrame(() => flow.fitView({ maxZoom: 1, padding: 0.25, duration: 200 }));
    };
    const duplicate = () => {
      const text = copied(state().workflow, state().selection);
      const first = state().workflow.nodes.find((node) => state().selection.has(node.name));
      if (first !== undefined)
        insertFragment(store, text, [first.position[0] + 48, first.position[1] + 48], "Duplicate");
    };
    const step = (key: "arrowleft" | "arrowright" | "arrowup" | "arrowdown") => {
      const next = neighbour(state().workflow, only(), key);
      if (next !== undefined) {
        state().select([next]);
        document
          .querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(next)}"]`)
          ?.focus({ preventScroll: true });
      }
    };
    const align = (axis: 0 | 1) =>
      change("Align", (before) => {
        const nodes = before.nodes.filter((node) => state().selection.has(node.name));
        const at = Math.min(...nodes.map((node) => node.position[axis]));
        return moveNodes(
          before,
          new Map(nodes.map((node) => [node.name, axis === 0 ? [at, node.position[1]] : [node.position[0], at]])),
        );
      });
    const wires = (): Wire[] => wiresOf(state().workflow).filter((wire) => around.selectedWires.has(wireId(wire)));
    const commands: Command[] = [
      {
        id: "execute",
        section: "Run",
        label: "Execute workflow",
        keys: ["mod+enter"],
        enabled: () => !running,
        run: () => void execute(),
      },
      { id: "stop", section: "Run", label: "Stop the run", enabled: () => running, run: () => void stop() },
      {
        id: "execute-to",
        section: "Run",
        label: "Execute up to the selected node",
        keys: ["mod+shift+enter"],
        enabled: () => steps().length === 1,
        run: () => void execute({ destination: steps()[0] }),
      },
      {
        id: "clear-run",
        section: "Run",
        label: "Clear the run's data",
        enabled: () => state().run !== null,
        run: () => state().showRun(null, null),
      },
      { id: "save", section: "Workflow", label: "Save now", keys: ["mod+s"], run: () => void saving.flush() },
      { id: "publish", section: "Workflow", label: "Publish", keys: ["shift+p"], changes: true, run: around.publish },
      { id: "settings", section: "Workflow", label: "Workflow settings", run: around.showSettings },
      {
        id: "versions",
        section: "Workflow",
        label: "Version history",
        run: () => navigate(`/workflows/${state().workflowId}/versions`),
      },
      {
        id: "executions",
        section: "Workflow",
        label: "Executions of this workflow",
        run: () => navigate(`/workflows/${state().workflowId}/executions`),
      },
      {
        id: "open",
        section: "Workflow",
        label: "Open another workflow",
        keys: ["mod+o"],
        run: () => navigate("/workflows"),
      },
      {
        id: "add",
        section: "Draw",
        label: "Add a node",
        keys: ["n", "tab"],
        changes: true,
        run: () => around.add({ kind: "alone" }),
      },
      {
        id: "note",
        section: "Draw",
        label: "Add a sticky note",
        keys: ["shift+s"],
        changes: true,
        run: () =>
          change("Add note", (before) => {
            const [after, name] = addNode(before, newNote(middle()));
            state().select([name]);
            return after;
          }),
      },
      { id: "undo", section: "Draw", label: "Undo", keys: ["mod+z"], changes: true, run: () => state().undo() },
      {
        id: "redo",
        section: "Draw",
        label: "Redo",
        keys: ["mod+shift+z", "mod+y"],
        changes: true,
        run: () => state().redo(),
      },
      {
        id: "open-node",
        section: "Draw",
        label: "Open the selected node",
        keys: ["enter"],
        enabled: () => steps().length === 1,
        run: () => state().open(steps()[0] ?? null),
      },
      {
        id: "rename",
        section: "Draw",
        label: "Rename the selected node",
        keys: ["f2"],
        changes: true,
        enabled: () => only() !== undefined,
        run: () => around.rename(only() ?? ""),
      },
      {
        id: "disable",
        section: "Draw",
        label: "Deactivate or activate",
        keys: ["d"],
        changes: true,
        enabled: some,
        run: flip,
      },
      {
        id: "pin",
        section: "Draw",
        label: "Pin or unpin the output",
        keys: ["p"],
        changes: true,
        enabled: some,
        run: () => void pin(),
      },
      { id: "copy", section: "Draw", label: "Copy", keys: ["mod+c"], enabled: some, run: () => void copy(false) },
      {
        id: "cut",
        section: "Draw",
        label: "Cut",
        keys: ["mod+x"],
        changes: true,
        enabled: some,
        run: () => void copy(true),
      },
      {
        id: "duplicate",
        section: "Draw",
        label: "Duplicate",
        keys: ["mod+d"],
        changes: true,
        enabled: some,
        run: duplicate,
      },
      {
        id: "delete",
        section: "Draw",
        label: "Delete",
        keys: ["delete", "backspace"],
        changes: true,
        enabled: () => some() || around.selectedWires.size > 0,
        run: () => change("Delete", (before) => removeNodes(disconnect(before, wires()), selected())),
      },
      {
        id: "tidy",
        section: "Draw",
        label: "Tidy up",
        keys: ["alt+shift+t"],
        changes: true,
        run: () => void tidy().catch((thrown) => complain(thrown)),
      },
      {
        id: "align-left",
        section: "Draw",
        label: "Align to the left",
        changes: true,
        enabled: () => state().selection.size > 1,
        run: () => align(0),
      },
      {
        id: "align-top",
        section: "Draw",
        label: "Align to the top",
        changes: true,
        enabled: () => state().selection.size > 1,
        run: () => align(1),
      },
      {
        id: "select-all",
        section: "Select",
        label: "Select everything",
        keys: ["mod+a"],
        run: () => state().select(state().workflow.nodes.map((node) => node.name)),
      },
      {
        id: "select-none",
        section: "Select",
        label: "Select nothing",
        keys: ["escape"],
        keyOnly: true,
        run: () => state().select([]),
      },
      {
        id: "left",
        section: "Select",
        label: "Select what is before",
        keys: ["arrowleft"],
        keyOnly: true,
        run: () => step("arrowleft"),
      },
      {
        id: "right",
        section: "Select",
        label: "Select what is next",
        keys: ["arrowright"],
        keyOnly: true,
        run: () => step("arrowright"),
      },
      {
        id: "up",
        section: "Select",
        label: "Select what is above",
        keys: ["arrowup"],
        keyOnly: true,
        run: () => step("arrowup"),
      },
      {
        id: "down",
        section: "Select",
        label: "Select what is below",
        keys: ["arrowdown"],
        keyOnly: true,
        run: () => step("arrowdown"),
      },
      {
        id: "upstream",
        section: "Select",
        label: "Select all that comes before",
        keys: ["shift+arrowleft"],
        enabled: () => only() !== undefined,
        run: () => state().select([only() ?? "", ...reach(state().workflow, only() ?? "", "upstream")]),
      },
      {
        id: "downstream",
        section: "Select",
        label: "Select all that follows",
        keys: ["shift+arrowright"],
        enabled: () => only() !== undefined,
        run: () => state().select([only() ?? "", ...reach(state().workflow, only() ?? "", "downstream")]),
      },
      {
        id: "zoom-in",
        section: "View",
        label: "Zoom in",
        keys: ["+", "="],
        run: () => void flow.zoomIn({ duration: 120 }),
      },
      {
        id: "zoom-out",
        section: "View",
        label: "Zoom out",
        keys: ["-", "_"],
        run: () => void flow.zoomOut({ duration: 120 }),
      },
      {
        id: "zoom-reset",
        section: "View",
        label: "Zoom to 100 %",
        keys: ["0"],
        run: () => void flow.zoomTo(1, { duration: 120 }),
      },
      {
        id: "fit",
        section: "View",
        label: "Show everything",
        keys: ["1"],
        run: () => void flow.fitView({ maxZoom: 1, padding: 0.25, duration: 200 }),
      },
      { id: "bar", section: "View", label: "Command bar", keys: ["mod+k"], keyOnly: true, run: around.showBar },
      { id: "keys", section: "View", label: "Keyboard shortcuts", keys: ["?"], run: around.showKeys },
    ];
    return commands.filter((command) => command.changes !== true || !state().readOnly);
  }, [store, flow, saving, execute, stop, running, navigate, around]);
}

const DIRECTIONS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] } as const;

/** The nearest node in a direction; without one to start at, the leftmost. */
function neighbour(
  workflow: { readonly nodes: readonly { readonly name: string; readonly position: Position }[] },
  from: string | undefined,
  key: keyof typeof DIRECTIONS,
): string | undefined {
  const start = workflow.nodes.find((node) => node.name === from);
  if (start === undefined) return [...workflow.nodes].sort((a, b) => a.position[0] - b.position[0])[0]?.name;
  const [dx, dy] = DIRECTIONS[key];
  const distances = workflow.nodes.flatMap((node) => {
    const [x, y] = [node.position[0] - start.position[0], node.position[1] - start.position[1]];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    return along > 0 && node !== start ? [{ name: node.name, distance: along + 2 * aside }] : [];
  });
  return distances.sort((a, b) => a.distance - b.distance)[0]?.name;
}
