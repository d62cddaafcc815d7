import { Select, Stack, TextInput } from "@mantine/core";
import { isObject } from "@/model/parameters";
import type { Json, JsonObject } from "@/model/workflow";
import { type FieldProps, PATH_DRAG, useForm } from "./context";
import classes from "./Field.module.css";
import { AddButton, Remove } from "./FixedCollection";
import { ValueField } from "./ValueField";

const KINDS = [
  { value: "string", label: "Text" },
  { value: "number", label: "Number" },
  { value: "boolean", label: "Yes or no" },
  { value: "array", label: "List" },
  { value: "object", label: "Object" },
];
const EMPTY_OF: Readonly<Record<string, Json>> = { string: "", number: 0, boolean: false, array: "[]", object: "{}" };

/** Fields to set: a name, a kind and a value each. A field that is dropped becomes one. */
export function Assignments({ value, path, onChange }: FieldProps) {
  const { readOnly } = useForm();
  const stored = isObject(value) ? value : {};
  const rows = Array.isArray(stored.assignments) ? stored.assignments.filter(isObject) : [];
  const change = (assignments: JsonObject[]) => onChange({ ...stored, assignments });
  const add = (name: string, given: Json) =>
    change([...rows, { id: crypto.randomUUID(), name, value: given, type: "string" }]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one of two ways; the button is the other
    <div
      onDragOver={(event) => {
        if (!readOnly && event.dataTransfer.types.includes(PATH_DRAG)) event.preventDefault();
      }}
      onDrop={(event) => {
        if (readOnly || !event.dataTransfer.types.includes(PATH_DRAG)) return;
        event.preventDefault();
        const path = event.dataTransfer.getData(PATH_DRAG);
        add(
          path.split(/[.[\]'"]/).findLast((part) => part !== "") ?? "field",
          `=${event.dataTransfer.getData("text/plain")}`,
        );
      }}
    >
      <Stack gap="xs">
        {rows.map((row, index) => {
          const set = (more: JsonObject) => change(rows.map((one, at) => (at === index ? { ...row, ...more } : one)));
          const kind = typeof row.type === "string" ? row.type : "string";
          return (
            <div key={typeof row.id === "string" ? row.id : index} className={classes.row}>
              <div className={classes.group}>
                <div className={classes.row}>
                  <TextInput
                    aria-label="Name of the field"
                    placeholder="Name"
                    readOnly={readOnly}
                    value={typeof row.name === "string" ? row.name : ""}
                    onChange={(event) => set({ name: event.currentTarget.value })}
                  />
                  <Select
                    aria-label="Kind of value"
                    w={116}
                    data={KINDS}
                    value={kind}
                    allowDeselect={false}
                    disabled={readOnly}
                    onChange={(next) => {
                      const keep = typeof row.value === "string" && (row.value.startsWith("=") || next === "string");
                      set({ type: next ?? "string", ...(keep ? {} : { value: EMPTY_OF[next ?? "string"] ?? "" }) });
                    }}
                  />
                </div>
                <ValueField
                  label="Value"
                  value={row.value}
                  kind={kind}
                  path={`${path}.assignments[${index}].value`}
                  onChange={(next) => set({ value: next })}
                />
              </div>
              {!readOnly && (
                <Remove label={`field ${index + 1}`} onClick={() => change(rows.filter((_, at) => at !== index))} />
              )}
            </div>
          );
        })}
        {!readOnly && (
          <div>
            <AddButton label="Add field" onClick={() => add("", "")} />
          </div>
        )}
      </Stack>
    </div>
  );
}
