"""Workflows brought in and taken out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.workflows.adapters.memory import MemoryLibrary
from headrace.workflows.domain.tags import MAX_TAGS
from headrace.workflows.errors import FolderNotFound, WorkflowInvalid, WorkflowLimit, WorkflowNotFound
from headrace.workflows.public import WorkflowQuery
from headrace.workflows.service.tags import Tags
from headrace.workflows.service.transfers import Transfers

MINE = DEFAULT_TENANT
Json = dict[str, Any]


class Dock:
    def __init__(self) -> None:
        self.library = MemoryLibrary()
        self.tags = Tags(self.library.tags, lambda: datetime(2026, 1, 1, tzinfo=UTC))
        self.transfers = Transfers(self.library.records, self.tags, lambda: datetime(2026, 1, 1, tzinfo=UTC))

    async def bring(self, *workflows: Json, **more: Any) -> list[Any]:
        text = json.dumps(workflows)
        return list(await self.transfers.import_file(MINE, text, project="p", by="ann", **more))

    async def count(self) -> int:
        return len(await self.library.records.find(MINE, WorkflowQuery(archived=None), after=None, limit=99))


@pytest.fixture
def dock() -> Dock:
    return Dock()


def drawn(name: str = "One", **more: Any) -> Json:
    return {"name": name, "nodes": [], "connections": {}, **more}


async def test_what_is_exported_says_what_was_imported(dock: Dock) -> None:
    source = drawn(odd={"deep": [1.5]}, versionId="v", meta={"instanceId": "i"}, tags=[{"id": "9", "name": "Red"}])
    (made,) = await dock.bring(source)

    exported = json.loads(await dock.transfers.export(MINE, made.id))

    (tag,) = await dock.tags.list(MINE)
    assert {key: exported[key] for key in source} == {**source, "tags": [{"id": tag.id, "name": "Red"}]}
    assert (exported["active"], exported["isArchived"], exported["createdAt"]) == (False, False, "2026-01-01T00:00:00Z")


async def test_an_active_workflow_of_another_system_does_not_start_here(dock: Dock) -> None:
    (made,) = await dock.bring(drawn(active=True))

    assert made.published is None
    with pytest.raises(WorkflowNotFound):
        await dock.transfers.export(TenantId("other"), made.id)


async def test_all_are_brought_in_or_none(dock: Dock) -> None:
    with pytest.raises(WorkflowInvalid, match=r"workflows\[1\]"):
        await dock.bring(drawn(), {"nodes": 1})
    with pytest.raises(FolderNotFound):
        await dock.bring(drawn(), drawn("Two"), folder="none")

    assert await dock.count() == 0


async def test_a_file_brought_in_twice_makes_two_workflows_unless_its_ids_are_kept(dock: Dock) -> None:
    await dock.bring(drawn(id="a"))
    await dock.bring(drawn(id="a"))
    assert await dock.count() == 2

    first = await dock.bring(drawn(id="a"), keep_ids=True)
    second = await dock.bring(drawn("New", id="a"), drawn("B", id="b"), keep_ids=True)
    third = await dock.bring(drawn("New", id="a"), keep_ids=True)

    assert await dock.count() == 4
    assert [(one.id, one.name, one.revision) for one in (*first, *second, *third)] == [
        ("a", "One", 1),
        ("a", "New", 2),
        ("b", "B", 1),
        ("a", "New", 2),
    ]


async def test_kept_ids_reach_no_workflow_of_another_tenant(dock: Dock) -> None:
    await dock.bring(drawn(id="a"), keep_ids=True)

    text = json.dumps(drawn("Theirs", id="a"))
    await dock.transfers.import_file(TenantId("other"), text, project="p", by="eve", keep_ids=True)

    assert (await dock.library.records.get(MINE, "a")).name == "One"


async def test_tags_are_found_however_they_are_capitalised(dock: Dock) -> None:
    red = await dock.tags.create(MINE, "Red")

    made = await dock.bring(drawn(tags=["RED", "red", "Blue"]), drawn(tags=["blue"]))

    assert [len(one.tags) for one in made] == [2, 1]
    assert red.id in made[0].tags
    assert [tag.name for tag in await dock.tags.list(MINE)] == ["Blue", "Red"]


async def test_a_file_cannot_fill_the_list_of_tags(dock: Dock) -> None:
    many = [drawn(tags=[f"{number}-{place}" for place in range(50)]) for number in range(MAX_TAGS // 50 + 1)]

    with pytest.raises(WorkflowLimit):
        await dock.bring(*many)

    assert await dock.tags.list(MINE) == []


async def test_several_are_taken_out_as_one_file_that_can_be_brought_in(dock: Dock) -> None:
    made = await dock.bring(drawn("A"), drawn("B"))

    file = await dock.transfers.export_many(MINE, [one.id for one in made])

    again = await dock.transfers.import_file(MINE, file, project="p", by="ann")
    assert [one.draft_hash for one in again] == [one.draft_hash for one in made]
