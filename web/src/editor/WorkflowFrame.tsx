import { Center, Loader } from "@mantine/core";
import { useEffect, useState } from "react";
import { Outlet, useParams } from "react-router";
import { Sidebar } from "@/app/Shell";
import { Loaded } from "@/ui/Loaded";
import { useRecord, type WorkflowRecord } from "./record";
import { SavingProvider, useAutosave } from "./saving";
import { EditorProvider, newEditor } from "./store";
import classes from "./WorkflowFrame.module.css";
import { WorkflowHeader } from "./WorkflowHeader";

/** Everything that belongs to one workflow: its header with tabs, and the tab below. */
export default function WorkflowFrame() {
  const { workflowId = "" } = useParams();
  const record = useRecord(workflowId);
  return (
    <div className={classes.frame}>
      <Sidebar folded />
      <main className={classes.body} id="page">
        {record.data === undefined ? (
          record.isError ? (
            <Loaded query={record}>{() => null}</Loaded>
          ) : (
            <Center h="100%">
              <Loader aria-label="Loading the workflow" />
            </Center>
          )
        ) : (
          <Opened key={record.data.id} record={record.data} />
        )}
      </main>
    </div>
  );
}

function Opened({ record }: { record: WorkflowRecord }) {
  const [store] = useState(() => newEditor(record.id, record.draft, record.archived));
  const saving = useAutosave(store, record);
  useEffect(() => {
    document.title = `${record.draft.name} · Headrace`;
  }, [record.draft.name]);
  useEffect(() => {
    // What the server has became another one, and not by this page: a version was restored, or theirs was taken.
    const { saved, workflow } = store.getState();
    if (record.draft !== saved && saved === workflow) store.getState().load(record.draft);
  }, [record.draft, store]);
  return (
    <EditorProvider value={store}>
      <SavingProvider value={saving}>
        <WorkflowHeader record={record} />
        <div className={classes.tab}>
          <Outlet />
        </div>
      </SavingProvider>
    </EditorProvider>
  );
}
