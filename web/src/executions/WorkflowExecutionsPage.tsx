import { Button, Group, Select, Switch, Text } from "@mantine/core";
import { Activity } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { Loaded } from "@/ui/Loaded";
import { Empty } from "@/ui/Page";
import { StatusBadge } from "@/ui/StatusBadge";
import { lasting, Moment } from "@/ui/times";
import { STATUSES } from "./choices";
import { ExecutionView } from "./ExecutionView";
import classes from "./ExecutionView.module.css";
import { useExecutions, useLiveExecutions } from "./useExecutions";

/** Executions of one workflow: a list, and beside it the one that is looked at. */
export default function WorkflowExecutionsPage() {
  const { workflowId = "", executionId } = useParams();
  const navigate = useNavigate();
  const [status, setStatus] = useState<string | null>(null);
  const [live, setLive] = useState(true);
  const query = useExecutions({ workflowId, status: status ?? "" });
  useLiveExecutions(live);
  const base = `/workflows/${workflowId}/executions`;
  return (
    <div className={classes.beside}>
      <aside className={classes.list} aria-label="Executions">
        <Group className={classes.filters ?? ""} gap="xs">
          <Select
            aria-label="Status"
            placeholder="Every status"
            size="xs"
            flex={1}
            clearable
            data={STATUSES}
            value={status}
            onChange={setStatus}
          />
          <Switch size="xs" label="Live" checked={live} onChange={(event) => setLive(event.currentTarget.checked)} />
        </Group>
        <Loaded query={query}>
          {({ pages }) => (
            <>
              {pages
                .flatMap((page) => page.data)
                .map((one) => (
                  <Link
                    key={one.id}
                    to={`${base}/${one.id}`}
                    className={classes.entry}
                    aria-current={one.id === executionId ? "page" : undefined}
                  >
                    <Group justify="space-between" wrap="nowrap">
                      <StatusBadge status={one.status} />
                      <Text size="xs" c="dimmed">
                        {one.stoppedAt != null &&
                          lasting((Date.parse(one.stoppedAt) - Date.parse(one.startedAt)) / 1000)}
                      </Text>
                    </Group>
                    <Text size="xs" c="dimmed">
                      <Moment at={one.startedAt} /> · {one.mode}
                    </Text>
                    {one.error != null && (
                      <Text size="xs" c="var(--hr-danger)" lineClamp={1}>
                        {one.error}
                      </Text>
                    )}
                  </Link>
                ))}
              {query.hasNextPage && (
                <Button
                  variant="subtle"
                  fullWidth
                  loading={query.isFetchingNextPage}
                  onClick={() => query.fetchNextPage()}
                >
                  Older ones
                </Button>
              )}
              {pages[0]?.data.length === 0 && (
                <Text size="sm" c="dimmed" p="md">
                  {status === null ? "It never ran." : "None of this status."}
                </Text>
              )}
            </>
          )}
        </Loaded>
      </aside>
      {executionId === undefined ? (
        <div className={classes.none}>
          <Empty icon={<Activity size={24} />} title="Choose an execution">
            You see it on the workflow as it was drawn then, and can go back and forth in time.
          </Empty>
        </div>
      ) : (
        <ExecutionView executionId={executionId} onGone={() => navigate(base)} />
      )}
    </div>
  );
}
