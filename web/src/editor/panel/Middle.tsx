import { Alert, Tabs } from "@mantine/core";
import { CircleHelp } from "lucide-react";
import { useMemo } from "react";
import { useFirstItems } from "@/data/items";
import { changeNode } from "@/model/graph";
import type { RunView } from "@/model/runs";
import type { Workflow, WorkflowNode } from "@/model/workflow";
import { NodeParameters, type PreviewContext } from "@/parameters/NodeParameters";
import { NodeSettings } from "@/parameters/NodeSettings";
import { Loaded } from "@/ui/Loaded";
import { useEditorStore } from "../store";
import { WebhookAddresses } from "../WebhookAddresses";
import type { useLooking } from "./looking";
import { ParameterSummary } from "./ParameterSummary";
import classes from "./panel.module.css";
import { TEXTS } from "./texts";

/** The forms of a node: its parameters, and its settings. */
export function Middle({
  node,
  workflow,
  run,
  looking,
  readOnly,
}: {
  node: WorkflowNode;
  workflow: Workflow;
  run: RunView | null;
  looking: ReturnType<typeof useLooking>;
  readOnly: boolean;
}) {
  const store = useEditorStore();
  const reaching = useFirstItems(looking.reaching);
  const { runNumber, itemIndex } = looking;
  const executionId = run?.executionId;
  const context = useMemo(
    (): PreviewContext => ({
      workflow,
      itemIndex,
      input: reaching.map((item) => item.json),
      ...(executionId === undefined ? {} : { executionId }),
      ...(runNumber === null ? {} : { runIndex: runNumber }),
    }),
    [workflow, itemIndex, reaching, executionId, runNumber],
  );
  const change = (next: WorkflowNode, field: string) =>
    store.getState().change(`Change ${node.name}`, (before) => changeNode(before, node.name, () => next), {
      merge: `${node.id}:${field}`,
    });

  return (
    <section className={classes.middle} aria-label={TEXTS.parameters}>
      <Loaded query={looking.description}>
        {(description) =>
          description === null ? (
            <>
              <Alert m="sm" color="yellow" icon={<CircleHelp size={18} />}>
                {TEXTS.unknownType}
              </Alert>
              <ParameterSummary node={node} description={null} />
            </>
          ) : (
            <Tabs defaultValue="parameters" className={classes.forms ?? ""} keepMounted={false}>
              <Tabs.List px={12}>
                <Tabs.Tab value="parameters">{TEXTS.parameters}</Tabs.Tab>
                <Tabs.Tab value="settings">{TEXTS.settings}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="parameters" className={classes.form ?? ""}>
                {/^(webhook|form|chat)$/.test(description.trigger ?? "") && <WebhookAddresses node={node} />}
                <NodeParameters
                  description={description}
                  node={node}
                  context={context}
                  readOnly={readOnly}
                  onChange={change}
                />
              </Tabs.Panel>
              <Tabs.Panel value="settings" className={classes.form ?? ""}>
                <NodeSettings description={description} node={node} readOnly={readOnly} onChange={change} />
              </Tabs.Panel>
            </Tabs>
          )
        }
      </Loaded>
    </section>
  );
}
