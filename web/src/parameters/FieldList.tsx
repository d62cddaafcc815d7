import { scopeOf, shownParameters } from "@/model/parameters";
import type { Json, JsonObject } from "@/model/workflow";
import type { Parameter } from "@/nodes/descriptions";
import { useForm } from "./context";
import { Field } from "./Field";

/** The fields of some parameters, those that are to be shown. */
export function FieldList({
  parameters,
  values,
  path,
  onChange,
}: {
  parameters: readonly Parameter[];
  values: JsonObject;
  path: string;
  onChange: (values: JsonObject, field: string) => void;
}) {
  const { node, description } = useForm();
  const scope = scopeOf(parameters, values, node.parameters, description.parameters ?? [], node.typeVersion);
  return shownParameters(parameters, scope).map((parameter) => {
    const at = path === "" ? parameter.name : `${path}.${parameter.name}`;
    return (
      <Field
        // Two parameters of one name are never shown together, but one may follow the other.
        key={`${parameter.name}:${parameter.type}:${parameter.displayName}`}
        parameter={parameter}
        value={values[parameter.name]}
        path={at}
        onChange={(value) => onChange(put(values, parameter.name, value), at)}
      />
    );
  });
}

/** With another value under a key; undefined takes the key away. */
export function put(values: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...values, [key]: value };
  const { [key]: _, ...others } = values;
  return others;
}
