import { Alert, Anchor, List, Stack, Table, Text } from "@mantine/core";
import { CircleCheck, KeyRound, TriangleAlert } from "lucide-react";
import type { NodeType } from "@/nodes/descriptions";
import type { Brought } from "./ImportModal";
import { type Incoming, unsupported } from "./reading";

/** What is about to come in. */
export function IncomingList({ incoming, types }: { incoming: readonly Incoming[]; types: readonly NodeType[] }) {
  return (
    <Stack gap="sm">
      <Table aria-label="Workflows to import">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Workflow</Table.Th>
            <Table.Th>Nodes</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {incoming.slice(0, 50).map((workflow, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may come twice, and the list does not change
            <Table.Tr key={index}>
              <Table.Td>{workflow.name}</Table.Td>
              <Table.Td>{workflow.nodes}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {incoming.length > 50 && (
        <Text size="sm" c="dimmed">
          … and {incoming.length - 50} more
        </Text>
      )}
      <Needs incoming={incoming} types={types} />
    </Stack>
  );
}

/** What came in, and what it still needs. */
export function ImportReport({
  brought,
  types,
  onOpen,
}: {
  brought: readonly Brought[];
  types: readonly NodeType[];
  onOpen: (id: string) => void;
}) {
  const made = brought.flatMap((one) => one.workflows);
  return (
    <Stack gap="sm">
      {brought
        .filter((one) => one.problem !== null)
        .map((one) => (
          <Alert
            key={one.source.label}
            color="red"
            icon={<TriangleAlert size={18} />}
            title={`Nothing of “${one.source.label}” was imported`}
          >
            <Text size="sm" style={{ whiteSpace: "pre-line" }}>
              {one.problem}
            </Text>
          </Alert>
        ))}
      {made.length > 0 && (
        <Alert
          color="teal"
          icon={<CircleCheck size={18} />}
          title={made.length === 1 ? "One workflow was imported" : `${made.length} workflows were imported`}
        >
          <List size="sm">
            {made.map((workflow) => (
              <List.Item key={workflow.id}>
                <Anchor component="button" size="sm" onClick={() => onOpen(workflow.id)}>
                  {workflow.name}
                </Anchor>
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Needs
        incoming={brought.filter((one) => one.problem === null).flatMap((one) => one.source.workflows)}
        types={types}
      />
    </Stack>
  );
}

function Needs({ incoming, types }: { incoming: readonly Incoming[]; types: readonly NodeType[] }) {
  const missing = types.length === 0 ? [] : unsupported(incoming, types);
  const credentials = [...new Set(incoming.flatMap((workflow) => workflow.credentials))];
  return (
    <>
      {missing.length > 0 && (
        <Alert color="yellow" icon={<TriangleAlert size={18} />} title="Some nodes cannot run here">
          <Text size="sm">They are kept as they are, and are shown on the canvas. Replace or disable them:</Text>
          <List size="sm" mt={4}>
            {missing.map((type) => (
              <List.Item key={type}>
                <code>{type}</code>
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {credentials.length > 0 && (
        <Alert color="gray" icon={<KeyRound size={18} />} title="Credentials do not travel in files">
          Make or choose them in the nodes that name: {credentials.join(", ")}.
        </Alert>
      )}
    </>
  );
}
