"""What every feed of the journal does."""

from __future__ import annotations

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.commits import Commits
from headrace.executions.feeding import without_data
from headrace.executions.public import Event, ExecutionSucceeded, NodeStarted
from headrace.kernel.ids import ExecutionId, TenantId
from tests.contract.executions.beginning import asked, begin
from tests.contract.executions.conftest import Journal
from tests.unit.executions.simulating import NOON

STARTED = NodeStarted(node="n0", run=0, at=NOON)
ENDED = ExecutionSucceeded(at=NOON)
OTHER = TenantId("other")


async def read(journal: Journal, after: int = 0, *, tenant: TenantId | None = None, limit: int = 100) -> list[Event]:
    """Page through to the end."""
    found: list[Event] = []
    while True:
        page = await journal.feed(after, tenant=tenant, limit=limit)
        found += [entry.event for entry in page.entries]
        if page.reached == after:
            return found
        after = page.reached


async def test_events_come_in_the_order_of_their_commits_whatever_the_size_of_pages(journal: Journal) -> None:
    one, two = asked("e1"), asked("e2")
    tenant = await begin(journal, one)
    await begin(journal, two)
    await journal.append(tenant, two.execution_id, [STARTED], expected_version=1)
    await journal.append(tenant, one.execution_id, [STARTED, ENDED], expected_version=1)

    expected = [*map(without_data, [one, two]), STARTED, STARTED, ENDED]
    assert await read(journal) == expected
    assert await read(journal, limit=1) == expected
    assert await read(journal, limit=2) == expected


async def test_a_reader_goes_on_from_any_position(journal: Journal) -> None:
    one = asked("e1")
    tenant = await begin(journal, one)
    seen = await journal.head()
    await journal.append(tenant, one.execution_id, [STARTED], expected_version=1)

    (entry,) = (await journal.feed(seen, limit=10)).entries

    assert (entry.tenant, entry.execution_id, entry.event) == (tenant, one.execution_id, STARTED)
    assert entry.position == await journal.head()
    assert (await journal.feed(entry.position, limit=10)).reached == entry.position


async def test_an_empty_journal_has_nothing_past_nothing(journal: Journal) -> None:
    assert await journal.head() == 0
    page = await journal.feed(0, limit=10)
    assert (list(page.entries), page.reached) == ([], 0)


async def test_another_tenant_sees_nothing(journal: Journal) -> None:
    tenant = await begin(journal, asked("e1"))

    assert await read(journal, tenant=OTHER) == []
    assert len(await read(journal, tenant=tenant)) == 1


async def test_removed_executions_are_passed_over_and_positions_never_come_again(journal: Journal) -> None:
    one = asked("e1")
    tenant = await begin(journal, one, ENDED)
    reached = await journal.head()
    await journal.remove(tenant, one.execution_id)
    assert await journal.head() == reached
    await begin(journal, asked("e2"))

    assert [event for event in await read(journal) if event == ENDED] == []
    assert len(await read(journal, reached)) == 1


async def test_commits_are_told_once_they_are_committed(journal: Journal) -> None:
    told: list[tuple[TenantId, ExecutionId, int]] = []
    commits: Commits = journal._commits
    commits.listen(lambda tenant, execution_id, events: told.append((tenant, execution_id, len(events))))
    one = asked("e1")

    tenant = await begin(journal, one, STARTED)
    await journal.append(tenant, one.execution_id, [ENDED], expected_version=2)

    assert told == [(tenant, "e1", 2), (tenant, "e1", 1)]


async def test_a_listener_that_fails_is_no_concern_of_the_writer() -> None:
    commits = Commits()

    def fail(*_: object) -> None:
        raise RuntimeError("a listener's own trouble")

    told: list[ExecutionId] = []
    commits.listen(fail)
    commits.listen(lambda tenant, execution_id, events: told.append(execution_id))

    await begin(MemoryJournal(commits), asked("e1"))

    assert told == ["e1"]
