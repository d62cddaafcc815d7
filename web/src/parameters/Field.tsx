import { ActionIcon, Alert, Group, Menu, SegmentedControl, Text, Tooltip } from "@mantine/core";
import { CircleQuestionMark, EllipsisVertical } from "lucide-react";
import { useId } from "react";
import { isEmpty, isExpression, toExpression, toFixed } from "@/model/parameters";
import type { Json } from "@/model/workflow";
import type { Parameter } from "@/nodes/descriptions";
import { Markup } from "@/ui/Markup";
import { PATH_DRAG, useForm } from "./context";
import { ExpressionField } from "./ExpressionField";
import classes from "./Field.module.css";
import { FixedField } from "./FixedField";
import { PreviewLine } from "./PreviewLine";

/** Kinds that hold values of their own: an expression stands in their fields, not for them. */
const COMPOSED = new Set([
  "collection",
  "fixedCollection",
  "filter",
  "assignmentCollection",
  "resourceMapper",
  "curlImport",
]);

/** One parameter: its label, its value fixed or as an expression, and what the expression gives. */
export function Field({
  parameter,
  value,
  path,
  onChange,
}: {
  parameter: Parameter;
  value: Json | undefined;
  path: string;
  onChange: (value: Json | undefined) => void;
}) {
  const { readOnly } = useForm();
  const id = useId();
  if (parameter.type === "notice") {
    return (
      <Alert p="xs" color="gray">
        <Text size="sm" component="div">
          <Markup text={parameter.displayName} />
        </Text>
      </Alert>
    );
  }
  const composed = COMPOSED.has(parameter.type);
  const locator = parameter.type === "resourceLocator";
  const expression = !composed && !locator && isExpression(value);
  const switchable = !composed && !locator && parameter.noDataExpression !== true && !readOnly;
  const lacking = parameter.required === true && isEmpty(value ?? parameter.default);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one of two ways; typing is the other
    <div
      className={classes.field}
      data-path={path}
      onDragOver={(event) => {
        if (switchable && event.dataTransfer.types.includes(PATH_DRAG)) event.preventDefault();
      }}
      onDrop={(event) => {
        const dropped = event.dataTransfer.getData("text/plain");
        if (!switchable || !event.dataTransfer.types.includes(PATH_DRAG)) return;
        event.preventDefault();
        event.stopPropagation();
        onChange(expression ? `${value}${dropped}` : `=${dropped}`);
      }}
    >
      <Group justify="space-between" gap="xs" wrap="nowrap" mih={24}>
        <Group gap={4} wrap="nowrap">
          <Text component="label" htmlFor={id} size="sm" fw={560} c={lacking ? "var(--hr-danger)" : undefined}>
            {parameter.displayName}
            {parameter.required === true && <span aria-hidden> *</span>}
          </Text>
          {parameter.description !== undefined && parameter.type !== "boolean" && (
            <Tooltip
              label={parameter.description}
              multiline
              maw={320}
              events={{ hover: true, focus: true, touch: true }}
            >
              <button type="button" className={classes.hint} aria-label={parameter.description}>
                <CircleQuestionMark size={13} />
              </button>
            </Tooltip>
          )}
        </Group>
        {switchable && (
          <Group gap={2} wrap="nowrap" className={classes.switch ?? ""} data-on={expression || undefined}>
            <SegmentedControl
              size="xs"
              aria-label={`${parameter.displayName}: fixed or expression`}
              data={[
                { label: "Fixed", value: "fixed" },
                { label: "Expression", value: "expression" },
              ]}
              value={expression ? "expression" : "fixed"}
              onChange={(to) =>
                onChange(to === "expression" ? toExpression(value ?? parameter.default) : toFixed(value, parameter))
              }
            />
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`More about ${parameter.displayName}`}>
                  <EllipsisVertical size={14} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => onChange(undefined)}>Reset to the default</Menu.Item>
                <Menu.Item onClick={() => void navigator.clipboard.writeText(path)}>Copy path</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        )}
      </Group>
      {expression ? (
        <>
          <ExpressionField id={id} label={parameter.displayName} value={value} onChange={onChange} path={path} />
          <PreviewLine path={path} />
        </>
      ) : (
        <FixedField id={id} parameter={parameter} value={value} path={path} onChange={onChange} />
      )}
      {parameter.description !== undefined && parameter.type === "boolean" && (
        <Text size="xs" c="dimmed">
          {parameter.description}
        </Text>
      )}
      {lacking && (
        <Text size="xs" c="var(--hr-danger)">
          This must be given.
        </Text>
      )}
    </div>
  );
}
