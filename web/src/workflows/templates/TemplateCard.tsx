import { Badge, UnstyledButton } from "@mantine/core";
import { STICKY_NOTE } from "@/model/workflow";
import { NodeTile } from "@/nodes/NodeTile";
import type { Template } from "./template";
import classes from "./templates.module.css";

const SHOWN = 5;

/** A template in the list: what it does, and the kinds of nodes it is made of. */
export function TemplateCard({ template, onOpen }: { template: Template; onOpen: () => void }) {
  const types = [...new Set(template.workflow.nodes.map((node) => node.type))].filter((type) => type !== STICKY_NOTE);
  return (
    <UnstyledButton className={classes.card ?? ""} onClick={onOpen}>
      <span className={classes.tiles} aria-hidden>
        {types.slice(0, SHOWN).map((type) => (
          <NodeTile key={type} type={type} size={28} />
        ))}
        {types.length > SHOWN && <span className={classes.rest}>+{types.length - SHOWN}</span>}
      </span>
      <strong className={classes.title}>{template.title}</strong>
      <span className={classes.summary}>{template.summary}</span>
      <span className={classes.tags}>
        {template.tags.map((tag) => (
          <Badge key={tag} component="span" variant="default" size="sm" tt="none" fw={520}>
            {tag}
          </Badge>
        ))}
      </span>
    </UnstyledButton>
  );
}
