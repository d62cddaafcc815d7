import { JsonInput, MultiSelect, NumberInput, PasswordInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { isObject } from "@/model/parameters";
import type { Json } from "@/model/workflow";
import type { Option, Parameter } from "@/nodes/descriptions";
import { Assignments } from "./Assignments";
import { CodeField } from "./CodeField";
import { Collection } from "./Collection";
import { ColumnMapper } from "./ColumnMapper";
import { CurlImport } from "./CurlImport";
import { type FieldProps, useForm } from "./context";
import { FilterField } from "./FilterField";
import { FixedCollection } from "./FixedCollection";
import { LiveOptions } from "./LiveOptions";
import { ResourceLocator } from "./ResourceLocator";

/** A value as it is, by the kind of its parameter. */
export function FixedField({
  id,
  parameter,
  value,
  path,
  onChange,
}: FieldProps & { id: string; parameter: Parameter }) {
  const { readOnly } = useForm();
  const options = parameter.typeOptions ?? {};
  const given = value ?? parameter.default;
  const common = { id, readOnly, "data-parameter": path } as const;
  switch (parameter.type) {
    case "boolean":
      return (
        <Switch
          id={id}
          checked={given === true}
          disabled={readOnly}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          value={typeof given === "number" || typeof given === "string" ? given : ""}
          min={typeof options.minValue === "number" ? options.minValue : undefined}
          max={typeof options.maxValue === "number" ? options.maxValue : undefined}
          placeholder={parameter.placeholder}
          onKeyDown={(event) => {
            if (event.key === "=" && event.currentTarget.value === "" && parameter.noDataExpression !== true) {
              event.preventDefault();
              onChange("=");
            }
          }}
          onChange={(next) => onChange(next === "" ? undefined : next)}
        />
      );
    case "options": {
      if (options.loadOptionsMethod !== undefined) {
        return <LiveOptions id={id} parameter={parameter} value={value} path={path} onChange={onChange} />;
      }
      const listed = (parameter.options ?? []) as readonly Option[];
      const known = listed.some((option) => option.value === given);
      return (
        <Select
          {...common}
          // A value that the description does not know is kept and shown, not replaced.
          data={[
            ...listed.map((option) => ({ value: String(option.value), label: option.name })),
            ...(known || given === "" || given === null
              ? []
              : [{ value: String(given), label: `${String(given)} (unknown)` }]),
          ]}
          value={given === "" || given === null ? null : String(given)}
          allowDeselect={false}
          searchable={listed.length > 8}
          disabled={readOnly}
          onChange={(next) =>
            onChange(listed.find((option) => String(option.value) === next)?.value ?? next ?? undefined)
          }
        />
      );
    }
    case "multiOptions": {
      const listed = (parameter.options ?? []) as readonly Option[];
      const chosen = Array.isArray(given) ? given.map(String) : [];
      return (
        <MultiSelect
          {...common}
          data={[
            ...listed.map((option) => ({ value: String(option.value), label: option.name })),
            ...chosen
              .filter((one) => !listed.some((option) => String(option.value) === one))
              .map((one) => ({ value: one, label: one })),
          ]}
          value={chosen}
          searchable
          disabled={readOnly}
          onChange={(next) =>
            onChange(next.map((one) => listed.find((option) => String(option.value) === one)?.value ?? one))
          }
        />
      );
    }
    case "json":
      return (
        <CodeField
          id={id}
          label={parameter.displayName}
          language="json"
          value={text(given)}
          path={path}
          onChange={onChange}
          rows={rowsOf(options.rows, 6)}
        />
      );
    case "dateTime":
      return (
        <TextInput
          {...common}
          type="datetime-local"
          step={1}
          value={text(given).slice(0, 19)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "collection":
      return <Collection parameter={parameter} value={value} path={path} onChange={onChange} />;
    case "fixedCollection":
      return <FixedCollection parameter={parameter} value={value} path={path} onChange={onChange} />;
    case "filter":
      return <FilterField value={value} path={path} onChange={onChange} />;
    case "assignmentCollection":
      return <Assignments value={value} path={path} onChange={onChange} />;
    case "resourceLocator":
      return <ResourceLocator id={id} parameter={parameter} value={value} path={path} onChange={onChange} />;
    case "resourceMapper":
      return <ColumnMapper parameter={parameter} value={value} path={path} onChange={onChange} />;
    case "curlImport":
      return <CurlImport />;
    case "credentialsSelect":
    case "string":
      return <StringField id={id} parameter={parameter} value={value} path={path} onChange={onChange} />;
    default:
      return (
        <JsonInput
          id={id}
          label={undefined}
          value={JSON.stringify(given, null, 2)}
          readOnly
          autosize
          minRows={2}
          maxRows={8}
        />
      );
  }
}

function StringField({ id, parameter, value, path, onChange }: FieldProps & { id: string; parameter: Parameter }) {
  const { readOnly } = useForm();
  const options = parameter.typeOptions ?? {};
  const given = value ?? parameter.default;
  if (typeof options.editor === "string") {
    return (
      <CodeField
        id={id}
        label={parameter.displayName}
        language={languageOf(options.editor, parameter.name)}
        value={text(given)}
        path={path}
        onChange={onChange}
        rows={rowsOf(options.rows, 8)}
      />
    );
  }
  const common = {
    id,
    readOnly,
    "data-parameter": path,
    value: text(given),
    placeholder: parameter.placeholder,
    onChange: (event: { currentTarget: { value: string } }) => {
      const next = event.currentTarget.value;
      // "=" in an empty field begins an expression; any other text that begins so is one too, and is not meant here.
      onChange(next === "=" && parameter.noDataExpression === true ? "" : next);
    },
  };
  if (options.password === true) return <PasswordInput {...common} autoComplete="off" />;
  const rows = rowsOf(options.rows, 1);
  return rows > 1 ? (
    <Textarea {...common} autosize minRows={rows} maxRows={14} />
  ) : (
    <TextInput {...common} autoComplete="off" />
  );
}

function languageOf(editor: string, name: string) {
  if (editor === "sqlEditor") return "sql";
  if (editor === "htmlEditor" || editor === "cssEditor") return "html";
  return name.startsWith("python") ? "python" : "javascript";
}

function text(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null
    ? ""
    : isObject(value) || Array.isArray(value)
      ? JSON.stringify(value)
      : String(value);
}

function rowsOf(value: Json | undefined, otherwise: number): number {
  return typeof value === "number" ? Math.max(1, Math.min(20, value)) : otherwise;
}
