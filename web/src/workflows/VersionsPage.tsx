import { Alert, Center, Loader, Select, Text } from "@mantine/core";
import { ArrowRight, TriangleAlert } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { messageOf } from "@/api/problems";
import type { VersionShape } from "@/api/schema";
import { FlowView } from "@/editor/FlowView";
import { useRecord, type WorkflowRecord } from "@/editor/record";
import { useSaving } from "@/editor/saving";
import type { Workflow } from "@/model/workflow";
import { Loaded } from "@/ui/Loaded";
import { ChangeList } from "./versions/ChangeList";
import { marksOf } from "./versions/diffing";
import { useDifference, useVersion, useVersions, type VersionRef } from "./versions/queries";
import { VersionList } from "./versions/VersionList";
import classes from "./versions/versions.module.css";

/** All versions of a workflow, and what is different between two of them. */
export default function VersionsPage() {
  const { workflowId = "" } = useParams();
  const record = useRecord(workflowId).data;
  const versions = useVersions(workflowId);
  const { flush } = useSaving();
  // What is compared is what the server has.
  useEffect(() => void flush(), [flush]);
  if (record === undefined) return null;
  return (
    <Loaded query={versions}>
      {(data) => (
        <Versions
          record={record}
          versions={data.pages.flatMap((page) => page.data)}
          more={versions.hasNextPage ? () => void versions.fetchNextPage() : null}
        />
      )}
    </Loaded>
  );
}

const DRAFT = "draft";

function Versions({
  record,
  versions,
  more,
}: {
  record: WorkflowRecord;
  versions: readonly VersionShape[];
  more: (() => void) | null;
}) {
  const [parameters, setParameters] = useSearchParams();
  const after = read(parameters.get("after")) ?? null;
  const before = read(parameters.get("before")) ?? (after === null ? record.latestVersion || null : after - 1 || null);
  const choose = (from: VersionRef, to: VersionRef) =>
    setParameters({
      ...(from === null ? {} : { before: String(from) }),
      ...(to === null ? {} : { after: String(to) }),
    });
  const options = [
    { value: DRAFT, label: "Draft" },
    ...versions.map((version) => ({ value: String(version.number), label: `Version ${version.number}` })),
  ];
  const chosen = (value: string | null): VersionRef => (value === null || value === DRAFT ? null : Number(value));
  return (
    <div className={classes.page}>
      <VersionList
        record={record}
        versions={versions}
        shown={after}
        onShow={(number) => choose(null, number)}
        onCompare={(number) => choose(number, null)}
        more={more}
      />
      <section className={classes.compared} aria-label="Comparison">
        {before === null || before === after ? (
          <Single record={record} version={after} />
        ) : (
          <>
            <div className={classes.bar}>
              <Select
                aria-label="Before"
                size="xs"
                w={140}
                allowDeselect={false}
                data={options.filter((option) => option.value !== DRAFT)}
                value={String(before)}
                onChange={(value) => choose(chosen(value), after)}
              />
              <ArrowRight size={15} aria-hidden />
              <Select
                aria-label="After"
                size="xs"
                w={140}
                allowDeselect={false}
                data={options}
                value={after === null ? DRAFT : String(after)}
                onChange={(value) => choose(before, chosen(value))}
              />
              <Legend />
            </div>
            <Compared record={record} before={before} after={after} />
          </>
        )}
      </section>
    </div>
  );
}

function read(number: string | null): number | undefined {
  return number !== null && /^\d{1,9}$/.test(number) && number !== "0" ? Number(number) : undefined;
}

function Legend() {
  return (
    <div className={classes.legend} aria-hidden>
      <span data-mark="added">Added</span>
      <span data-mark="changed">Changed</span>
      <span data-mark="removed">Removed</span>
    </div>
  );
}

/** Nothing to compare with: the drawing alone. */
function Single({ record, version }: { record: WorkflowRecord; version: VersionRef }) {
  const drawn = useVersion(record.id, version);
  const workflow = version === null ? record.draft : drawn.data;
  return (
    <>
      <div className={classes.bar}>
        <Text size="sm" fw={600}>
          {version === null ? "Draft" : `Version ${version}`}
        </Text>
        <Text size="sm" c="dimmed">
          {version === null ? "There is no version to compare it with yet." : "There is none before it."}
        </Text>
      </div>
      <div className={classes.views}>
        <View label="What is drawn" workflow={workflow} />
      </div>
    </>
  );
}

function Compared({ record, before, after }: { record: WorkflowRecord; before: number; after: VersionRef }) {
  const [selected, setSelected] = useState<string | null>(null);
  const old = useVersion(record.id, before);
  const now = useVersion(record.id, after);
  const difference = useDifference(record.id, before, after, record.etag);
  const marks = useMemo(() => (difference.data === undefined ? null : marksOf(difference.data)), [difference.data]);
  const renamed = useMemo(
    () => (difference.data?.changed ?? []).filter((change) => change.renamed_from != null),
    [difference.data],
  );
  const nameBefore = renamed.find((change) => change.name === selected)?.renamed_from ?? selected;
  const toNow = (name: string | null) => renamed.find((change) => change.renamed_from === name)?.name ?? name;
  const failed = old.error ?? now.error ?? difference.error;
  if (failed !== null) {
    return (
      <Alert m="md" color="red" icon={<TriangleAlert size={18} />} title="These cannot be compared">
        {messageOf(failed)}
      </Alert>
    );
  }
  return (
    <>
      <div className={classes.views}>
        <View
          label={`Version ${before}`}
          workflow={old.data}
          marks={marks?.before}
          selected={nameBefore}
          onSelect={(name) => setSelected(toNow(name))}
        />
        <View
          label={after === null ? "Draft" : `Version ${after}`}
          workflow={after === null ? record.draft : now.data}
          marks={marks?.after}
          selected={selected}
          onSelect={setSelected}
        />
      </div>
      <div className={classes.changes}>
        <Loaded query={difference}>
          {(data) => <ChangeList difference={data} selected={selected} onSelect={setSelected} />}
        </Loaded>
      </div>
    </>
  );
}

function View({
  label,
  workflow,
  ...view
}: { label: string; workflow: Workflow | undefined } & Pick<
  React.ComponentProps<typeof FlowView>,
  "selected" | "onSelect"
> & { marks?: React.ComponentProps<typeof FlowView>["marks"] | undefined }) {
  const { marks, ...rest } = view;
  return (
    <figure className={classes.view}>
      <figcaption>{label}</figcaption>
      {workflow === undefined ? (
        <Center h="100%">
          <Loader aria-label="Loading" />
        </Center>
      ) : (
        <FlowView key={label} workflow={workflow} {...rest} {...(marks === undefined ? {} : { marks })} />
      )}
    </figure>
  );
}
