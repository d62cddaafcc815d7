import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { ChevronUp, CircleStop, Play } from "lucide-react";
import { useNodeTypes } from "@/nodes/descriptions";
import { NodeTile } from "@/nodes/NodeTile";
import classes from "./EditorPage.module.css";
import { useExecute } from "./running";
import { useEditor } from "./store";

/** Runs the workflow; where several things can start it, from the one that is chosen. */
export function ExecuteBar() {
  const { execute, stop, running } = useExecute();
  const nodes = useEditor((state) => state.workflow.nodes);
  const types = useNodeTypes().data;
  const starting = new Set(types?.filter((type) => type.trigger !== null).map((type) => type.type));
  const triggers = nodes.filter((node) => starting.has(node.type) && node.disabled !== true);
  return (
    <Group className={classes.execute} gap={0}>
      {running ? (
        <Button color="red" leftSection={<CircleStop size={17} />} onClick={() => void stop()} size="md">
          Stop
        </Button>
      ) : (
        <Button.Group>
          <Button leftSection={<Play size={16} />} onClick={() => void execute()} size="md">
            Execute workflow
          </Button>
          {triggers.length > 1 && (
            <Menu position="top-end">
              <Menu.Target>
                <ActionIcon size={42} radius="md" variant="filled" aria-label="Choose what starts it">
                  <ChevronUp size={17} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>Start from</Menu.Label>
                {triggers.map((node) => (
                  <Menu.Item
                    key={node.name}
                    leftSection={<NodeTile type={node.type} size={22} />}
                    onClick={() => void execute({ trigger: node.name })}
                  >
                    {node.name}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </Button.Group>
      )}
    </Group>
  );
}
