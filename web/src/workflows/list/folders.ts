/** The folders of a project as a tree. */

export interface Folder {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly parentId: string | null;
}

export interface Branch {
  readonly folder: Folder;
  readonly inside: readonly Branch[];
}

/** Folders below their parents, by name; one whose parent is not there stands at the top. */
export function treeOf(folders: readonly Folder[]): readonly Branch[] {
  const known = new Set(folders.map((folder) => folder.id));
  const below = new Map<string | null, Folder[]>();
  for (const folder of folders) {
    const parent = folder.parentId !== null && known.has(folder.parentId) ? folder.parentId : null;
    below.set(parent, [...(below.get(parent) ?? []), folder]);
  }
  const branches = (parent: string | null): Branch[] =>
    (below.get(parent) ?? [])
      .sort((one, other) => one.name.localeCompare(other.name))
      .map((folder) => ({ folder, inside: branches(folder.id) }));
  return branches(null);
}

/** From the top to the folder itself; empty if there is no such folder. */
export function pathTo(folders: readonly Folder[], id: string | null): readonly Folder[] {
  const path: Folder[] = [];
  let next = folders.find((folder) => folder.id === id);
  while (next !== undefined && !path.includes(next)) {
    path.unshift(next);
    const parent = next.parentId;
    next = folders.find((folder) => folder.id === parent);
  }
  return path;
}

/** Whether a folder may go into another: not into itself, nor into what is in it. Null is the top level. */
export function mayMoveInto(folders: readonly Folder[], moved: string, into: string | null): boolean {
  const folder = folders.find((one) => one.id === moved);
  if (folder === undefined || folder.parentId === into) return false;
  return !pathTo(folders, into).some((step) => step.id === moved);
}

/** All folders, each with its depth, in the order in which a tree shows them. */
export function flat(branches: readonly Branch[], depth = 0): readonly (readonly [Folder, number])[] {
  return branches.flatMap((branch) => [[branch.folder, depth] as const, ...flat(branch.inside, depth + 1)]);
}
