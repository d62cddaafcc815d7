import { Button, Modal, Stack, Text, Textarea } from "@mantine/core";
import { Terminal } from "lucide-react";
import { useState } from "react";
import { useEditorStore } from "@/editor/store";
import { fromCurl } from "@/model/curl";
import { changeNode } from "@/model/graph";
import { useForm } from "./context";

/** Fills an HTTP Request from a cURL command. */
export function CurlImport() {
  const { node, readOnly } = useForm();
  const store = useEditorStore();
  const [open, setOpen] = useState(false);
  const [command, setCommand] = useState("");
  const [refused, setRefused] = useState(false);
  if (readOnly) return null;
  const take = () => {
    const parameters = fromCurl(command);
    if (parameters === null) {
      setRefused(true);
      return;
    }
    store
      .getState()
      .change("Import cURL", (before) => changeNode(before, node.name, (one) => ({ ...one, parameters })));
    setOpen(false);
  };
  return (
    <>
      <Button variant="default" size="xs" leftSection={<Terminal size={14} />} onClick={() => setOpen(true)}>
        Fill from a cURL command
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Fill from a cURL command" size="lg">
        <Stack>
          <Text size="sm" c="dimmed">
            All that is set in this node is replaced. Credentials do not come along: choose them afterwards.
          </Text>
          <Textarea
            data-autofocus
            aria-label="cURL command"
            autosize
            minRows={6}
            maxRows={16}
            placeholder="curl https://api.example.com/orders -H 'Accept: application/json'"
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
            value={command}
            error={refused ? "This is no cURL command with an address." : undefined}
            onChange={(event) => {
              setCommand(event.currentTarget.value);
              setRefused(false);
            }}
          />
          <Button onClick={take}>Fill in</Button>
        </Stack>
      </Modal>
    </>
  );
}
