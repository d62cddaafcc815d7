import { Badge, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { Table2, TriangleAlert } from "lucide-react";
import { FlowView } from "@/editor/FlowView";
import type { Template } from "./template";
import classes from "./templates.module.css";

/** A template to look at before it is used. */
export function TemplatePreview({
  template,
  busy,
  onUse,
  onClose,
}: {
  template: Template;
  busy: boolean;
  onUse: () => void;
  onClose: () => void;
}) {
  return (
    <Modal opened onClose={onClose} title={template.title} size="min(1100px, 92vw)">
      <Stack gap="sm">
        <Text size="sm">{template.summary}</Text>
        <div className={classes.drawing}>
          <FlowView workflow={template.workflow} />
        </div>
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            Shows: {template.teaches}
          </Text>
          {template.tags.map((tag) => (
            <Badge key={tag} variant="default" tt="none" fw={520}>
              {tag}
            </Badge>
          ))}
        </Group>
        {template.tables.map((table) => (
          <Group key={table.name} gap={6} className={classes.needs ?? ""}>
            <Table2 size={15} aria-hidden /> Makes the data table “{table.name}”, unless there is one.
          </Group>
        ))}
        {template.errorWorkflow !== null && (
          <Group gap={6} className={classes.needs ?? ""}>
            <TriangleAlert size={15} aria-hidden /> Comes with its error workflow.
          </Group>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button loading={busy} onClick={onUse} data-autofocus>
            Use this template
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
