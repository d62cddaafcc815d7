"""Events reach whoever listens: at least once, in order for each workflow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from headrace.kernel.errors import Unavailable
from headrace.kernel.ids import DEFAULT_TENANT
from headrace.workflows.adapters.memory import MemoryLibrary
from headrace.workflows.domain import lifecycle
from headrace.workflows.domain.drafts import read_draft
from headrace.workflows.domain.lifecycle import Act
from headrace.workflows.public import OutboxEntry
from headrace.workflows.service.relaying import Relay

ACT = Act("ann", datetime(2026, 1, 1, tzinfo=UTC))


@dataclass
class Listener:
    refuses: set[str] = field(default_factory=set)
    trips_over: set[str] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)

    async def publish(self, entry: OutboxEntry) -> None:
        if entry.event.workflow_id in self.refuses:
            raise Unavailable("not now")
        if entry.event.workflow_id in self.trips_over:
            raise KeyError("a bug")
        self.heard.append(f"{entry.event.workflow_id} {type(entry.event).__name__}")


async def library_with(*ids: str) -> MemoryLibrary:
    """Return a library where each workflow was made, then all were archived."""
    library = MemoryLibrary()
    made = [
        lifecycle.create(
            read_draft({"nodes": []}, workflow_id=id_),
            tenant=DEFAULT_TENANT,
            project="p",
            folder=None,
            tags=(),
            act=ACT,
        )
        for id_ in ids
    ]
    await library.records.write(made)
    await library.records.write([change for one in made if (change := lifecycle.archive(one.record, act=ACT))])
    return library


async def test_everything_is_handed_on_once() -> None:
    library, listener = await library_with(*(f"{number}" for number in range(120))), Listener()
    relay = Relay(library.outbox, listener)

    assert await relay.deliver() == 240
    assert await relay.deliver() == 0
    assert len(set(listener.heard)) == 240


async def test_what_is_refused_comes_again_in_order_and_holds_up_nobody_else() -> None:
    library = await library_with("a", "b", "c")
    listener = Listener(refuses={"a"}, trips_over={"b"})
    relay = Relay(library.outbox, listener)

    assert await relay.deliver() == 2
    assert listener.heard == ["c WorkflowCreated", "c WorkflowArchived"]
    listener.refuses.clear()
    listener.trips_over.clear()
    assert await relay.deliver() == 4
    assert [one for one in listener.heard if one.startswith("a")] == ["a WorkflowCreated", "a WorkflowArchived"]
