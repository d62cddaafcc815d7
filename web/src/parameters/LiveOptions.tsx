import { Autocomplete } from "@mantine/core";
import { isObject } from "@/model/parameters";
import type { Parameter } from "@/nodes/descriptions";
import { type FieldProps, useForm } from "./context";
import { useColumns } from "./options";

/** A choice whose list depends on what else is chosen: columns of the table that is named; typed where none is known. */
export function LiveOptions({ id, parameter, value, onChange }: FieldProps & { id: string; parameter: Parameter }) {
  const { node, readOnly } = useForm();
  const table = node.parameters.dataTableId;
  const columns = useColumns(isObject(table) && typeof table.value === "string" ? table.value : "");
  return (
    <Autocomplete
      id={id}
      readOnly={readOnly}
      data={columns.map((column) => column.value)}
      value={typeof value === "string" ? value : ""}
      placeholder={parameter.placeholder ?? "Choose or type a name"}
      onChange={onChange}
    />
  );
}
