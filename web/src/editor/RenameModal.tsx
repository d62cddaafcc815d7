import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { renameNode } from "@/model/graph";
import { useEditorStore } from "./store";

/** Another name for a node; expressions that speak of it follow. */
export function RenameModal({ node, onClose }: { node: string; onClose: () => void }) {
  const store = useEditorStore();
  const [name, setName] = useState(node);
  const rename = (event: FormEvent) => {
    event.preventDefault();
    let got = node;
    store.getState().change("Rename node", (before) => {
      const [after, to] = renameNode(before, node, name);
      got = to;
      return after;
    });
    store.getState().select([got]);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Rename the node" size="sm">
      <form onSubmit={rename}>
        <TextInput
          data-autofocus
          label="Name"
          description="Expressions that speak of it follow."
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={name.trim() === ""}>
            Rename
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
