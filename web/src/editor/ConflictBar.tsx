import { Alert, Button, Group, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import classes from "./EditorPage.module.css";
import { useSaving } from "./saving";
import { useEditor } from "./store";

/** Somebody else saved the same workflow: nothing is overwritten before the person says whose counts. */
export function ConflictBar() {
  const saving = useSaving();
  const client = useQueryClient();
  const workflowId = useEditor((state) => state.workflowId);
  if (saving.state !== "conflict") return null;
  return (
    <Alert
      className={classes.conflict ?? ""}
      color="yellow"
      icon={<TriangleAlert size={18} />}
      title="Somebody else changed this workflow"
    >
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">What you draw now is not saved until you choose.</Text>
        <Group gap="xs" wrap="nowrap">
          <Button variant="default" onClick={() => void client.resetQueries({ queryKey: ["workflow", workflowId] })}>
            Take theirs
          </Button>
          <Button onClick={() => void saving.overwrite()}>Keep mine</Button>
        </Group>
      </Group>
    </Alert>
  );
}
