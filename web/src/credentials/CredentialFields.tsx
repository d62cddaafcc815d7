import { NumberInput, PasswordInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { scopeOf, shownParameters } from "@/model/parameters";
import type { JsonObject } from "@/model/workflow";
import type { Option, Parameter } from "@/nodes/descriptions";

const KEPT = "Kept as it is. Type to replace it.";

/** The fields of a kind of credential. A secret that is filled is never shown again, only replaced. */
export function CredentialFields({
  fields,
  data,
  filled,
  onChange,
}: {
  fields: readonly Parameter[];
  data: JsonObject;
  filled: ReadonlySet<string>;
  onChange: (data: JsonObject) => void;
}) {
  const scope = scopeOf(fields, data, data, fields, 1);
  return shownParameters(fields, scope).map((field) => {
    const value = data[field.name] ?? field.default;
    const secret = field.typeOptions?.password === true;
    const common = {
      label: field.displayName,
      description: field.description,
      required: field.required === true && !filled.has(field.name),
      placeholder: secret && filled.has(field.name) ? KEPT : field.placeholder,
      autoComplete: "off",
    };
    const set = (next: JsonObject[string]) => onChange({ ...data, [field.name]: next });
    const text = typeof value === "string" ? value : String(value ?? "");
    switch (field.type) {
      case "boolean":
        return (
          <Switch
            key={field.name}
            label={field.displayName}
            description={field.description}
            checked={value === true}
            onChange={(event) => set(event.currentTarget.checked)}
          />
        );
      case "number":
        return (
          <NumberInput
            key={field.name}
            {...common}
            value={typeof value === "number" ? value : ""}
            onChange={(next) => set(next)}
          />
        );
      case "options":
        return (
          <Select
            key={field.name}
            label={field.displayName}
            description={field.description}
            data={((field.options ?? []) as readonly Option[]).map((one) => ({
              value: String(one.value),
              label: one.name,
            }))}
            value={text}
            allowDeselect={false}
            onChange={(next) => set(next ?? "")}
          />
        );
      default:
        if (typeof field.typeOptions?.rows === "number" || field.type === "json") {
          return (
            <Textarea
              key={field.name}
              {...common}
              autosize
              minRows={4}
              maxRows={12}
              value={text}
              onChange={(event) => set(event.currentTarget.value)}
            />
          );
        }
        return secret ? (
          <PasswordInput
            key={field.name}
            {...common}
            autoComplete="new-password"
            value={text}
            onChange={(event) => set(event.currentTarget.value)}
          />
        ) : (
          <TextInput key={field.name} {...common} value={text} onChange={(event) => set(event.currentTarget.value)} />
        );
    }
  });
}
