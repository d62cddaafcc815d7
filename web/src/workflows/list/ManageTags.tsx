import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { Check, Trash2 } from "lucide-react";
import { useState } from "react";
import type { TagShape } from "@/api/schema";
import { Loaded } from "@/ui/Loaded";
import { TEXTS } from "../texts";
import { useTags } from "./queries";
import type { WorkflowActions } from "./useWorkflowActions";

/** All tags of the tenant: renamed, or taken off every workflow. */
export function ManageTags({ actions, onClose }: { actions: WorkflowActions; onClose: () => void }) {
  const tags = useTags();
  return (
    <Modal opened onClose={onClose} title="Tags">
      <Loaded query={tags}>
        {(known) =>
          known.length === 0 ? (
            <Text size="sm">No tag yet. The menu of a workflow has Tags, where new ones are made.</Text>
          ) : (
            <Stack gap="xs">
              {known.map((tag) => (
                <Tag key={tag.id} tag={tag} actions={actions} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Modal>
  );
}

function Tag({ tag, actions }: { tag: TagShape; actions: WorkflowActions }) {
  const [name, setName] = useState(tag.name);
  const [removing, setRemoving] = useState(false);
  const next = name.trim();
  const changed = next !== "" && next !== tag.name;
  if (removing) {
    return (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">Take “{tag.name}” off all workflows?</Text>
        <Group gap={6} wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={() => setRemoving(false)}>
            {TEXTS.cancel}
          </Button>
          <Button size="compact-sm" color="red" onClick={() => void actions.removeTag(tag.id)}>
            Delete tag
          </Button>
        </Group>
      </Group>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) void actions.renameTag(tag.id, next);
      }}
    >
      <Group gap={6} wrap="nowrap">
        <TextInput
          flex={1}
          aria-label={`Name of the tag ${tag.name}`}
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Tooltip label="Rename">
          <ActionIcon type="submit" variant="default" size={36} disabled={!changed} aria-label={`Rename ${tag.name}`}>
            <Check size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Delete">
          <ActionIcon
            variant="default"
            size={36}
            aria-label={`Delete the tag ${tag.name}`}
            onClick={() => setRemoving(true)}
          >
            <Trash2 size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </form>
  );
}
