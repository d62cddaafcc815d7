import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./panel.module.css";

/** In place of items: why there are none, and what to do. */
export function Blank({
  icon,
  title,
  children,
  action,
}: {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Stack className={classes.blank} align="center" justify="center" gap={8}>
      <span className={classes.blankIcon}>{icon}</span>
      <Text fw={600}>{title}</Text>
      {children !== undefined && (
        <Text size="sm" c="dimmed" ta="center" maw={300}>
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}
