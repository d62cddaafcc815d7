import { Anchor, Text } from "@mantine/core";
import { Plus } from "lucide-react";
import { Link } from "react-router";
import classes from "./EditorPage.module.css";

/** What an empty canvas says. */
export function FirstStep({ onAdd }: { onAdd: () => void }) {
  return (
    <div className={classes.first}>
      <button type="button" className={classes.firstButton} onClick={onAdd} aria-label="Add first step">
        <Plus size={38} strokeWidth={1.6} />
      </button>
      <Text fw={600}>Add first step</Text>
      <Text size="sm" c="dimmed" ta="center" maw={340}>
        Or paste a workflow, from n8n too, or{" "}
        <Anchor component={Link} to="/templates" size="sm">
          start from a template
        </Anchor>
        .
      </Text>
    </div>
  );
}
