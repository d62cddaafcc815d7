import { ActionIcon, Button, Group, Menu, Stack, Text, Tooltip } from "@mantine/core";
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { isObject, isShown, newGroup, scopeOf } from "@/model/parameters";
import type { Json, JsonObject } from "@/model/workflow";
import type { FieldGroup, Parameter } from "@/nodes/descriptions";
import { type FieldProps, useForm } from "./context";
import classes from "./Field.module.css";
import { FieldList, put } from "./FieldList";

/** Named groups of fields, once each or as lists. */
export function FixedCollection({ parameter, value, path, onChange }: FieldProps & { parameter: Parameter }) {
  const { node, description, readOnly } = useForm();
  const values = isObject(value) ? value : isObject(parameter.default) ? parameter.default : {};
  const many = parameter.typeOptions?.multipleValues === true;
  const scope = scopeOf([], values, node.parameters, description.parameters ?? [], node.typeVersion);
  const groups = ((parameter.options ?? []) as readonly FieldGroup[]).filter((group) =>
    isShown(group.displayOptions, scope),
  );
  const left = groups.filter((group) => many || !(group.name in values));
  const add = (group: FieldGroup) => {
    const fresh = newGroup(group);
    onChange({ ...values, [group.name]: many ? [...listOf(values[group.name]), fresh] : fresh });
  };
  return (
    <Stack gap="xs">
      {groups.map((group) =>
        many ? (
          <Entries
            key={group.name}
            group={group}
            entries={listOf(values[group.name])}
            path={`${path}.${group.name}`}
            onChange={(entries) => onChange(put(values, group.name, entries.length > 0 ? entries : undefined))}
          />
        ) : (
          isObject(values[group.name]) && (
            <div key={group.name} className={classes.group}>
              <Group justify="space-between">
                <Text size="xs" c="dimmed" fw={600}>
                  {group.displayName}
                </Text>
                {!readOnly && (
                  <Remove label={group.displayName} onClick={() => onChange(put(values, group.name, undefined))} />
                )}
              </Group>
              <FieldList
                parameters={group.values}
                values={values[group.name] as JsonObject}
                path={`${path}.${group.name}`}
                onChange={(next) => onChange({ ...values, [group.name]: next })}
              />
            </div>
          )
        ),
      )}
      {!readOnly && left.length === 1 && left[0] !== undefined && (
        <div>
          <AddButton
            label={parameter.placeholder ?? `Add ${left[0].displayName.toLowerCase()}`}
            onClick={() => add(left[0] as FieldGroup)}
          />
        </div>
      )}
      {!readOnly && left.length > 1 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <div>
              <AddButton label={parameter.placeholder ?? "Add"} />
            </div>
          </Menu.Target>
          <Menu.Dropdown>
            {left.map((group) => (
              <Menu.Item key={group.name} onClick={() => add(group)}>
                {group.displayName}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Stack>
  );
}

function Entries({
  group,
  entries,
  path,
  onChange,
}: {
  group: FieldGroup;
  entries: readonly JsonObject[];
  path: string;
  onChange: (entries: JsonObject[]) => void;
}) {
  const { readOnly } = useForm();
  const move = (from: number, to: number) => {
    const next = [...entries];
    const [moved] = next.splice(from, 1);
    if (moved !== undefined) next.splice(to, 0, moved);
    onChange(next);
  };
  return entries.map((entry, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place
    <div key={index} className={classes.row}>
      <div className={classes.group}>
        <FieldList
          parameters={group.values}
          values={entry}
          path={`${path}[${index}]`}
          onChange={(next) => onChange(entries.map((one, at) => (at === index ? next : one)))}
        />
      </div>
      {!readOnly && (
        <div className={classes.tools}>
          <Remove
            label={`${group.displayName} ${index + 1}`}
            onClick={() => onChange(entries.filter((_, at) => at !== index))}
          />
          {entries.length > 1 && (
            <>
              <Step
                label={`Move ${group.displayName} ${index + 1} up`}
                disabled={index === 0}
                onClick={() => move(index, index - 1)}
              >
                <ArrowUp size={13} />
              </Step>
              <Step
                label={`Move ${group.displayName} ${index + 1} down`}
                disabled={index === entries.length - 1}
                onClick={() => move(index, index + 1)}
              >
                <ArrowDown size={13} />
              </Step>
            </>
          )}
        </div>
      )}
    </div>
  ));
}

export function AddButton({ label, onClick }: { label: string; onClick?: () => void }) {
  return (
    <Button variant="default" size="xs" leftSection={<Plus size={14} />} onClick={onClick}>
      {label}
    </Button>
  );
}

export function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Tooltip label="Take away">
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Take ${label} away`} onClick={onClick}>
        <Trash2 size={14} />
      </ActionIcon>
    </Tooltip>
  );
}

function Step({
  label,
  disabled,
  onClick,
  children,
}: {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} disabled={disabled} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) return value.filter(isObject);
  return isObject(value) ? [value] : [];
}
