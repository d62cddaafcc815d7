import { Alert, Collapse, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ChevronDown, ChevronRight, CircleX } from "lucide-react";
import { adviceOn } from "./advice";
import { failureOf, type Told } from "./failure";
import classes from "./panel.module.css";
import { TEXTS } from "./texts";

/** Why a run of a node failed: the message, the item, what to do; the raw details folded. */
export function Failure({ message, details }: { message: string; details?: Told | undefined }) {
  const [open, { toggle }] = useDisclosure(false);
  const { title, description, item, raw } = failureOf(message, details);
  const advice = adviceOn(`${message} ${description ?? ""}`);
  return (
    <Alert className={classes.failure ?? ""} color="red" icon={<CircleX size={18} />} role="alert">
      <Text size="sm" fw={600} className={classes.wrapped} c="var(--hr-danger)">
        {title}
      </Text>
      {item !== null && (
        <Text size="sm" fw={550}>
          {TEXTS.failedItem(item + 1)}
        </Text>
      )}
      {description !== null && (
        <Text size="sm" className={classes.wrapped}>
          {description}
        </Text>
      )}
      {advice !== null && (
        <Text size="sm" c="dimmed">
          {advice}
        </Text>
      )}
      {raw !== null && (
        <>
          <UnstyledButton className={classes.unfold} aria-expanded={open} onClick={toggle}>
            {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />} {TEXTS.details}
          </UnstyledButton>
          <Collapse expanded={open}>
            <pre className={classes.raw}>{raw}</pre>
          </Collapse>
        </>
      )}
    </Alert>
  );
}
