import { ActionIcon, Tooltip } from "@mantine/core";
import { ChevronLeft, ChevronRight } from "lucide-react";
import classes from "./panel.module.css";
import { TEXTS } from "./texts";

/** Which item expressions are previewed with; nothing where there is only one. */
export function ItemStepper({
  index,
  total,
  onChange,
}: {
  index: number;
  total: number;
  onChange: (index: number) => void;
}) {
  if (total < 2) return null;
  const step = (to: number, label: string, icon: React.ReactNode) => (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={label}
        disabled={to < 0 || to >= total}
        onClick={() => onChange(to)}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <span className={classes.stepper}>
      {step(index - 1, TEXTS.previousItem, <ChevronLeft size={14} />)}
      <span aria-live="polite">{TEXTS.item(index + 1, total)}</span>
      {step(index + 1, TEXTS.nextItem, <ChevronRight size={14} />)}
    </span>
  );
}
