import { Anchor, Group, Table, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link, useParams } from "react-router";
import { FlowView } from "@/editor/FlowView";
import { newRun } from "@/model/runs";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { StatusBadge } from "@/ui/StatusBadge";
import { exact } from "@/ui/times";
import { differences } from "./comparing";
import classes from "./ExecutionView.module.css";
import { at } from "./scrubbing";
import { useEvents, useExecution } from "./useHistory";

/** Two executions side by side: the earlier left, the later right. */
export default function ComparePage() {
  const { executionId = "", otherId = "" } = useParams();
  const [second, first] = [useExecution(executionId), useExecution(otherId)];
  const [secondEvents, firstEvents] = [useEvents(executionId), useEvents(otherId)];
  const after = useMemo(() => at(executionId, secondEvents, secondEvents.length), [executionId, secondEvents]);
  const before = useMemo(() => at(otherId, firstEvents, firstEvents.length), [otherId, firstEvents]);
  const found = useMemo(() => differences(before, after), [before, after]);
  const marks = Object.fromEntries(found.map(({ node, mark }) => [node, mark]));
  const halves = [
    { id: otherId, query: first, run: before ?? newRun(otherId), name: "First" },
    { id: executionId, query: second, run: after ?? newRun(executionId), name: "Second" },
  ];
  return (
    <Page title="Two executions" about="What went otherwise in the second than in the first." wide>
      <div className={classes.compare}>
        {halves.map(({ id, query, run, name }) => (
          <section key={id} className={classes.half} aria-label={name}>
            <Loaded query={query}>
              {({ execution, workflow }) => (
                <>
                  <Group className={classes.head ?? ""} gap="sm">
                    <StatusBadge status={execution.status} />
                    <Anchor component={Link} to={`/executions/${id}`} size="sm">
                      {exact(execution.startedAt)}
                    </Anchor>
                  </Group>
                  <div className={classes.canvas}>
                    <FlowView workflow={workflow} run={run} marks={marks} />
                  </div>
                </>
              )}
            </Loaded>
          </section>
        ))}
      </div>
      <Table mt="md">
        <Table.Tbody>
          {found.map(({ node, what }) => (
            <Table.Tr key={node}>
              <Table.Td fw={580}>{node}</Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {found.length === 0 && (
        <Text c="dimmed" mt="md">
          Both went alike: the same nodes, with as many items.
        </Text>
      )}
    </Page>
  );
}
