"""What every outbox does."""

from __future__ import annotations

import pytest

from headrace.workflows.domain import lifecycle
from headrace.workflows.errors import WorkflowExists
from headrace.workflows.public import (
    DraftSaved,
    VersionSaved,
    WorkflowArchived,
    WorkflowCreated,
    WorkflowPublished,
    WorkflowUnarchived,
    WorkflowUnpublished,
)
from tests.contract.workflows.making import ACT, MINE, NOON, Library, added, done, drawn, new


async def test_every_event_comes_out_as_it_was_told_and_in_order(library: Library) -> None:
    record = await added(library, new("a"))
    record = await done(library, lifecycle.publish(record, None, note="", act=ACT))
    record = await done(library, lifecycle.save_draft(record, drawn("a", "Two"), expected=None, act=ACT))
    record = await done(library, lifecycle.publish(record, None, note="", act=ACT))
    record = await done(library, lifecycle.archive(record, act=ACT))
    record = await done(library, lifecycle.unarchive(record, act=ACT))

    entries = await library.outbox.pending(99)

    told = {"tenant": MINE, "workflow_id": "a", "by": "ann", "at": NOON}
    assert [entry.event for entry in entries] == [
        WorkflowCreated(**told),
        VersionSaved(**told, version=1),
        WorkflowPublished(**told, version=1, previous=None),
        DraftSaved(**told, revision=2),
        VersionSaved(**told, version=2),
        WorkflowPublished(**told, version=2, previous=1),
        WorkflowUnpublished(**told, version=2),
        WorkflowArchived(**told),
        WorkflowUnarchived(**told),
    ]
    assert [entry.position for entry in entries] == sorted({entry.position for entry in entries})


async def test_what_was_sent_does_not_come_again_and_its_position_is_not_used_again(library: Library) -> None:
    await added(library, new("a"))
    await added(library, new("b"))
    first, second = await library.outbox.pending(9)

    assert await library.outbox.pending(1) == [first]
    assert await library.outbox.pending(9, after=first.position) == [second]
    await library.outbox.mark_sent([first.position, second.position])
    await library.outbox.mark_sent([first.position])

    assert await library.outbox.pending(9) == []
    await added(library, new("c"))
    (third,) = await library.outbox.pending(9)
    assert third.position > second.position


async def test_what_was_not_written_is_not_told(library: Library) -> None:
    await added(library, new("a"))
    (told,) = await library.outbox.pending(9)

    with pytest.raises(WorkflowExists):
        await library.records.write([new("a")])

    assert await library.outbox.pending(9) == [told]
