import { notifications } from "@mantine/notifications";
import { messageOf } from "@/api/problems";

/** Tells the person, in passing, that something went well. */
export function tell(message: string): void {
  notifications.show({ message, color: "teal", autoClose: 3500 });
}

/** Tells the person that something failed, and leaves it to read. */
export function complain(thrown: unknown, title = "That did not work"): void {
  notifications.show({ title, message: messageOf(thrown), color: "red", autoClose: 12_000 });
}
