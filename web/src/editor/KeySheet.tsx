import { Group, Kbd, Modal, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { type Command, shownKeys } from "./commands";

const SECTIONS = ["Run", "Workflow", "Draw", "Select", "View"] as const;

/** All keys on one sheet, as the commands have them. */
export function KeySheet({ commands, onClose }: { commands: readonly Command[]; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" size={860}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        {SECTIONS.map((section) => (
          <Stack key={section} gap={4}>
            <Title order={3} size="h4">
              {section}
            </Title>
            {commands
              .filter((command) => command.section === section && command.keys !== undefined)
              .map((command) => (
                <Group key={command.id} justify="space-between" wrap="nowrap">
                  <Text size="sm">{command.label}</Text>
                  <Group gap={3} wrap="nowrap">
                    {shownKeys(command.keys?.[0] ?? "").map((key) => (
                      <Kbd key={key} size="xs">
                        {key}
                      </Kbd>
                    ))}
                  </Group>
                </Group>
              ))}
          </Stack>
        ))}
        <Stack gap={4}>
          <Title order={3} size="h4">
            With the mouse
          </Title>
          <Text size="sm">Drag over the canvas to select; with Space, the middle or the right button, to move it.</Text>
          <Text size="sm">Turn the wheel to move; with Ctrl or ⌘, to zoom.</Text>
          <Text size="sm">Drag from an output and let go on nothing: the next node is chosen there.</Text>
          <Text size="sm">Paste a workflow from n8n anywhere, or a cURL command or an address for HTTP Request.</Text>
        </Stack>
      </SimpleGrid>
    </Modal>
  );
}
