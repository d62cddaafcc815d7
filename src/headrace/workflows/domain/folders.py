"""Where folders may lie: a tree for each project, not too deep, without a circle."""

from __future__ import annotations

from collections.abc import Mapping

from headrace.workflows.errors import FolderCycle, FolderNotFound, WorkflowLimit

MAX_FOLDER_DEPTH = 10
MAX_FOLDERS = 1_000
"""In one project."""


def check_new_folder(parents: Mapping[str, str | None], parent: str | None) -> None:
    """Check whether a folder may be made within *parent*.

    Args:
        parents: The project's folders, each with the one it lies in.

    Raises:
        FolderNotFound: the project has no such parent.
        WorkflowLimit: it would lie too deep, or be one too many.
    """
    if len(parents) >= MAX_FOLDERS:
        raise WorkflowLimit(f"a project has {MAX_FOLDERS} folders at most")
    _check_depth(_depth(parents, parent) + 1)


def check_moved_folder(parents: Mapping[str, str | None], folder: str, parent: str | None) -> None:
    """Check whether a folder may be moved into *parent*, with all that is in it.

    Raises:
        FolderNotFound: the project has no such parent.
        FolderCycle: the parent is the folder itself, or lies in it.
        WorkflowLimit: a folder in it would lie too deep.
    """
    above = parent
    while above is not None:
        if above == folder:
            raise FolderCycle(folder)
        above = parents.get(above)
    own = _depth(parents, folder)
    below = max(_depth(parents, other) - own for other in parents if _lies_in(parents, other, folder))
    _check_depth(_depth(parents, parent) + 1 + below)


def _depth(parents: Mapping[str, str | None], folder: str | None) -> int:
    """Return how deep a folder lies: 1 at the top level, 0 for the top level itself."""
    depth = 0
    while folder is not None:
        if folder not in parents:
            raise FolderNotFound(folder)
        folder = parents[folder]
        depth += 1
    return depth


def _lies_in(parents: Mapping[str, str | None], inner: str, outer: str) -> bool:
    above: str | None = inner
    while above is not None:
        if above == outer:
            return True
        above = parents[above]
    return False


def _check_depth(depth: int) -> None:
    if depth > MAX_FOLDER_DEPTH:
        raise WorkflowLimit(f"folders lie in each other {MAX_FOLDER_DEPTH} deep at most")
