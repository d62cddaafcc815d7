"""What every store of workflow records does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.workflows.adapters.memory import MemoryLibrary
from headrace.workflows.adapters.sqlite import SqliteLibrary
from headrace.workflows.domain import lifecycle
from headrace.workflows.domain.listing import Cursor, sort_key
from headrace.workflows.errors import (
    FolderNotFound,
    TagNotFound,
    VersionNotFound,
    WorkflowChanged,
    WorkflowExists,
    WorkflowNotFound,
    WorkflowNotPublished,
)
from headrace.workflows.public import TOP_LEVEL, PublishedWorkflow, WorkflowQuery, WorkflowSort, WorkflowSummary
from tests.contract.workflows.making import (
    ACT,
    MINE,
    OTHER,
    Library,
    added,
    done,
    drawn,
    folder,
    later,
    moved_by,
    new,
    tag,
)


async def names(library: Library, query: WorkflowQuery, *, after: Cursor | None = None, limit: int = 50) -> list[str]:
    return [one.name for one in await library.records.find(MINE, query, after=after, limit=limit)]


def cursor(workflow: WorkflowSummary, sort: WorkflowSort) -> Cursor:
    return Cursor(sort, sort_key(workflow, sort), workflow.id)


async def test_a_workflow_comes_back_as_it_was_written(library: Library) -> None:
    await library.tags.add(tag("t", "Red"))
    await library.folders.add(folder("f"))
    change = new("a", "Größe ✓", folder="f", tags=("t",), strange={"kept": [1.5, None, 10**30]})
    await library.records.write([change])

    found = await library.records.get(MINE, "a")

    assert found == change.record
    assert found.draft.raw["strange"] == {"kept": [1.5, None, 10**30]}


async def test_an_id_that_is_taken_is_refused_and_writes_nothing_of_the_same_call(library: Library) -> None:
    first = await added(library, new("a"))

    with pytest.raises(WorkflowExists):
        await library.records.write([new("b"), new("a", "Two")])

    assert await library.records.get(MINE, "a") == first
    with pytest.raises(WorkflowNotFound):
        await library.records.get(MINE, "b")
    assert len(await library.outbox.pending(10)) == 1


@pytest.mark.parametrize("seen", [-1, 1], ids=["behind", "ahead"])
async def test_a_decision_on_another_state_is_refused_and_writes_nothing(library: Library, seen: int) -> None:
    record = await added(library, new("a"))
    record = await done(library, lifecycle.save_draft(record, drawn("a", "Two"), expected=None, act=ACT))
    stale = lifecycle.save_draft(moved_by(record, changes=seen), drawn("a", "Three"), expected=None, act=ACT)
    assert stale is not None

    with pytest.raises(WorkflowChanged):
        await library.records.write([stale])
    with pytest.raises(WorkflowChanged):
        await library.records.remove(MINE, "a", after=record.changes + seen, events=[])

    assert await library.records.get(MINE, "a") == record
    assert len(await library.outbox.pending(10)) == 2


async def test_what_is_gone_cannot_be_changed(library: Library) -> None:
    record = await added(library, new("a"))
    change = lifecycle.archive(record, act=ACT)
    assert change is not None
    await library.records.remove(MINE, "a", after=record.changes, events=())

    with pytest.raises(WorkflowNotFound):
        await library.records.write([change])
    with pytest.raises(WorkflowNotFound):
        await library.records.remove(MINE, "a", after=record.changes, events=())


async def test_versions_are_listed_newest_first_and_read_by_number(library: Library) -> None:
    record = await added(library, new("a"))
    for name in ("One", "Two", "Three"):
        change = lifecycle.save_draft(record, drawn("a", name), expected=None, act=ACT)
        record = record if change is None else await added(library, change)
        record = await done(library, lifecycle.save_version(record, note=f"note {name}", act=later(1)))

    listed = await library.records.versions(MINE, "a", before=None, limit=2)

    assert [(one.number, one.note, one.author) for one in listed] == [(3, "note Three", "ben"), (2, "note Two", "ben")]
    assert [one.number for one in await library.records.versions(MINE, "a", before=2, limit=9)] == [1]
    second = await library.records.version(MINE, "a", 2)
    assert second.workflow.raw == drawn("a", "Two").raw
    assert second.created_at == later(1).at
    assert second.summary == listed[1]
    with pytest.raises(VersionNotFound):
        await library.records.version(MINE, "a", 4)


async def test_the_published_version_is_read_however_the_draft_moves_on(library: Library) -> None:
    record = await added(library, new("a"))
    with pytest.raises(WorkflowNotPublished):
        await library.records.published(MINE, "a")
    record = await done(library, lifecycle.publish(record, None, note="", act=ACT))
    record = await done(library, lifecycle.save_draft(record, drawn("a", "Two"), expected=None, act=ACT))
    await done(library, lifecycle.save_version(record, note="", act=ACT))
    await added(library, new("b"))

    assert (await library.records.published(MINE, "a")).workflow.name == "One"
    assert await library.records.all_published() == [PublishedWorkflow(MINE, "a", 1, record.project)]
    with pytest.raises(WorkflowNotFound):
        await library.records.published(MINE, "none")


async def test_removing_takes_the_versions_along_and_tells_of_it(library: Library) -> None:
    record = await added(library, new("a"))
    record = await done(library, lifecycle.publish(record, None, note="", act=ACT))
    events = lifecycle.delete(record, act=ACT)

    await library.records.remove(MINE, "a", after=record.changes, events=events)

    assert await library.records.versions(MINE, "a", before=None, limit=9) == []
    assert await library.records.all_published() == []
    assert [entry.event for entry in await library.outbox.pending(9)][-2:] == list(events)
    await added(library, new("a"))
    with pytest.raises(VersionNotFound):
        await library.records.version(MINE, "a", 1)


@pytest.mark.parametrize("place", ["nowhere", "elsewhere", "theirs"])
async def test_a_folder_must_be_of_the_project(library: Library, place: str) -> None:
    await library.folders.add(folder("elsewhere", project="q"))
    await library.folders.add(folder("theirs", tenant=OTHER))
    record = await added(library, new("a"))

    with pytest.raises(FolderNotFound):
        await library.records.write([new("b", folder=place)])
    moved = lifecycle.refile(record, replace(record, folder=place), act=ACT)
    assert moved is not None
    with pytest.raises(FolderNotFound):
        await library.records.write([moved])

    assert await library.records.get(MINE, "a") == record


async def test_a_tag_must_be_of_the_tenant(library: Library) -> None:
    await library.tags.add(tag("theirs", "Red", tenant=OTHER))

    with pytest.raises(TagNotFound):
        await library.records.write([new("a", tags=("theirs",))])

    assert await names(library, WorkflowQuery()) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (WorkflowQuery(), ["alpha", "Beta", "gamma"]),
        (WorkflowQuery(project="q"), ["gamma"]),
        (WorkflowQuery(folder="f"), ["Beta"]),
        (WorkflowQuery(folder=TOP_LEVEL), ["alpha", "gamma"]),
        (WorkflowQuery(tag="t"), ["alpha"]),
        (WorkflowQuery(active=True), ["gamma"]),
        (WorkflowQuery(active=False), ["alpha", "Beta"]),
        (WorkflowQuery(archived=True), ["Delta"]),
        (WorkflowQuery(archived=None), ["alpha", "Beta", "Delta", "gamma"]),
        (WorkflowQuery(name="ETA"), ["Beta"]),
        (WorkflowQuery(name="%"), []),
        (WorkflowQuery(name="a", project="p", tag="t"), ["alpha"]),
        (WorkflowQuery(sort=WorkflowSort.UPDATED), ["gamma", "alpha", "Beta"]),
    ],
    ids=str,
)
async def test_workflows_are_found_by_what_is_known_of_them(
    library: Library, query: WorkflowQuery, expected: list[str]
) -> None:
    await library.tags.add(tag("t", "Red"))
    await library.folders.add(folder("f"))
    await added(library, new("1", "alpha", tags=("t",), act=later(2)))
    await added(library, new("2", "Beta", folder="f", act=later(1)))
    gamma = await added(library, new("3", "gamma", project="q"))
    await done(library, lifecycle.publish(gamma, None, note="", act=later(3)))
    delta = await added(library, new("4", "Delta"))
    await done(library, lifecycle.archive(delta, act=ACT))

    assert await names(library, query) == expected


@pytest.mark.parametrize("sort", list(WorkflowSort))
async def test_a_page_goes_on_after_its_cursor_whatever_comes_and_goes(library: Library, sort: WorkflowSort) -> None:
    for number in range(5):
        await added(library, new(f"{number}", f"W{number}", act=later(10 - number)))
    query = WorkflowQuery(sort=sort)
    first = await library.records.find(MINE, query, after=None, limit=2)

    await added(library, new("new", "W00", act=later(11)))  # before the cursor in both orders
    await library.records.remove(MINE, "1", after=1, events=())  # the cursor's own row

    assert [one.name for one in first] == ["W0", "W1"]
    assert await names(library, query, after=cursor(first[-1], sort)) == ["W2", "W3", "W4"]


async def test_equal_names_and_moments_lose_no_row_between_pages(library: Library) -> None:
    for number in range(7):
        await added(library, new(f"{number}", "Same"))
    for sort in WorkflowSort:
        seen: list[str] = []
        after = None
        while page := await library.records.find(MINE, WorkflowQuery(sort=sort), after=after, limit=2):
            seen += [one.id for one in page]
            after = cursor(page[-1], sort)

        assert sorted(seen) == [f"{number}" for number in range(7)]


async def test_another_tenant_sees_and_changes_nothing(library: Library) -> None:
    record = await added(library, new("a"))
    record = await done(library, lifecycle.publish(record, None, note="", act=ACT))

    with pytest.raises(WorkflowNotFound):
        await library.records.get(OTHER, "a")
    with pytest.raises(WorkflowNotFound):
        await library.records.published(OTHER, "a")
    with pytest.raises(VersionNotFound):
        await library.records.version(OTHER, "a", 1)
    with pytest.raises(WorkflowNotFound):
        await library.records.remove(OTHER, "a", after=record.changes, events=())
    assert await library.records.versions(OTHER, "a", before=None, limit=9) == []
    assert await library.records.find(OTHER, WorkflowQuery(archived=None), after=None, limit=9) == []
    theirs = await added(library, new("a", "Theirs", tenant=OTHER))
    assert await library.records.get(MINE, "a") == record
    assert await library.records.get(OTHER, "a") == theirs


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(str.strip)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.lists(NAMES, max_size=6), part=st.text(st.characters(exclude_categories=["Cs"]), max_size=2))
async def test_every_store_finds_the_same_in_the_same_order(
    tmp_path_factory: pytest.TempPathFactory, listed: list[str], part: str
) -> None:
    memory = MemoryLibrary()
    sqlite = SqliteLibrary(tmp_path_factory.mktemp("library") / "workflows.db")
    changes = [new(f"{number}", name, act=later(number % 3)) for number, name in enumerate(listed)]
    try:
        for library in (memory, sqlite):
            await library.records.write(changes)
        for sort in WorkflowSort:
            for name in ("", part):
                query = WorkflowQuery(name=name, sort=sort)
                kept = [await one.records.find(MINE, query, after=None, limit=9) for one in (memory, sqlite)]
                assert kept[0] == kept[1]
    finally:
        await sqlite.close()
