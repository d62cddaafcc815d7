import { Text } from "@mantine/core";
import type { Json, WorkflowNode } from "@/model/workflow";
import type { NodeDescription } from "@/nodes/descriptions";
import classes from "./panel.module.css";
import { TEXTS } from "./texts";

const MOST = 20_000;

/** How a node was set, to read: each parameter under the name that its form has. */
export function ParameterSummary({ node, description }: { node: WorkflowNode; description: NodeDescription | null }) {
  const names = new Map(description?.parameters?.map((parameter) => [parameter.name, parameter.displayName]));
  const parameters = Object.entries(node.parameters);
  const credentials = Object.entries(node.credentials ?? {});
  return (
    <section className={classes.middle} aria-label={TEXTS.parameters}>
      <div className={classes.paneHead}>
        <h3 className={classes.paneTitle}>{TEXTS.parameters}</h3>
      </div>
      <div className={classes.summary}>
        {parameters.length === 0 && credentials.length === 0 && (
          <Text size="sm" c="dimmed">
            {TEXTS.noParameters}
          </Text>
        )}
        <dl>
          {credentials.map(([type, credential]) => (
            <div key={type}>
              <dt>
                {TEXTS.credentials} <span className={classes.soft}>{type}</span>
              </dt>
              <dd>{credential.name}</dd>
            </div>
          ))}
          {parameters.map(([name, value]) => (
            <div key={name}>
              <dt>{names.get(name) ?? name}</dt>
              <dd data-nested={typeof value === "object" && value !== null ? "" : undefined}>{written(value)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}

function written(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}
