"""Use cases of workflows, from the first draft to the last copy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.nodes.catalogue import Catalogue
from headrace.workflows.adapters.memory import MemoryLibrary
from headrace.workflows.domain.tags import MAX_TAGS_ON_WORKFLOW
from headrace.workflows.errors import (
    ArchivedWorkflow,
    BadCursor,
    DraftConflict,
    VersionNotFound,
    WorkflowInvalid,
    WorkflowLimit,
    WorkflowNotFound,
    WorkflowNotPublishable,
    WorkflowNotPublished,
)
from headrace.workflows.ports import PublishCheck
from headrace.workflows.public import Workflow, WorkflowQuery, WorkflowRecord, WorkflowSort
from headrace.workflows.service.running import WorkflowsToRun
from headrace.workflows.service.tags import Tags
from headrace.workflows.service.workflows import Workflows

MINE = DEFAULT_TENANT
Json = dict[str, Any]


@dataclass
class Clock:
    moment: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass
class Desk:
    types: Catalogue
    checks: Sequence[PublishCheck] = ()
    library: MemoryLibrary = field(default_factory=MemoryLibrary)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.workflows = Workflows(self.library.records, self.types, self.clock, checks=self.checks)
        self.to_run = WorkflowsToRun(self.library.records)

    async def made(self, source: Json | None = None, **more: Any) -> WorkflowRecord:
        return await self.workflows.create(MINE, source or drawn(), project="p", by="ann", **more)

    async def told(self) -> list[str]:
        return [type(entry.event).__name__ for entry in await self.library.outbox.pending(99)]


@pytest.fixture(scope="module")
def types() -> Catalogue:
    return Catalogue.installed()


@pytest.fixture
def desk(types: Catalogue) -> Desk:
    return Desk(types)


def node(name: str, type_: str, version: float = 1, **parameters: Any) -> Json:
    return {"name": name, "type": f"n8n-nodes-base.{type_}", "typeVersion": version, "parameters": parameters}


HOOK = node("Hook", "webhook", 2, path="orders")


def drawn(*nodes: Json, name: str = "One", **more: Any) -> Json:
    return {"name": name, "nodes": list(nodes or (HOOK,)), "connections": {}, **more}


async def test_a_new_workflow_is_a_draft_that_only_people_can_run(desk: Desk) -> None:
    made = await desk.made()

    assert (made.owner, made.revision, made.latest_version, made.published) == ("ann", 1, 0, None)
    assert (await desk.to_run.get(MINE, made.id, draft=True)).raw == {**drawn(), "id": made.id, "active": False}
    with pytest.raises(WorkflowNotPublished):
        await desk.to_run.get(MINE, made.id)


async def test_a_draft_is_saved_against_the_revision_that_was_seen(desk: Desk) -> None:
    made = await desk.made()

    saved = await desk.workflows.save_draft(MINE, made.id, drawn(name="Two"), by="ben", expected=1)

    assert (saved.revision, saved.name, saved.owner) == (2, "Two", "ann")
    assert saved.updated_at > made.updated_at
    with pytest.raises(DraftConflict) as conflict:
        await desk.workflows.save_draft(MINE, made.id, drawn(name="Three"), by="eve", expected=1)
    assert (conflict.value.expected, conflict.value.actual) == (1, 2)
    assert await desk.workflows.get(MINE, made.id) == saved


async def test_of_two_who_save_at_once_one_is_refused(desk: Desk) -> None:
    made = await desk.made()

    outcomes = await asyncio.gather(
        *(
            desk.workflows.save_draft(MINE, made.id, drawn(name=name), by="ann", expected=1)
            for name in ("Two", "Three")
        ),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DraftConflict", "WorkflowRecord"]


async def test_saving_what_is_there_changes_nothing(desk: Desk) -> None:
    made = await desk.made()

    saved = await desk.workflows.save_draft(MINE, made.id, {**drawn(), "active": True, "id": "x"}, by="ben")

    assert saved == made
    assert await desk.told() == ["WorkflowCreated"]


async def test_an_identical_draft_makes_no_new_version(desk: Desk) -> None:
    made = await desk.made()
    first = await desk.workflows.save_version(MINE, made.id, by="ann", note="first")

    again = await desk.workflows.save_version(MINE, made.id, by="ben", note="again")
    await desk.workflows.save_draft(MINE, made.id, drawn(name="Two"), by="ben")
    second = await desk.workflows.save_version(MINE, made.id, by="ben", note="second")

    assert again == first
    assert (second.number, second.author, second.note) == (2, "ben", "second")
    assert [one.number for one in await desk.workflows.versions(MINE, made.id)] == [2, 1]


async def test_publishing_keeps_the_draft_as_a_version_and_runs_it(desk: Desk) -> None:
    made = await desk.made()

    published = await desk.workflows.publish(MINE, made.id, by="ann", note="go")
    await desk.workflows.save_draft(MINE, made.id, drawn(name="Two"), by="ann")

    assert (published.published, published.latest_version) == (1, 1)
    assert (await desk.to_run.get(MINE, made.id)).raw == {**drawn(), "id": made.id, "active": True}
    assert (await desk.to_run.get(MINE, made.id, draft=True)).name == "Two"
    assert await desk.told() == ["WorkflowCreated", "VersionSaved", "WorkflowPublished", "DraftSaved"]


async def test_publishing_what_is_published_tells_nobody(desk: Desk) -> None:
    made = await desk.made()
    published = await desk.workflows.publish(MINE, made.id, by="ann")

    assert await desk.workflows.publish(MINE, made.id, by="ann") == published
    assert await desk.workflows.publish(MINE, made.id, by="ann", number=1) == published
    assert (await desk.told()).count("WorkflowPublished") == 1


async def test_an_earlier_version_is_published_again(desk: Desk) -> None:
    made = await desk.made()
    await desk.workflows.publish(MINE, made.id, by="ann")
    await desk.workflows.save_draft(MINE, made.id, drawn(name="Two"), by="ann")
    await desk.workflows.publish(MINE, made.id, by="ann")

    back = await desk.workflows.publish(MINE, made.id, by="ann", number=1)

    assert (back.published, back.latest_version, back.draft.name) == (1, 2, "Two")
    assert (await desk.to_run.get(MINE, made.id)).name == "One"
    for number in (0, 3, 2**70, -1):
        with pytest.raises(VersionNotFound):
            await desk.workflows.publish(MINE, made.id, by="ann", number=number)


async def test_a_draft_that_moved_on_is_not_published_unseen(desk: Desk) -> None:
    made = await desk.made()
    await desk.workflows.save_draft(MINE, made.id, drawn(name="Two"), by="ben")

    with pytest.raises(DraftConflict):
        await desk.workflows.publish(MINE, made.id, by="ann", expected=1)

    assert (await desk.workflows.get(MINE, made.id)).published is None


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        ([node("Start", "manualTrigger")], "by itself"),
        ([{**HOOK, "disabled": True}], "by itself"),
        ([HOOK, node("Odd", "noSuchNode")], 'node "Odd"'),
        ([{**HOOK, "typeVersion": 99}], 'node "Hook"'),
        ([node("Hook", "webhook", 2)], 'parameter "path"'),
    ],
    ids=["manual", "disabled", "unknown type", "unknown version", "required"],
)
async def test_what_cannot_run_in_production_is_not_published(desk: Desk, nodes: list[Json], reason: str) -> None:
    made = await desk.made(drawn(*nodes))

    with pytest.raises(WorkflowNotPublishable) as refused:
        await desk.workflows.publish(MINE, made.id, by="ann")

    assert reason in str(refused.value)
    assert await desk.workflows.get(MINE, made.id) == made


@pytest.mark.parametrize(
    "start", [node("T", "executeWorkflowTrigger"), node("T", "errorTrigger"), node("T", "interval")]
)
async def test_what_others_or_the_clock_start_is_published(desk: Desk, start: Json) -> None:
    unused = {**node("Parked", "noSuchNode"), "disabled": True}
    made = await desk.made(drawn(start, unused))

    assert (await desk.workflows.publish(MINE, made.id, by="ann")).published == 1


async def test_others_may_have_something_against_publishing(types: Catalogue) -> None:
    class Taken:
        async def problems(self, tenant: TenantId, workflow: Workflow) -> Sequence[str]:
            return [f'the path of "{workflow.name}" is taken'] if workflow.raw["active"] else []

    desk = Desk(types, [Taken()])
    made = await desk.made()

    with pytest.raises(WorkflowNotPublishable, match='the path of "One" is taken'):
        await desk.workflows.publish(MINE, made.id, by="ann")


async def test_a_decision_is_made_anew_when_somebody_else_was_faster(types: Catalogue) -> None:
    class Busy:
        async def problems(self, tenant: TenantId, workflow: Workflow) -> Sequence[str]:
            if (await desk.workflows.get(tenant, workflow.id)).revision == 1:
                await desk.workflows.save_draft(tenant, workflow.id, drawn(name="Two"), by="ben")
            return []

    desk = Desk(types, [Busy()])
    made = await desk.made()

    published = await desk.workflows.publish(MINE, made.id, by="ann")

    assert (published.revision, published.published) == (2, 1)
    assert (await desk.to_run.get(MINE, made.id)).name == "Two"


async def test_unpublishing_is_told_once(desk: Desk) -> None:
    made = await desk.made()
    await desk.workflows.publish(MINE, made.id, by="ann")

    assert (await desk.workflows.unpublish(MINE, made.id, by="ann")).published is None
    await desk.workflows.unpublish(MINE, made.id, by="ann")

    assert (await desk.told()).count("WorkflowUnpublished") == 1
    with pytest.raises(WorkflowNotPublished):
        await desk.to_run.get(MINE, made.id)


async def test_an_archived_workflow_is_unpublished_and_stays_as_it_is(desk: Desk) -> None:
    made = await desk.made()
    await desk.workflows.publish(MINE, made.id, by="ann")

    archived = await desk.workflows.archive(MINE, made.id, by="ann")

    assert (archived.archived, archived.published) == (True, None)
    assert (await desk.workflows.list(MINE)).workflows == []
    for refused in (
        desk.workflows.save_draft(MINE, made.id, drawn(name="Two"), by="ann"),
        desk.workflows.save_version(MINE, made.id, by="ann"),
        desk.workflows.publish(MINE, made.id, by="ann"),
        desk.workflows.rename(MINE, made.id, "Two", by="ann"),
    ):
        with pytest.raises(ArchivedWorkflow):
            await refused
    assert (await desk.workflows.unarchive(MINE, made.id, by="ann")).archived is False
    assert (await desk.workflows.publish(MINE, made.id, by="ann")).published == 1


async def test_a_version_becomes_the_draft_again(desk: Desk) -> None:
    made = await desk.made()
    await desk.workflows.save_version(MINE, made.id, by="ann")
    await desk.workflows.save_draft(MINE, made.id, drawn(name="Two"), by="ann")

    with pytest.raises(DraftConflict):
        await desk.workflows.restore(MINE, made.id, 1, by="ann", expected=1)
    restored = await desk.workflows.restore(MINE, made.id, 1, by="ann", expected=2)

    assert (restored.revision, restored.name, restored.draft_hash) == (3, "One", made.draft_hash)


async def test_a_name_is_part_of_the_draft(desk: Desk) -> None:
    made = await desk.made()

    renamed = await desk.workflows.rename(MINE, made.id, "Größe", by="ann", expected=1)

    assert (renamed.name, renamed.draft.raw["name"], renamed.revision) == ("Größe", "Größe", 2)
    with pytest.raises(WorkflowInvalid):
        await desk.workflows.rename(MINE, made.id, "", by="ann")
    with pytest.raises(DraftConflict):
        await desk.workflows.rename(MINE, made.id, "Größe", by="ann", expected=1)


async def test_filing_a_workflow_leaves_its_draft_to_whoever_edits_it(desk: Desk) -> None:
    tags = Tags(desk.library.tags, desk.clock)
    red, blue = await tags.create(MINE, "Red"), await tags.create(MINE, "Blue")
    made = await desk.made()

    await desk.workflows.set_tags(MINE, made.id, [red.id, blue.id, red.id], by="ann")
    await desk.workflows.move(MINE, made.id, project="q", folder=None, by="ann")
    filed = await desk.workflows.transfer(MINE, made.id, "ben", by="ann")

    assert (filed.tags, filed.project, filed.owner) == (tuple(sorted((red.id, blue.id))), "q", "ben")
    assert (await desk.workflows.save_draft(MINE, made.id, drawn(name="Two"), by="ann", expected=1)).revision == 2
    with pytest.raises(WorkflowLimit):
        await desk.workflows.set_tags(MINE, made.id, ["x"] * (MAX_TAGS_ON_WORKFLOW + 1), by="ann")


async def test_a_copy_is_another_workflow_in_the_same_place(desk: Desk) -> None:
    hook = {**HOOK, "id": "1", "webhookId": "w"}
    made = await desk.made(drawn(hook))
    await desk.workflows.publish(MINE, made.id, by="ann")

    copies = [await desk.workflows.duplicate(MINE, made.id, by="ben") for _ in range(2)]

    assert [(one.name, one.owner, one.published, one.project) for one in copies] == [("One copy", "ben", None, "p")] * 2
    nodes = [one.draft.nodes["Hook"] for one in (made, *copies)]
    for values in (
        [one.id for one in nodes],
        [one.webhook_id for one in nodes],
        [one.parameters["path"] for one in nodes],
    ):
        assert len(set(values)) == 3


async def test_versions_and_the_draft_are_compared(desk: Desk) -> None:
    made = await desk.made()
    await desk.workflows.save_version(MINE, made.id, by="ann")
    await desk.workflows.save_draft(MINE, made.id, drawn(HOOK, node("New", "noOp")), by="ann")

    found = await desk.workflows.compare(MINE, made.id, 1, None)

    assert found.added == ["New"]
    assert (await desk.workflows.compare(MINE, made.id, 1, 1)).is_empty
    with pytest.raises(VersionNotFound):
        await desk.workflows.compare(MINE, made.id, 2, None)


async def test_a_deleted_workflow_is_gone_and_others_are_told_what_to_withdraw(desk: Desk) -> None:
    made = await desk.made()
    await desk.workflows.publish(MINE, made.id, by="ann")

    await desk.workflows.delete(MINE, made.id, by="ann")

    assert (await desk.told())[-2:] == ["WorkflowUnpublished", "WorkflowDeleted"]
    for asked in (
        desk.workflows.get(MINE, made.id),
        desk.workflows.versions(MINE, made.id),
        desk.workflows.delete(MINE, made.id, by="ann"),
        desk.to_run.get(MINE, made.id),
    ):
        with pytest.raises(WorkflowNotFound):
            await asked


@pytest.mark.parametrize("sort", list(WorkflowSort))
async def test_pages_follow_each_other_to_the_end(desk: Desk, sort: WorkflowSort) -> None:
    for number in range(5):
        await desk.made(name=f"W{number}")
    query = WorkflowQuery(sort=sort)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await desk.workflows.list(MINE, query, cursor=cursor, limit=2)
        seen += [one.name for one in page.workflows]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert sorted(seen) == [f"W{number}" for number in range(5)]
    assert len(page.workflows) == 1
    with pytest.raises(BadCursor):
        await desk.workflows.list(MINE, query, cursor="forged")


async def test_another_tenant_sees_and_changes_nothing(desk: Desk) -> None:
    made = await desk.made()
    await desk.workflows.publish(MINE, made.id, by="ann")
    before = await desk.workflows.get(MINE, made.id)
    other = TenantId("other")

    assert (await desk.workflows.list(other)).workflows == []
    for asked in (
        desk.workflows.get(other, made.id),
        desk.workflows.save_draft(other, made.id, drawn(), by="eve"),
        desk.workflows.publish(other, made.id, by="eve"),
        desk.workflows.unpublish(other, made.id, by="eve"),
        desk.workflows.archive(other, made.id, by="eve"),
        desk.workflows.move(other, made.id, project="p", folder=None, by="eve"),
        desk.workflows.duplicate(other, made.id, by="eve"),
        desk.workflows.compare(other, made.id, None, None),
        desk.workflows.delete(other, made.id, by="eve"),
        desk.to_run.get(other, made.id),
        desk.to_run.get(other, made.id, draft=True),
    ):
        with pytest.raises(WorkflowNotFound):
            await asked
    with pytest.raises(VersionNotFound):
        await desk.workflows.restore(other, made.id, 1, by="eve")
    assert await desk.workflows.get(MINE, made.id) == before
