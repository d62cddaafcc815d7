import { modals } from "@mantine/modals";

/** Asks before what cannot be undone. */
export function confirmed(title: string, children: React.ReactNode, confirm: string, onConfirm: () => void): void {
  modals.openConfirmModal({
    title,
    children,
    labels: { confirm, cancel: "Keep" },
    confirmProps: { color: "red" },
    onConfirm,
  });
}
