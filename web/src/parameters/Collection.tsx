import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { Plus, Trash2 } from "lucide-react";
import { isObject, scopeOf, shownParameters } from "@/model/parameters";
import type { Parameter } from "@/nodes/descriptions";
import { type FieldProps, useForm } from "./context";
import { Field } from "./Field";
import classes from "./Field.module.css";
import { put } from "./FieldList";

/** Options of which any may be added. */
export function Collection({ parameter, value, path, onChange }: FieldProps & { parameter: Parameter }) {
  const { node, description, readOnly } = useForm();
  const values = isObject(value) ? value : {};
  const listed = (parameter.options ?? []) as readonly Parameter[];
  const scope = scopeOf(listed, values, node.parameters, description.parameters ?? [], node.typeVersion);
  const offered = shownParameters(listed, scope);
  const added = offered.filter((option) => option.name in values);
  const left = offered.filter((option) => !(option.name in values));
  return (
    <div className={classes.group}>
      {added.map((option) => (
        <div key={option.name} className={classes.row}>
          <Field
            parameter={option}
            value={values[option.name]}
            path={`${path}.${option.name}`}
            onChange={(next) => onChange(put(values, option.name, next ?? option.default))}
          />
          {!readOnly && (
            <Tooltip label="Take away">
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Take ${option.displayName} away`}
                onClick={() => onChange(put(values, option.name, undefined))}
              >
                <Trash2 size={14} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      ))}
      {!readOnly && left.length > 0 && (
        <Menu position="bottom-start" width={280}>
          <Menu.Target>
            <Button variant="default" size="xs" leftSection={<Plus size={14} />}>
              {parameter.placeholder ?? "Add option"}
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={320} style={{ overflow: "auto" }}>
            {left.map((option) => (
              <Menu.Item key={option.name} onClick={() => onChange({ ...values, [option.name]: option.default })}>
                {option.displayName}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {added.length === 0 && left.length === 0 && "No options here."}
    </div>
  );
}
