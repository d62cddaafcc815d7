import { UnstyledButton } from "@mantine/core";
import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import type { Dragged } from "./dragging";
import { dropping } from "./dragging";
import { type Folder, pathTo } from "./folders";
import classes from "./list.module.css";
import { isSearch, type Listing } from "./listing";

/** Where the list stands within a project; each step goes there, and takes what is dropped on it. */
export function PathBar({
  listing,
  project,
  folders,
  dragged,
  onGo,
  onDrop,
}: {
  listing: Listing;
  project: string;
  folders: readonly Folder[];
  dragged: Dragged | null;
  onGo: (listing: Listing) => void;
  onDrop: (dragged: Dragged, folder: string | null) => void;
}) {
  if (listing.project === null) return null;
  if (isSearch(listing)) return <div className={classes.path}>Found in all folders of {project}</div>;
  const steps = [{ id: null, name: project }, ...pathTo(folders, listing.folder)];
  return (
    <nav className={classes.path} aria-label="Folder">
      {steps.map((step, index) => {
        const last = index === steps.length - 1;
        const { target, ...drop } = {
          target: undefined,
          ...dropping(dragged, folders, listing.project ?? "", step.id, onDrop),
        };
        return (
          <Fragment key={step.id ?? ""}>
            {index > 0 && <ChevronRight size={14} aria-hidden />}
            {last ? (
              <strong aria-current="page">{step.name}</strong>
            ) : (
              <UnstyledButton
                fz="sm"
                data-target={target}
                onClick={() => onGo({ ...listing, folder: step.id })}
                {...drop}
              >
                {step.name}
              </UnstyledButton>
            )}
          </Fragment>
        );
      })}
    </nav>
  );
}
