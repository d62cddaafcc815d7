import { Alert, Button, Center, Group, Loader, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { parsePins } from "@/model/pins";
import type { Item } from "@/model/workflow";
import classes from "./panel.module.css";
import { TEXTS } from "./texts";

const JsonEditor = lazy(() => import("@/data/JsonEditor"));

/** Items to write by hand; what is kept is pinned. */
export function PinEditor({
  initial,
  onSave,
  onCancel,
  onDirty,
}: {
  initial: string;
  onSave: (items: readonly Item[]) => void;
  onCancel: () => void;
  onDirty: (dirty: boolean) => void;
}) {
  const [text, setText] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  const save = () => {
    const parsed = parsePins(text);
    if ("problem" in parsed) setProblem(parsed.problem);
    else onSave(parsed.items);
  };
  return (
    <div className={classes.pinEditor}>
      <Text size="xs" c="dimmed" px={12} pb={6}>
        {TEXTS.editHint}
      </Text>
      <Suspense
        fallback={
          <Center flex={1}>
            <Loader size="sm" aria-label="Loading" />
          </Center>
        }
      >
        <JsonEditor
          initial={initial}
          label={TEXTS.edit}
          onChange={(next) => {
            setText(next);
            setProblem(null);
            onDirty(next !== initial);
          }}
        />
      </Suspense>
      {problem !== null && (
        <Alert color="red" m="sm" role="alert">
          {problem}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs" p={10}>
        <Button size="xs" variant="default" onClick={onCancel}>
          {TEXTS.cancel}
        </Button>
        <Button size="xs" onClick={save}>
          {TEXTS.save}
        </Button>
      </Group>
    </div>
  );
}
