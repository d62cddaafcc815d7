"""What every store of folders does."""

from __future__ import annotations

import asyncio

import pytest

from headrace.workflows.domain.folders import MAX_FOLDER_DEPTH
from headrace.workflows.errors import FolderCycle, FolderNotFound, WorkflowLimit
from tests.contract.workflows.making import MINE, NOON, OTHER, Library, added, folder, later, new

AT = later(5).at


async def test_folders_are_listed_by_name_for_each_project(library: Library) -> None:
    for id_, name, project in (("1", "pear", "p"), ("2", "Apple", "p"), ("3", "Plum", "q")):
        await library.folders.add(folder(id_, name=name, project=project))

    assert [one.name for one in await library.folders.list(MINE, "p")] == ["Apple", "pear"]
    assert await library.folders.get(MINE, "3") == folder("3", name="Plum", project="q")


async def test_a_folder_is_renamed_and_moved(library: Library) -> None:
    await library.folders.add(folder("a"))
    await library.folders.add(folder("b"))

    renamed = await library.folders.rename(MINE, "b", "New", at=AT)
    moved = await library.folders.move(MINE, "b", "a", at=AT)

    assert (renamed.name, renamed.parent) == ("New", None)
    assert (moved.name, moved.parent, moved.created_at, moved.updated_at) == ("New", "a", NOON, AT)
    assert await library.folders.get(MINE, "b") == moved
    assert (await library.folders.move(MINE, "b", None, at=AT)).parent is None


@pytest.mark.parametrize("parent", ["none", "elsewhere", "theirs"])
async def test_a_parent_must_be_of_the_same_project(library: Library, parent: str) -> None:
    await library.folders.add(folder("elsewhere", project="q"))
    await library.folders.add(folder("theirs", tenant=OTHER))
    await library.folders.add(folder("a"))

    with pytest.raises(FolderNotFound):
        await library.folders.add(folder("b", parent))
    with pytest.raises(FolderNotFound):
        await library.folders.move(MINE, "a", parent, at=AT)

    assert [one.parent for one in await library.folders.list(MINE, "p")] == [None]


async def test_no_folder_comes_to_lie_in_itself_even_if_two_move_at_once(library: Library) -> None:
    for id_, parent in (("a", None), ("b", None), ("a1", "a"), ("b1", "b")):
        await library.folders.add(folder(id_, parent))

    with pytest.raises(FolderCycle):
        await library.folders.move(MINE, "a", "a1", at=AT)
    with pytest.raises(FolderCycle):
        await library.folders.move(MINE, "a", "a", at=AT)
    outcomes = await asyncio.gather(
        library.folders.move(MINE, "a", "b1", at=AT),
        library.folders.move(MINE, "b", "a1", at=AT),
        return_exceptions=True,
    )

    assert [type(outcome) is FolderCycle for outcome in outcomes].count(True) == 1


async def test_folders_lie_only_so_deep_in_each_other(library: Library) -> None:
    above: str | None = None
    for depth in range(MAX_FOLDER_DEPTH):
        await library.folders.add(folder(f"{depth}", above))
        above = f"{depth}"
    await library.folders.add(folder("loose"))
    await library.folders.add(folder("inner", "loose"))

    with pytest.raises(WorkflowLimit):
        await library.folders.add(folder("deeper", above))
    with pytest.raises(WorkflowLimit):
        await library.folders.move(MINE, "loose", f"{MAX_FOLDER_DEPTH - 2}", at=AT)

    await library.folders.move(MINE, "loose", f"{MAX_FOLDER_DEPTH - 3}", at=AT)


async def test_what_lay_in_a_deleted_folder_lies_in_the_one_above(library: Library) -> None:
    await library.folders.add(folder("top"))
    await library.folders.add(folder("middle", "top"))
    await library.folders.add(folder("low", "middle"))
    record = await added(library, new("w", folder="middle"))

    await library.folders.remove(MINE, "middle", at=AT)

    assert {one.id: one.parent for one in await library.folders.list(MINE, "p")} == {"top": None, "low": "top"}
    moved = await library.records.get(MINE, "w")
    assert (moved.folder, moved.changes, moved.updated_at) == ("top", record.changes + 1, AT)
    with pytest.raises(FolderNotFound):
        await library.folders.remove(MINE, "middle", at=AT)


async def test_another_tenant_sees_and_changes_nothing(library: Library) -> None:
    mine = folder("a")
    await library.folders.add(mine)

    assert await library.folders.list(OTHER, "p") == []
    with pytest.raises(FolderNotFound):
        await library.folders.get(OTHER, "a")
    with pytest.raises(FolderNotFound):
        await library.folders.rename(OTHER, "a", "Theirs", at=AT)
    with pytest.raises(FolderNotFound):
        await library.folders.move(OTHER, "a", None, at=AT)
    with pytest.raises(FolderNotFound):
        await library.folders.remove(OTHER, "a", at=AT)
    assert await library.folders.list(MINE, "p") == [mine]
