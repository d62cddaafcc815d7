/** Which workflows the list shows: kept in the address, so that it can be shared and gone back to. */

export type Shown = "all" | "published" | "unpublished" | "archived";
export type Order = "updated" | "name";

export interface Listing {
  /** Null: of all projects. */
  readonly project: string | null;
  /** Null: the top level of the project. */
  readonly folder: string | null;
  readonly search: string;
  /** A tag's name. */
  readonly tag: string | null;
  readonly shown: Shown;
  readonly order: Order;
  readonly favourites: boolean;
}

export const EVERYTHING: Listing = {
  project: null,
  folder: null,
  search: "",
  tag: null,
  shown: "all",
  order: "updated",
  favourites: false,
};

const SHOWN: readonly Shown[] = ["all", "published", "unpublished", "archived"];

export function readListing(parameters: URLSearchParams): Listing {
  const shown = SHOWN.find((known) => known === parameters.get("show"));
  const project = parameters.get("project");
  return {
    project,
    folder: project === null ? null : parameters.get("folder"),
    search: parameters.get("q") ?? "",
    tag: parameters.get("tag"),
    shown: shown ?? "all",
    order: parameters.get("order") === "name" ? "name" : "updated",
    favourites: parameters.get("favourites") === "1",
  };
}

/** The shortest address: what is as usual is left out. */
export function writeListing(listing: Listing): URLSearchParams {
  const parameters = new URLSearchParams();
  if (listing.project !== null) parameters.set("project", listing.project);
  if (listing.project !== null && listing.folder !== null) parameters.set("folder", listing.folder);
  if (listing.search !== "") parameters.set("q", listing.search);
  if (listing.tag !== null) parameters.set("tag", listing.tag);
  if (listing.shown !== "all") parameters.set("show", listing.shown);
  if (listing.order !== "updated") parameters.set("order", listing.order);
  if (listing.favourites) parameters.set("favourites", "1");
  return parameters;
}

/** Something is looked for: then all folders are searched, not the one that is open. */
export function isSearch(listing: Listing): boolean {
  return listing.search !== "" || listing.tag !== null || listing.favourites || listing.shown !== "all";
}

/** What the server is asked for. */
export function asked(listing: Listing) {
  return {
    summary: true,
    sort: listing.order,
    archived: listing.shown === "archived",
    ...(listing.search === "" ? {} : { name: listing.search.slice(0, 200) }),
    ...(listing.tag === null ? {} : { tags: listing.tag }),
    ...(listing.project === null ? {} : { projectId: listing.project }),
    // An empty folder means those that are in none.
    ...(listing.project === null || isSearch(listing) ? {} : { folderId: listing.folder ?? "" }),
    ...(listing.shown === "published" ? { active: true } : {}),
    ...(listing.shown === "unpublished" ? { active: false } : {}),
  };
}
