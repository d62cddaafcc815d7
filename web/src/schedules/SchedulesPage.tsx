import { Badge, Group, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CalendarClock } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import type { OccurrenceShape } from "@/api/schema";
import { Loaded } from "@/ui/Loaded";
import { Empty, Page } from "@/ui/Page";
import panel from "@/ui/Panel.module.css";
import { byDay, type Day, monthOf } from "./calendar";
import classes from "./Schedules.module.css";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What the clock starts next, as a list of days or a month. */
export default function SchedulesPage() {
  const [view, setView] = useState("days");
  const query = useQuery({
    queryKey: ["schedules"],
    queryFn: async () => (await got(api.GET("/api/v1/schedules/next", { params: { query: { limit: 250 } } }))).data,
    refetchInterval: 60_000,
  });
  return (
    <Page
      title="Schedules"
      about={`What the clock starts next. Times are shown in your time zone, ${ZONE}.`}
      actions={
        <SegmentedControl
          aria-label="View"
          data={[
            { value: "days", label: "Days" },
            { value: "month", label: "Month" },
          ]}
          value={view}
          onChange={setView}
        />
      }
    >
      <Loaded query={query}>
        {(rows) => {
          if (rows.length === 0) {
            return (
              <Empty icon={<CalendarClock size={24} />} title="Nothing is scheduled">
                Publish a workflow that begins with a Schedule Trigger: its next runs appear here.
              </Empty>
            );
          }
          const days = byDay(rows);
          return view === "days" ? <Days days={days} /> : <Month days={days} />;
        }}
      </Loaded>
    </Page>
  );
}

function Days({ days }: { days: readonly Day[] }) {
  return (
    <Stack>
      {days.map((day) => (
        <section key={day.key} className={panel.panel}>
          <Group px="md" py={8} justify="space-between">
            <Title order={2} size="h4">
              {new Date(day.at).toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" })}
            </Title>
            <Text size="xs" c="dimmed">
              {day.runs.length} {day.runs.length === 1 ? "run" : "runs"}
            </Text>
          </Group>
          {day.runs.slice(0, 60).map((run) => (
            <Run key={`${run.at}${run.workflowId}${run.node}`} run={run} />
          ))}
          {day.runs.length > 60 && (
            <Text size="xs" c="dimmed" px="md" py="xs">
              and {day.runs.length - 60} more
            </Text>
          )}
        </section>
      ))}
    </Stack>
  );
}

function Run({ run }: { run: OccurrenceShape }) {
  return (
    <Link to={`/workflows/${run.workflowId}`} className={classes.run}>
      <time dateTime={run.at} className={classes.time}>
        {clock(run.at)}
      </time>
      <span className={classes.name}>{run.workflowName}</span>
      <Text size="xs" c="dimmed">
        {run.node}
      </Text>
      {run.kind === "poll" && (
        <Badge size="xs" variant="light" tt="none">
          looks for news
        </Badge>
      )}
    </Link>
  );
}

function Month({ days }: { days: readonly Day[] }) {
  const first = days[0];
  if (first === undefined) return null;
  const known = new Map(days.map((day) => [day.key, day]));
  const { title, cells } = monthOf(new Date(first.at));
  return (
    <section className={panel.panel} aria-label={title}>
      <Title order={2} size="h4" p="md">
        {title}
      </Title>
      <div className={classes.month}>
        {cells.map(({ key, number }) => (
          <div key={key} className={classes.day} data-empty={number === null || undefined}>
            {number !== null && (
              <>
                <Text size="xs" c="dimmed">
                  {number}
                </Text>
                {(known.get(key)?.runs ?? []).slice(0, 4).map((run) => (
                  <Link
                    key={`${run.at}${run.workflowId}${run.node}`}
                    to={`/workflows/${run.workflowId}`}
                    className={classes.chip}
                  >
                    {clock(run.at)} {run.workflowName}
                  </Link>
                ))}
                {(known.get(key)?.runs.length ?? 0) > 4 && (
                  <Text size="xs" c="dimmed">
                    and {(known.get(key)?.runs.length ?? 0) - 4} more
                  </Text>
                )}
              </>
            )}
          </div>
        ))}
      </div>
    </section>
  );
}

function clock(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}
