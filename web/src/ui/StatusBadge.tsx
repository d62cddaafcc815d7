import { Badge } from "@mantine/core";
import { Ban, CircleCheck, CircleX, Clock, Hourglass, LoaderCircle } from "lucide-react";
import classes from "./StatusBadge.module.css";

const SHOWN = {
  success: { label: "Succeeded", tone: "success", icon: CircleCheck },
  error: { label: "Failed", tone: "danger", icon: CircleX },
  crashed: { label: "Crashed", tone: "danger", icon: CircleX },
  running: { label: "Running", tone: "running", icon: LoaderCircle },
  waiting: { label: "Waiting", tone: "warning", icon: Hourglass },
  canceled: { label: "Canceled", tone: "soft", icon: Ban },
  queued: { label: "Queued", tone: "soft", icon: Clock },
  new: { label: "Queued", tone: "soft", icon: Clock },
} as const;

/** How an execution or a node's run stands: never by colour alone. */
export function StatusBadge({ status }: { status: string }) {
  const {
    label,
    tone,
    icon: Icon,
  } = SHOWN[status as keyof typeof SHOWN] ?? { label: status, tone: "soft", icon: Clock };
  return (
    <Badge
      className={classes.badge ?? ""}
      data-tone={tone}
      variant="transparent"
      leftSection={<Icon size={13} className={status === "running" ? classes.turning : undefined} />}
    >
      {label}
    </Badge>
  );
}
