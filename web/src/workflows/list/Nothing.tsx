import { Button, Group } from "@mantine/core";
import { Archive, FolderOpen, SearchX, Star, Workflow } from "lucide-react";
import { Link } from "react-router";
import { Empty } from "@/ui/Page";
import { TEXTS } from "../texts";
import { EVERYTHING, type Listing } from "./listing";

/** Why the list is empty, and what to do about it. */
export function Nothing({
  listing,
  onGo,
  onNew,
  onImport,
}: {
  listing: Listing;
  onGo: (listing: Listing) => void;
  onNew: () => void;
  onImport: () => void;
}) {
  const start = (
    <Group gap="xs" mt="xs" justify="center">
      <Button onClick={onNew}>{TEXTS.newWorkflow}</Button>
      <Button variant="default" onClick={onImport}>
        {TEXTS.import}
      </Button>
      <Button variant="default" component={Link} to="/templates">
        {TEXTS.fromTemplate}
      </Button>
    </Group>
  );
  if (
    listing.search !== "" ||
    listing.tag !== null ||
    listing.shown === "published" ||
    listing.shown === "unpublished"
  ) {
    return (
      <Empty
        icon={<SearchX size={26} />}
        title={TEXTS.nothingFoundTitle}
        action={
          <Button
            variant="default"
            onClick={() => onGo({ ...EVERYTHING, project: listing.project, order: listing.order })}
          >
            Show all workflows
          </Button>
        }
      >
        {TEXTS.nothingFoundText}
      </Empty>
    );
  }
  if (listing.favourites) {
    return (
      <Empty icon={<Star size={26} />} title={TEXTS.noFavouritesTitle}>
        {TEXTS.noFavouritesText}
      </Empty>
    );
  }
  if (listing.shown === "archived") {
    return (
      <Empty icon={<Archive size={26} />} title={TEXTS.noArchiveTitle}>
        {TEXTS.noArchiveText}
      </Empty>
    );
  }
  if (listing.project !== null) {
    return (
      <Empty icon={<FolderOpen size={26} />} title={TEXTS.emptyFolderTitle} action={start}>
        {TEXTS.emptyFolderText}
      </Empty>
    );
  }
  return (
    <Empty icon={<Workflow size={26} />} title={TEXTS.emptyTitle} action={start}>
      {TEXTS.emptyText}
    </Empty>
  );
}
