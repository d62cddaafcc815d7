import { Alert, Anchor, Group, Text } from "@mantine/core";
import { Hourglass, TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { ExecutionShape } from "@/api/schema";
import type { LiveEvent } from "@/api/stream";
import { FlowView } from "@/editor/FlowView";
import { RunPanel } from "@/editor/panel/RunPanel";
import type { Workflow } from "@/model/workflow";
import { Loaded } from "@/ui/Loaded";
import { StatusBadge } from "@/ui/StatusBadge";
import { exact, lasting, Moment } from "@/ui/times";
import { ExecutionActions } from "./ExecutionActions";
import classes from "./ExecutionView.module.css";
import { Scrubber } from "./Scrubber";
import { moments } from "./scrubbing";
import { useEvents, useExecution } from "./useHistory";

/** One execution: how it went, on what was drawn then, at any moment of it. */
export function ExecutionView({ executionId, onGone }: { executionId: string; onGone: () => void }) {
  const query = useExecution(executionId);
  return (
    <Loaded query={query}>
      {({ execution, workflow }) => (
        <Shown key={execution.id} execution={execution} workflow={workflow} onGone={onGone} />
      )}
    </Loaded>
  );
}

function Shown({ execution, workflow, onGone }: { execution: ExecutionShape; workflow: Workflow; onGone: () => void }) {
  const events = useEvents(execution.id);
  // Null follows the run: the last moment, also as more of them come.
  const [chosen, setChosen] = useState<number | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const views = useMemo(() => moments(execution.id, events), [execution.id, events]);
  const position = Math.min(chosen ?? events.length, events.length);
  const view = views[position] ?? views[0];
  return (
    <div className={classes.view}>
      <Head execution={execution} events={events} onGone={onGone} />
      {execution.error != null && (
        <Alert color="red" p="xs" radius={0} icon={<TriangleAlert size={16} />}>
          <Group gap="xs">
            <Text size="sm" lineClamp={2}>
              {execution.error}
            </Text>
            {execution.lastNode != null && (
              <Anchor component="button" size="sm" onClick={() => setOpen(execution.lastNode ?? null)}>
                Look at {execution.lastNode}
              </Anchor>
            )}
          </Group>
        </Alert>
      )}
      <div className={classes.canvas}>
        <FlowView
          workflow={workflow}
          run={view}
          selected={selected}
          onSelect={setSelected}
          onOpen={(node) => setOpen(node)}
        />
      </div>
      <Scrubber
        events={events}
        position={position}
        onPosition={(next) => setChosen(next >= events.length ? null : next)}
        onSelect={(node) => {
          setSelected(node);
          setOpen(node);
        }}
      />
      {open !== null && view !== undefined && (
        <RunPanel
          executionId={execution.id}
          workflow={workflow}
          run={views.at(-1) ?? view}
          node={open}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}

function Head({
  execution,
  events,
  onGone,
}: {
  execution: ExecutionShape;
  events: readonly LiveEvent[];
  onGone: () => void;
}) {
  const seconds =
    execution.stoppedAt == null ? null : (Date.parse(execution.stoppedAt) - Date.parse(execution.startedAt)) / 1000;
  const wait =
    execution.status === "waiting" ? events.findLast((event) => event.type === "execution.suspended") : undefined;
  return (
    <header className={classes.head}>
      <Group gap="sm">
        <StatusBadge status={execution.status} />
        <Text size="sm" fw={580}>
          {exact(execution.startedAt)}
        </Text>
        {seconds !== null && (
          <Text size="sm" c="dimmed">
            {lasting(seconds)}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          started {HOW[execution.mode] ?? execution.mode}
        </Text>
        {execution.retryOf != null && (
          <Anchor component={Link} size="sm" to={`/executions/${execution.retryOf}`}>
            goes on from an earlier run
          </Anchor>
        )}
        {execution.retryOf != null && (
          <Anchor component={Link} size="sm" to={`/executions/${execution.id}/compare/${execution.retryOf}`}>
            compare
          </Anchor>
        )}
        {execution.parent != null && (
          <Anchor component={Link} size="sm" to={`/executions/${execution.parent}`}>
            the run that called it
          </Anchor>
        )}
        {wait !== undefined && (
          <Group gap={6} c="var(--hr-warning)">
            <Hourglass size={14} />
            <Text size="sm">
              {wait.node} waits {wait.resume === "time" ? "for the clock" : `for a ${wait.resume ?? "call"}`}
              {execution.waitTill != null && (
                <>
                  , until <Moment at={execution.waitTill} />
                </>
              )}
            </Text>
          </Group>
        )}
      </Group>
      <ExecutionActions execution={execution} onGone={onGone} />
    </header>
  );
}

const HOW: Readonly<Record<string, string>> = {
  manual: "by hand",
  trigger: "by the clock",
  webhook: "by a call",
  integrated: "by another workflow",
  error: "because another failed",
  retry: "as a retry",
};
