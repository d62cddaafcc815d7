import { SegmentedControl, SimpleGrid, Table, Tabs, Text } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { ChartColumn } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { Loaded } from "@/ui/Loaded";
import { Empty, Page } from "@/ui/Page";
import panel from "@/ui/Panel.module.css";
import { lasting, Moment } from "@/ui/times";
import { Alerts } from "./Alerts";
import { failuresOf, lastDays, runsOf, totals } from "./figures";
import classes from "./Insights.module.css";
import { Trend } from "./Trend";

const SPANS = [
  { value: "1", label: "Today" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
];

async function statistics(after: Date, before?: Date) {
  const query = {
    startedAfter: after.toISOString(),
    ...(before === undefined ? {} : { startedBefore: before.toISOString() }),
  };
  return (await got(api.GET("/api/v1/executions/statistics", { params: { query } }))).data;
}

/** How executions went, over a span and workflow by workflow, and who is told when they do not. */
export default function InsightsPage() {
  const [span, setSpan] = useState("7");
  return (
    <Page
      title="Insights"
      about="How executions went. What retention has removed is not counted."
      actions={<SegmentedControl aria-label="Span" data={SPANS} value={span} onChange={setSpan} />}
    >
      <Tabs defaultValue="overview" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="alerts">Alerts</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Overview days={Number(span)} />
        </Tabs.Panel>
        <Tabs.Panel value="alerts">
          <Alerts />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Overview({ days }: { days: number }) {
  const starts = lastDays(days, new Date());
  const first = starts[0] ?? new Date();
  const query = useQuery({
    queryKey: ["statistics", days, first.toISOString()],
    queryFn: () => statistics(first),
    refetchInterval: 30_000,
  });
  const bars = useQueries({
    queries: starts.map((start, index) => ({
      queryKey: ["statistics", "day", start.toISOString()],
      queryFn: () => statistics(start, starts[index + 1]),
      // Only today still changes.
      staleTime: index === starts.length - 1 ? 30_000 : Number.POSITIVE_INFINITY,
    })),
    combine: (results) =>
      results.map((result, index) => {
        const { runs, failures } = totals(result.data ?? []);
        return { day: starts[index] ?? first, succeeded: runs - failures, failed: failures };
      }),
  });
  return (
    <Loaded query={query}>
      {(rows) => {
        const all = totals(rows);
        if (all.runs === 0) {
          return (
            <Empty icon={<ChartColumn size={24} />} title="Nothing ran in this span">
              As soon as workflows run, you see here how many, how long they took and which failed.
            </Empty>
          );
        }
        return (
          <>
            <SimpleGrid cols={{ base: 2, md: 4 }} mb="md">
              <Figure name="Runs" value={all.runs.toLocaleString()} />
              <Figure name="Failures" value={all.failures.toLocaleString()} bad={all.failures > 0} />
              <Figure
                name="Failure rate"
                value={all.failureRate === null ? "–" : `${(all.failureRate * 100).toFixed(1)} %`}
                bad={(all.failureRate ?? 0) > 0.05}
              />
              <Figure name="Average time" value={all.averageSeconds === null ? "–" : lasting(all.averageSeconds)} />
            </SimpleGrid>
            {days > 1 && <Trend bars={bars} />}
            <div className={panel.panel}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Workflow</Table.Th>
                    <Table.Th ta="right">Runs</Table.Th>
                    <Table.Th ta="right">Failures</Table.Th>
                    <Table.Th ta="right">Average</Table.Th>
                    <Table.Th ta="right">Longest</Table.Th>
                    <Table.Th>Last run</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {[...rows]
                    .sort((a, b) => runsOf(b) - runsOf(a))
                    .map((one) => (
                      <Table.Tr key={one.workflowId}>
                        <Table.Td>
                          <Text
                            component={Link}
                            to={`/workflows/${one.workflowId}/executions`}
                            size="sm"
                            fw={580}
                            c="var(--hr-text)"
                          >
                            {one.workflowName}
                          </Text>
                        </Table.Td>
                        <Table.Td ta="right">{runsOf(one).toLocaleString()}</Table.Td>
                        <Table.Td ta="right" c={failuresOf(one) > 0 ? "var(--hr-danger)" : undefined}>
                          {failuresOf(one).toLocaleString()}
                        </Table.Td>
                        <Table.Td ta="right">{one.averageSeconds == null ? "–" : lasting(one.averageSeconds)}</Table.Td>
                        <Table.Td ta="right">{one.longestSeconds == null ? "–" : lasting(one.longestSeconds)}</Table.Td>
                        <Table.Td>
                          <Moment at={one.lastStartedAt} />
                        </Table.Td>
                      </Table.Tr>
                    ))}
                </Table.Tbody>
              </Table>
            </div>
          </>
        );
      }}
    </Loaded>
  );
}

function Figure({ name, value, bad = false }: { name: string; value: string; bad?: boolean }) {
  return (
    <div className={classes.figure}>
      <Text size="xs" c="dimmed" fw={560}>
        {name}
      </Text>
      <Text className={classes.value} data-bad={bad || undefined}>
        {value}
      </Text>
    </div>
  );
}
