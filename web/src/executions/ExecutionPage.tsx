import { Anchor, Group, Text } from "@mantine/core";
import { ChevronRight } from "lucide-react";
import { Link, useNavigate, useParams } from "react-router";
import { ExecutionView } from "./ExecutionView";
import classes from "./ExecutionView.module.css";
import { useExecution } from "./useHistory";

/** An execution by its link. */
export default function ExecutionPage() {
  const { executionId = "" } = useParams();
  const navigate = useNavigate();
  const found = useExecution(executionId).data;
  return (
    <div className={classes.view}>
      <Group px="md" py={8} gap={6}>
        <Anchor component={Link} to="/executions" size="sm">
          Executions
        </Anchor>
        <ChevronRight size={13} aria-hidden />
        {found !== undefined && (
          <Anchor component={Link} to={`/workflows/${found.execution.workflowId}`} size="sm" fw={600}>
            {found.execution.workflowName}
          </Anchor>
        )}
        <Text size="xs" c="dimmed">
          {executionId}
        </Text>
      </Group>
      <ExecutionView executionId={executionId} onGone={() => navigate("/executions")} />
    </div>
  );
}
