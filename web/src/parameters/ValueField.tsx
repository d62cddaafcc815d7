import { NumberInput, Select, TextInput } from "@mantine/core";
import { isExpression } from "@/model/parameters";
import type { Json } from "@/model/workflow";
import { PATH_DRAG, useForm } from "./context";
import { ExpressionField } from "./ExpressionField";
import { PreviewLine } from "./PreviewLine";

/**
 * A value within a row: typing `=` in front, or dropping a field, makes it an expression; taking the `=` away makes
 * it plain again.
 */
export function ValueField({
  label,
  value,
  path,
  kind = "string",
  onChange,
}: {
  label: string;
  value: Json | undefined;
  path: string;
  kind?: string;
  onChange: (value: Json) => void;
}) {
  const { readOnly } = useForm();
  const drop = {
    onDragOver: (event: React.DragEvent) => {
      if (!readOnly && event.dataTransfer.types.includes(PATH_DRAG)) event.preventDefault();
    },
    onDrop: (event: React.DragEvent) => {
      if (readOnly || !event.dataTransfer.types.includes(PATH_DRAG)) return;
      event.preventDefault();
      event.stopPropagation();
      onChange(`${isExpression(value) ? value : "="}${event.dataTransfer.getData("text/plain")}`);
    },
  };
  if (isExpression(value)) {
    return (
      <div {...drop}>
        <ExpressionField label={label} value={value} onChange={(next) => onChange(next ?? "")} path={path} plain />
        <PreviewLine path={path} />
      </div>
    );
  }
  const common = { "aria-label": label, placeholder: label, readOnly, "data-parameter": path, ...drop };
  if (kind === "boolean") {
    return (
      <Select
        {...common}
        data={["true", "false"]}
        value={value === true ? "true" : value === false ? "false" : null}
        searchable
        onSearchChange={(typed) => {
          if (typed === "=") onChange("=");
        }}
        onChange={(next) => onChange(next === "true")}
      />
    );
  }
  if (kind === "number") {
    return (
      <NumberInput
        {...common}
        value={typeof value === "number" || typeof value === "string" ? value : ""}
        onKeyDown={(event) => {
          if (event.key === "=") {
            event.preventDefault();
            onChange("=");
          }
        }}
        onChange={onChange}
      />
    );
  }
  const text = typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
  return (
    <TextInput {...common} autoComplete="off" value={text} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}
