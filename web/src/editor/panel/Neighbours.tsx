import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { ArrowLeft, ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import { nodeNamed } from "@/model/graph";
import type { Workflow } from "@/model/workflow";
import { NodeTile } from "@/nodes/NodeTile";
import { neighboursOf } from "./sources";
import { TEXTS } from "./texts";

/** To the node before and the node after this one; where several are, by choice. */
export function Neighbours({
  workflow,
  node,
  onOpen,
}: {
  workflow: Workflow;
  node: string;
  onOpen: (node: string) => void;
}) {
  const { before, after } = neighboursOf(workflow, node);
  return (
    <>
      <Step label={TEXTS.previous} icon={<ArrowLeft size={17} />} names={before} workflow={workflow} onOpen={onOpen} />
      <Step label={TEXTS.next} icon={<ArrowRight size={17} />} names={after} workflow={workflow} onOpen={onOpen} />
    </>
  );
}

function Step({
  label,
  icon,
  names,
  workflow,
  onOpen,
}: {
  label: string;
  icon: ReactNode;
  names: readonly string[];
  workflow: Workflow;
  onOpen: (node: string) => void;
}) {
  const [only] = names;
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={names.length === 1 ? `${label}: ${only}` : label}
      disabled={names.length === 0}
      onClick={names.length === 1 && only !== undefined ? () => onOpen(only) : undefined}
    >
      {icon}
    </ActionIcon>
  );
  if (names.length < 2) {
    return <Tooltip label={only === undefined ? label : `${label}: ${only}`}>{button}</Tooltip>;
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{label}</Menu.Label>
        {names.map((name) => (
          <Menu.Item
            key={name}
            leftSection={<NodeTile type={nodeNamed(workflow, name)?.type ?? ""} size={22} />}
            onClick={() => onOpen(name)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
