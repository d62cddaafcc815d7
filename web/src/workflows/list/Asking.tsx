import { Button, Group, Modal, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { TEXTS } from "../texts";

/** A question with its answer as the button: it closes when `onYes` says that it is done. */
export function Asking({
  title,
  yes,
  danger = false,
  ready = true,
  onYes,
  onClose,
  children,
}: {
  title: string;
  yes: string;
  danger?: boolean;
  ready?: boolean;
  onYes: () => Promise<boolean>;
  onClose: () => void;
  children: ReactNode;
}) {
  const [busy, setBusy] = useState(false);
  const answer = async () => {
    if (!ready || busy) return;
    setBusy(true);
    const done = await onYes();
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void answer();
        }}
      >
        <Stack gap="md">
          {children}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {TEXTS.cancel}
            </Button>
            <Button type="submit" loading={busy} disabled={!ready} {...(danger ? { color: "red" } : {})}>
              {yes}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
