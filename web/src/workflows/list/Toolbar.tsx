import { ActionIcon, CloseButton, Select, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { Search, Tags } from "lucide-react";
import { useEffect, useState } from "react";
import classes from "./list.module.css";
import type { Listing, Order, Shown } from "./listing";
import { useTags } from "./queries";

const SHOWN = [
  { value: "all", label: "Every state" },
  { value: "published", label: "Published" },
  { value: "unpublished", label: "Not published" },
  { value: "archived", label: "Archived" },
];

const ORDER = [
  { value: "updated", label: "Last changed" },
  { value: "name", label: "Name" },
];

/** Search, filters and order. */
export function Toolbar({
  listing,
  onGo,
  onTags,
}: {
  listing: Listing;
  onGo: (listing: Listing) => void;
  onTags: () => void;
}) {
  const tags = useTags().data ?? [];
  const [typed, setTyped] = useState(listing.search);
  const search = useDebouncedCallback((text: string) => onGo({ ...listing, search: text.trim() }), 250);
  useEffect(() => setTyped((now) => (now.trim() === listing.search ? now : listing.search)), [listing.search]);
  const clear = () => {
    setTyped("");
    onGo({ ...listing, search: "" });
  };
  return (
    <search className={classes.bar}>
      <TextInput
        className={classes.search ?? ""}
        aria-label="Search by name"
        placeholder="Search by name"
        leftSection={<Search size={15} />}
        rightSection={typed === "" ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={clear} />}
        value={typed}
        maxLength={200}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape" && typed !== "") clear();
        }}
      />
      <Select
        w={150}
        aria-label="Tag"
        placeholder="Any tag"
        clearable
        searchable
        data={tags.map((tag) => tag.name)}
        value={listing.tag}
        onChange={(tag) => onGo({ ...listing, tag })}
      />
      <Tooltip label="Rename and delete tags">
        <ActionIcon variant="default" size={36} aria-label="Rename and delete tags" onClick={onTags}>
          <Tags size={16} />
        </ActionIcon>
      </Tooltip>
      <Select
        w={140}
        aria-label="State"
        allowDeselect={false}
        data={SHOWN}
        value={listing.shown}
        onChange={(shown) => onGo({ ...listing, shown: (shown ?? "all") as Shown })}
      />
      <Select
        w={140}
        aria-label="Order"
        allowDeselect={false}
        data={ORDER}
        value={listing.order}
        onChange={(order) => onGo({ ...listing, order: (order ?? "updated") as Order })}
      />
    </search>
  );
}
