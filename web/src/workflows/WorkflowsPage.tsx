import { Button } from "@mantine/core";
import { FileUp, LayoutTemplate, Plus } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { ApiError } from "@/api/problems";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { Dialogs } from "./list/Dialogs";
import type { Dialog } from "./list/dialogs";
import type { Dragged } from "./list/dragging";
import { FolderTree } from "./list/FolderTree";
import { useFavourites } from "./list/favourites";
import classes from "./list/list.module.css";
import { isSearch, type Listing, readListing, writeListing } from "./list/listing";
import { Nothing } from "./list/Nothing";
import { PathBar } from "./list/PathBar";
import { useFolders, useProjects, useWorkflows } from "./list/queries";
import { Toolbar } from "./list/Toolbar";
import { useFileDrop } from "./list/useFileDrop";
import { useWorkflowActions } from "./list/useWorkflowActions";
import { WorkflowTable } from "./list/WorkflowTable";
import { TEXTS } from "./texts";

/** All workflows of the tenant: found, put in order, made, brought in. */
export default function WorkflowsPage() {
  const [parameters, setParameters] = useSearchParams();
  const listing = useMemo(() => readListing(parameters), [parameters]);
  const onGo = useCallback((next: Listing) => setParameters(writeListing(next)), [setParameters]);
  const actions = useWorkflowActions();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const fileOver = useFileDrop(useCallback((files) => setDialog({ kind: "import", files }), []));
  const projects = useProjects();
  const folders = useFolders(listing.project).data ?? [];
  const query = useWorkflows(listing);
  useOnlyProject(query.error, listing, projects.data?.[0]?.id, onGo);

  const onDrop = (dropped: Dragged, folder: string | null) => {
    setDragged(null);
    if (dropped.kind === "folder") void actions.changeFolder(dropped.folder.id, { parentId: folder });
    else {
      const name = folders.find((one) => one.id === folder)?.name;
      void actions.move(dropped.workflow, folder, name === undefined ? TEXTS.noFolder : `“${name}”`);
    }
  };
  const onNew = () => void actions.create(undefined, listing.project, listing.folder);
  const onImport = () => setDialog({ kind: "import", files: [] });
  return (
    <Page
      title="Workflows"
      wide
      actions={
        <>
          <Button variant="default" leftSection={<LayoutTemplate size={16} />} component={Link} to="/templates">
            {TEXTS.fromTemplate}
          </Button>
          <Button variant="default" leftSection={<FileUp size={16} />} onClick={onImport}>
            {TEXTS.import}
          </Button>
          <Button leftSection={<Plus size={16} />} onClick={onNew}>
            {TEXTS.newWorkflow}
          </Button>
        </>
      }
    >
      <div className={classes.layout}>
        <FolderTree {...{ listing, dragged, onGo, onDrop }} onDialog={setDialog} />
        <section aria-label="List of workflows" className={classes.found}>
          <Toolbar listing={listing} onGo={onGo} onTags={() => setDialog({ kind: "allTags" })} />
          <PathBar
            {...{ listing, folders, dragged, onGo, onDrop }}
            project={projects.data?.find((project) => project.id === listing.project)?.name ?? ""}
          />
          <Loaded query={query}>
            {(data) => (
              <Found
                listing={listing}
                query={query}
                data={data.pages.flatMap((page) => page.workflows)}
                empty={<Nothing {...{ listing, onGo, onNew, onImport }} />}
                {...{ folders, dragged, actions, onGo, onDrop }}
                onDialog={setDialog}
                onDrag={setDragged}
              />
            )}
          </Loaded>
        </section>
      </div>
      <Dialogs
        dialog={dialog}
        actions={actions}
        project={listing.project}
        folder={listing.folder}
        onClose={() => setDialog(null)}
      />
      {fileOver && (
        <div className={classes.over}>
          <div>Drop to import</div>
        </div>
      )}
    </Page>
  );
}

type TableProps = Omit<React.ComponentProps<typeof WorkflowTable>, "workflows" | "more">;

function Found({
  query,
  data,
  empty,
  ...table
}: TableProps & {
  query: ReturnType<typeof useWorkflows>;
  data: React.ComponentProps<typeof WorkflowTable>["workflows"];
  empty: React.ReactNode;
}) {
  const { listing, folders } = table;
  const favourites = useFavourites();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    // Favourites may stand on any page.
    if (listing.favourites && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [listing.favourites, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const workflows = listing.favourites ? data.filter((workflow) => favourites.ids.has(workflow.id)) : data;
  const foldersHere =
    listing.project !== null && !isSearch(listing) && folders.some((folder) => folder.parentId === listing.folder);
  if (workflows.length === 0 && !foldersHere && !hasNextPage) return empty;
  return (
    <WorkflowTable
      {...table}
      workflows={workflows}
      more={hasNextPage ? { busy: isFetchingNextPage, load: () => void fetchNextPage() } : null}
    />
  );
}

/** Who may not see all projects begins in the first of theirs. */
function useOnlyProject(
  error: Error | null,
  listing: Listing,
  first: string | undefined,
  onGo: (listing: Listing) => void,
) {
  const needed = error instanceof ApiError && error.code === "project_needed";
  useEffect(() => {
    if (needed && first !== undefined && listing.project === null) onGo({ ...listing, project: first });
  }, [needed, first, listing, onGo]);
}
