import { SegmentedControl, Select, Stack, Switch } from "@mantine/core";
import {
  type Condition,
  KIND_LABELS,
  newCondition,
  OPERATORS,
  operatorOf,
  readFilter,
  withOperator,
} from "@/model/conditions";
import type { Json } from "@/model/workflow";
import { type FieldProps, useForm } from "./context";
import classes from "./Field.module.css";
import { AddButton, Remove } from "./FixedCollection";
import { ValueField } from "./ValueField";

const CHOICES = Object.entries(KIND_LABELS).map(([kind, group]) => ({
  group,
  items: OPERATORS.filter((one) => one.kind === kind).map((one) => ({
    value: `${one.kind}:${one.operation}`,
    label: one.label,
  })),
}));

/** Conditions, all of which or one of which must hold. */
export function FilterField({ value, path, onChange }: FieldProps) {
  const { node, readOnly } = useForm();
  const filter = readFilter(value, node.typeVersion >= 2.2 ? 2 : 1);
  const conditions = filter.conditions.length > 0 ? filter.conditions : [newConditionAt(path)];
  const change = (next: Partial<typeof filter>) => onChange({ ...filter, conditions, ...next } as unknown as Json);
  const set = (index: number, condition: Condition) =>
    change({ conditions: conditions.map((one, at) => (at === index ? condition : one)) });
  return (
    <Stack gap="xs">
      {conditions.map((condition, index) => (
        <Stack key={condition.id} gap="xs">
          {index > 0 && (
            <SegmentedControl
              size="xs"
              w={110}
              aria-label="How conditions are joined"
              data={[
                { value: "and", label: "AND" },
                { value: "or", label: "OR" },
              ]}
              value={filter.combinator}
              disabled={readOnly || index > 1}
              onChange={(combinator) => change({ combinator: combinator as "and" | "or" })}
            />
          )}
          <div className={classes.row}>
            <Row condition={condition} path={`${path}.conditions[${index}]`} onChange={(next) => set(index, next)} />
            {!readOnly && (
              <Remove
                label={`condition ${index + 1}`}
                onClick={() => change({ conditions: conditions.filter((_, at) => at !== index) })}
              />
            )}
          </div>
        </Stack>
      ))}
      {!readOnly && (
        <div>
          <AddButton label="Add condition" onClick={() => change({ conditions: [...conditions, newCondition()] })} />
        </div>
      )}
      <Switch
        size="xs"
        label="Upper and lower case differ"
        checked={filter.options.caseSensitive !== false}
        disabled={readOnly}
        onChange={(event) => change({ options: { ...filter.options, caseSensitive: event.currentTarget.checked } })}
      />
    </Stack>
  );
}

function Row({
  condition,
  path,
  onChange,
}: {
  condition: Condition;
  path: string;
  onChange: (next: Condition) => void;
}) {
  const { readOnly } = useForm();
  const operator = operatorOf(condition);
  return (
    <div className={classes.group}>
      <ValueField
        label="Value 1"
        value={condition.leftValue}
        path={`${path}.leftValue`}
        onChange={(leftValue) => onChange({ ...condition, leftValue })}
      />
      <Select
        aria-label="Operator"
        data={CHOICES}
        searchable
        disabled={readOnly}
        allowDeselect={false}
        maxDropdownHeight={320}
        renderOption={({ option }) => option.label}
        value={`${condition.operator.type}:${condition.operator.operation}`}
        onChange={(next) => {
          const chosen = OPERATORS.find((one) => `${one.kind}:${one.operation}` === next);
          if (chosen !== undefined) onChange(withOperator(condition, chosen));
        }}
      />
      {operator?.single !== true && (
        <ValueField
          label="Value 2"
          value={condition.rightValue}
          path={`${path}.rightValue`}
          kind={operator?.kind === "number" || operator?.operation.startsWith("length") ? "number" : operator?.kind}
          onChange={(rightValue) => onChange({ ...condition, rightValue })}
        />
      )}
    </div>
  );
}

/** An empty first condition, the same as long as nothing is typed. */
function newConditionAt(path: string): Condition {
  return { ...newCondition(), id: `first-${path}` };
}
