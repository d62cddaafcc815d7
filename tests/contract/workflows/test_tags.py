"""What every store of tags does."""

from __future__ import annotations

import pytest

from headrace.workflows.errors import TagExists, TagNotFound
from tests.contract.workflows.making import MINE, OTHER, Library, added, later, new, tag

AT = later(5).at


async def test_tags_are_listed_by_name_however_capitalised(library: Library) -> None:
    for id_, name in (("1", "red"), ("2", "Green"), ("3", "Ärger")):
        await library.tags.add(tag(id_, name))

    assert [one.name for one in await library.tags.list(MINE)] == ["Green", "red", "Ärger"]
    assert await library.tags.get(MINE, "1") == tag("1", "red")


@pytest.mark.parametrize("name", ["Straße", "STRASSE", "strasse"])
async def test_one_name_is_one_tag_however_it_is_written(library: Library, name: str) -> None:
    await library.tags.add(tag("1", "straße"))
    await library.tags.add(tag("2", "Other"))

    with pytest.raises(TagExists):
        await library.tags.add(tag("3", name))
    with pytest.raises(TagExists):
        await library.tags.rename(MINE, "2", name, at=AT)

    assert [one.name for one in await library.tags.list(MINE)] == ["Other", "straße"]
    assert (await library.tags.rename(MINE, "1", name, at=AT)).name == name


async def test_a_deleted_tag_is_on_no_workflow(library: Library) -> None:
    for id_ in ("1", "2"):
        await library.tags.add(tag(id_, id_))
    marked = await added(library, new("a", tags=("1", "2")))
    plain = await added(library, new("b", tags=("2",)))

    await library.tags.remove(MINE, "1", at=AT)

    found = await library.records.get(MINE, "a")
    assert (found.tags, found.changes, found.updated_at) == (("2",), marked.changes + 1, AT)
    assert await library.records.get(MINE, "b") == plain
    with pytest.raises(TagNotFound):
        await library.tags.remove(MINE, "1", at=AT)


async def test_another_tenant_sees_and_changes_nothing(library: Library) -> None:
    await library.tags.add(tag("1", "Red"))

    assert await library.tags.list(OTHER) == []
    with pytest.raises(TagNotFound):
        await library.tags.get(OTHER, "1")
    with pytest.raises(TagNotFound):
        await library.tags.rename(OTHER, "1", "Theirs", at=AT)
    with pytest.raises(TagNotFound):
        await library.tags.remove(OTHER, "1", at=AT)
    await library.tags.add(tag("1", "red", tenant=OTHER))
    assert [one.name for one in await library.tags.list(MINE)] == ["Red"]
