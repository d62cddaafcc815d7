import { Group, Select, TextInput } from "@mantine/core";
import { isExpression, isObject } from "@/model/parameters";
import type { Json } from "@/model/workflow";
import type { Parameter } from "@/nodes/descriptions";
import { type FieldProps, useForm } from "./context";
import { useResources } from "./options";
import { ValueField } from "./ValueField";

/** Something that is named from a list, by its id, its name or its address. */
export function ResourceLocator({
  id,
  parameter,
  value,
  path,
  onChange,
}: FieldProps & { id: string; parameter: Parameter }) {
  const { description, readOnly } = useForm();
  const resources = useResources(description);
  const modes = parameter.modes ?? [];
  const stored = isObject(value) ? value : isObject(parameter.default) ? parameter.default : {};
  const mode = typeof stored.mode === "string" ? stored.mode : (modes[0]?.name ?? "id");
  // Older workflows have the bare value.
  const current = (isObject(value) ? (value.value ?? "") : (value ?? stored.value ?? "")) as Json;
  const change = (next: Json, more: Record<string, Json> = {}) =>
    onChange({ __rl: true, ...stored, mode, value: next, ...more });
  const fromList =
    modes.find((one) => one.name === mode)?.type === "list" && resources !== null && !isExpression(current);
  const known = resources?.some((one) => one.value === current) === true;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Select
        aria-label={`${parameter.displayName}: how it is named`}
        w={118}
        data={modes.map((one) => ({ value: one.name, label: one.displayName }))}
        value={mode}
        allowDeselect={false}
        disabled={readOnly}
        onChange={(next) => onChange({ __rl: true, mode: next ?? mode, value: mode === "list" ? "" : current })}
      />
      <div style={{ flex: 1, minWidth: 0 }}>
        {fromList ? (
          <Select
            id={id}
            aria-label={parameter.displayName}
            placeholder="Choose…"
            searchable
            disabled={readOnly}
            nothingFoundMessage="Nothing of this kind is here yet"
            data={[
              ...(resources ?? []),
              ...(known || String(current) === ""
                ? []
                : [{ value: String(current), label: String(stored.cachedResultName ?? current) }]),
            ]}
            value={String(current) === "" ? null : String(current)}
            onChange={(next) =>
              change(next ?? "", {
                cachedResultName: resources?.find((one) => one.value === next)?.label ?? "",
              })
            }
          />
        ) : modes.length === 0 ? (
          <TextInput id={id} value={String(current)} onChange={(event) => change(event.currentTarget.value)} />
        ) : (
          <ValueField
            label={parameter.displayName}
            value={current}
            path={`${path}.value`}
            onChange={(next) => change(next)}
          />
        )}
      </div>
    </Group>
  );
}
