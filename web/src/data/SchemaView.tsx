import { Text } from "@mantine/core";
import { Braces, Brackets, ChevronDown, ChevronRight, CircleSlash, Hash, ToggleLeft, Type } from "lucide-react";
import { useMemo, useState } from "react";
import { type SchemaField, schemaOf, type ValueType, valueAt } from "@/model/schema";
import type { Item, JsonObject } from "@/model/workflow";
import classes from "./data.module.css";
import { Field } from "./Field";
import { Limited } from "./Limited";
import { noFields, TEXTS } from "./texts";
import { Value } from "./Value";
import { counted } from "./values";

const ICONS: Readonly<Record<ValueType, typeof Hash>> = {
  string: Type,
  number: Hash,
  boolean: ToggleLeft,
  null: CircleSlash,
  array: Brackets,
  object: Braces,
};

/** The fields of the items, with their types, and values of the chosen item beside them. */
export function SchemaView({
  sample,
  item,
  wanted,
  total,
}: {
  sample: readonly Item[];
  /** The values shown are this one's; the first that are there where it has none. */
  item: Item | undefined;
  /** Only fields with this in their name, and what is around them. */
  wanted: string;
  total: number;
}) {
  const fields = useMemo(() => schemaOf(sample.map((one) => one.json)), [sample]);
  const found = useMemo(() => filtered(fields, wanted.trim().toLowerCase()), [fields, wanted]);
  if (found.length === 0) {
    return <Text className={classes.note}>{fields.length === 0 ? noFields(sample) : TEXTS.nothingFound}</Text>;
  }
  return (
    <div className={classes.scroller}>
      <ul className={classes.schema} aria-label={TEXTS.views.schema}>
        <Fields fields={found} json={item?.json} depth={0} open={wanted.trim() !== ""} />
      </ul>
      {total > sample.length && <Text className={classes.note}>{TEXTS.firstItems(counted(sample.length))}</Text>}
    </div>
  );
}

function Fields(props: { fields: readonly SchemaField[]; json: JsonObject | undefined; depth: number; open: boolean }) {
  const { fields, json, depth, open } = props;
  return (
    <Limited all={fields} first={200}>
      {(field) => <FieldRow key={field.path.join("\u0000")} field={field} json={json} depth={depth} opened={open} />}
    </Limited>
  );
}

function FieldRow({
  field,
  json,
  depth,
  opened,
}: {
  field: SchemaField;
  json: JsonObject | undefined;
  depth: number;
  opened: boolean;
}) {
  const [chosen, setOpen] = useState(depth < 1);
  const open = opened || chosen;
  const Icon = ICONS[field.types.find((type) => type !== "null") ?? "null"];
  const value = json === undefined ? field.sample : (valueAt(json, field.path) ?? field.sample);
  const nested = field.fields.length > 0;
  const types = field.types.join(" or ");
  return (
    <li>
      <div className={classes.schemaRow}>
        {nested ? (
          <button
            type="button"
            className={classes.fold}
            aria-expanded={open}
            aria-label={`${open ? "Fold" : "Unfold"} ${field.key}`}
            onClick={() => setOpen(!open)}
          >
            {open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
          </button>
        ) : (
          <span className={classes.fold} />
        )}
        <Field path={field.path} value={value}>
          <Icon size={12} strokeWidth={2} aria-label={types} />
          {typeof field.key === "number" ? `[${field.key}]` : field.key}
        </Field>
        {field.optional && (
          <span className={classes.optional} title="Some items do not have it">
            optional
          </span>
        )}
        {nested ? (
          <span className={classes.value} data-type="missing">
            {Array.isArray(value) ? counted(value.length, "element") : ""}
          </span>
        ) : (
          <Value value={value} most={160} />
        )}
      </div>
      {nested && open && (
        <ul className={classes.within}>
          <Fields fields={field.fields} json={json} depth={depth + 1} open={opened} />
        </ul>
      )}
    </li>
  );
}

function filtered(fields: readonly SchemaField[], wanted: string): readonly SchemaField[] {
  if (wanted === "") return fields;
  return fields.flatMap((field) => {
    if (String(field.key).toLowerCase().includes(wanted)) return [field];
    const within = filtered(field.fields, wanted);
    return within.length > 0 ? [{ ...field, fields: within }] : [];
  });
}
