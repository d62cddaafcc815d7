import { Select, Stack, TextInput } from "@mantine/core";
import { isObject } from "@/model/parameters";
import type { Json } from "@/model/workflow";
import type { Parameter } from "@/nodes/descriptions";
import { type FieldProps, useForm } from "./context";
import classes from "./Field.module.css";
import { AddButton, Remove } from "./FixedCollection";
import { useColumns } from "./options";
import { ValueField } from "./ValueField";

const MODES = [
  { value: "defineBelow", label: "Each column below" },
  { value: "autoMapInputData", label: "Fields of the input by their names" },
];

/** Which value goes into which column. */
export function ColumnMapper({ parameter, value, path, onChange }: FieldProps & { parameter: Parameter }) {
  const { node, readOnly } = useForm();
  const stored = isObject(value) ? value : isObject(parameter.default) ? parameter.default : {};
  const mode = stored.mappingMode === "autoMapInputData" ? "autoMapInputData" : "defineBelow";
  const mapped = isObject(stored.value) ? stored.value : {};
  const target = node.parameters.dataTableId;
  const columns = useColumns(isObject(target) && typeof target.value === "string" ? target.value : "");
  const names = [...new Set([...columns.map((column) => column.value), ...Object.keys(mapped)])];
  const change = (next: Record<string, Json>) => onChange({ ...stored, mappingMode: mode, value: next });
  return (
    <Stack gap="xs">
      <Select
        aria-label={`${parameter.displayName}: how they are mapped`}
        data={MODES}
        value={mode}
        allowDeselect={false}
        disabled={readOnly}
        onChange={(next) => onChange({ ...stored, mappingMode: next ?? mode })}
      />
      {mode === "defineBelow" &&
        names.map((name) => (
          <div key={name} className={classes.row}>
            <div className={classes.group}>
              <TextInput
                aria-label="Column"
                value={name}
                readOnly={readOnly || columns.some((column) => column.value === name)}
                onChange={(event) => {
                  const next = Object.entries(mapped).map(([key, one]) => [
                    key === name ? event.currentTarget.value : key,
                    one,
                  ]);
                  change(Object.fromEntries(next));
                }}
              />
              <ValueField
                label={`Value of ${name}`}
                value={mapped[name]}
                path={`${path}.value.${name}`}
                onChange={(next) => change({ ...mapped, [name]: next })}
              />
            </div>
            {!readOnly && name in mapped && (
              <Remove
                label={name}
                onClick={() => change(Object.fromEntries(Object.entries(mapped).filter(([key]) => key !== name)))}
              />
            )}
          </div>
        ))}
      {mode === "defineBelow" && !readOnly && columns.length === 0 && (
        <div>
          <AddButton label="Add column" onClick={() => change({ ...mapped, [`column${names.length + 1}`]: "" })} />
        </div>
      )}
    </Stack>
  );
}
