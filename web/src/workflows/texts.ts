/** Texts that stand in several places here, or are long. */
export const TEXTS = {
  newWorkflow: "New workflow",
  import: "Import",
  fromTemplate: "From a template",
  cancel: "Cancel",
  noFolder: "the top level",
  emptyTitle: "Your first workflow",
  emptyText:
    "A workflow is a chain of steps that starts by itself: on a call, on a schedule, or when somebody fills in a form. Draw one, bring one in from n8n, or begin with a template that runs at once.",
  emptyFolderTitle: "Nothing here yet",
  emptyFolderText: "Make a workflow here, or drag one from the list onto this folder.",
  nothingFoundTitle: "No workflow is like that",
  nothingFoundText: "Other words, another tag or all states may find it.",
  noFavouritesTitle: "No favourites yet",
  noFavouritesText: "The star beside a workflow puts it here. Favourites are kept in this browser.",
  noArchiveTitle: "The archive is empty",
  noArchiveText: "Workflows that you put aside are kept here. They do not run, and can be taken back.",
  deleteWorkflow: "It goes for good, and all its versions with it. What it ran stays in the list of executions.",
  deleteFolder: "Workflows and folders in it move one level up. None is deleted.",
  transfer:
    "Members of the other project can use it from then on. It leaves its folder, and credentials that only this project has stop working for it.",
} as const;
