import { ActionIcon, Badge, Group, Table, Text, Tooltip } from "@mantine/core";
import { CircleCheck, CircleDashed, CircleX, Star } from "lucide-react";
import { Link, useNavigate } from "react-router";
import type { StatisticsShape } from "@/api/schema";
import { Moment } from "@/ui/times";
import type { Dialog } from "./dialogs";
import classes from "./list.module.css";
import type { WorkflowSummary } from "./summary";
import type { WorkflowActions } from "./useWorkflowActions";
import { WorkflowMenu } from "./WorkflowMenu";

/** One workflow: what it is called, whether it is live, how it went lately, and whose it is. */
export function WorkflowRow({
  workflow,
  runs,
  owner,
  place,
  favourite,
  actions,
  onFavourite,
  onTag,
  onDialog,
  onDrag,
}: {
  workflow: WorkflowSummary;
  runs: StatisticsShape | undefined;
  owner: string;
  /** Its project, where several are listed. */
  place: string | undefined;
  favourite: boolean;
  actions: WorkflowActions;
  onFavourite: () => void;
  onTag: (name: string) => void;
  onDialog: (dialog: Dialog) => void;
  onDrag: (dragged: boolean) => void;
}) {
  const navigate = useNavigate();
  const address = `/workflows/${workflow.id}`;
  return (
    <Table.Tr
      className={classes.row ?? ""}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", workflow.name);
        onDrag(true);
      }}
      onDragEnd={() => onDrag(false)}
      onClick={(event) => {
        // Links and buttons in the row do what they say.
        if (event.target instanceof Element && event.target.closest("a, button, [role=menu]") === null)
          navigate(address);
      }}
    >
      <Table.Td w={40} pr={0}>
        <ActionIcon
          variant="subtle"
          color={favourite ? "yellow" : "gray"}
          size="sm"
          aria-pressed={favourite}
          aria-label={`Favourite: ${workflow.name}`}
          onClick={onFavourite}
        >
          <Star size={15} fill={favourite ? "currentColor" : "none"} />
        </ActionIcon>
      </Table.Td>
      <Table.Td>
        <Link to={address} className={classes.name}>
          {workflow.name}
        </Link>
        <Group gap={6} mt={2}>
          {place !== undefined && (
            <Text span size="xs" c="dimmed">
              {place}
            </Text>
          )}
          {workflow.tags.map((tag) => (
            <Badge
              key={tag.id}
              component="button"
              className={classes.tag ?? ""}
              variant="default"
              size="sm"
              onClick={() => onTag(tag.name)}
              aria-label={`Show only the tag ${tag.name}`}
            >
              {tag.name}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td w={132}>
        <State workflow={workflow} />
      </Table.Td>
      <Table.Td w={150}>
        <Runs runs={runs} />
      </Table.Td>
      <Table.Td w={134}>
        <Text span size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          <Moment at={workflow.updatedAt} />
        </Text>
      </Table.Td>
      <Table.Td w={130} className={classes.owner ?? ""}>
        <Text size="sm" truncate>
          {owner}
        </Text>
      </Table.Td>
      <Table.Td w={48} pl={0}>
        <WorkflowMenu workflow={workflow} actions={actions} onDialog={onDialog} />
      </Table.Td>
    </Table.Tr>
  );
}

function State({ workflow }: { workflow: WorkflowSummary }) {
  if (workflow.isArchived) return <span className={classes.state}>Archived</span>;
  if (workflow.publishedVersion === null) {
    return (
      <span className={classes.state}>
        <CircleDashed size={14} aria-hidden /> Draft
      </span>
    );
  }
  const newer = workflow.latestVersion > workflow.publishedVersion;
  return (
    <Tooltip label={newer ? `Version ${workflow.latestVersion} is newer` : "The latest version runs in production"}>
      <span className={classes.state} data-tone="success">
        <CircleCheck size={14} aria-hidden /> Published v{workflow.publishedVersion}
      </span>
    </Tooltip>
  );
}

function Runs({ runs }: { runs: StatisticsShape | undefined }) {
  if (runs === undefined) {
    return (
      <Text span size="sm" c="dimmed">
        None
      </Text>
    );
  }
  const total = Object.values(runs.counts).reduce((sum, count) => sum + count, 0);
  const failed = (runs.counts.error ?? 0) + (runs.counts.crashed ?? 0);
  return (
    <>
      <Text size="sm">
        <Moment at={runs.lastStartedAt} />
      </Text>
      <span className={classes.runs} data-tone={failed > 0 ? "danger" : "success"}>
        {failed > 0 ? <CircleX size={12} aria-hidden /> : <CircleCheck size={12} aria-hidden />}
        {failed > 0 ? `${failed} of ${total} failed` : `${total} without failure`}
      </span>
    </>
  );
}
