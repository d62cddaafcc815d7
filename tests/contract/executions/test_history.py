"""The list of executions, and what of it goes."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.executions.errors import ExecutionNotFound, NotEnded
from headrace.executions.public import (
    ErrorInfo,
    Event,
    ExecutionFailed,
    ExecutionQuery,
    ExecutionRequested,
    ExecutionSucceeded,
    Mode,
    NodeSucceeded,
    Output,
    Status,
)
from headrace.executions.retention import RetentionPolicy
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, ProjectId, TenantId
from tests.contract.executions.beginning import asked, begin
from tests.contract.executions.conftest import Journal
from tests.unit.executions.simulating import NOON

OTHER = TenantId("other")
MINUTE = timedelta(minutes=1)


def _succeeded(minutes: float = 0) -> ExecutionSucceeded:
    return ExecutionSucceeded(at=NOON + timedelta(minutes=minutes))


def _failed(text: str, minutes: float = 0) -> ExecutionFailed:
    return ExecutionFailed(error=ErrorInfo(message=text), at=NOON + timedelta(minutes=minutes))


def _noted(**notes: str) -> NodeSucceeded:
    return NodeSucceeded(node="n0", run=0, outputs=(Output(items=1),), custom_data=notes, at=NOON)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (ExecutionQuery(), ["e4", "e3", "e2", "e1"]),
        (ExecutionQuery(workflow_id="w2"), ["e2"]),
        (ExecutionQuery(statuses=frozenset({Status.ERROR, Status.RUNNING})), ["e4", "e3"]),
        (ExecutionQuery(modes=frozenset({Mode.RETRY})), ["e4"]),
        (ExecutionQuery(projects=frozenset({ProjectId("p2")})), ["e3"]),
        (ExecutionQuery(projects=frozenset()), []),
        (ExecutionQuery(retry_of=ExecutionId("e3")), ["e4"]),
        (ExecutionQuery(since=NOON + MINUTE, until=NOON + 3 * MINUTE), ["e3", "e2"]),
        (ExecutionQuery(error="TIMED OUT"), ["e3"]),
        (ExecutionQuery(error="ÜBER"), ["e3"]),
        (ExecutionQuery(custom_data={"customer": "7"}), ["e2", "e1"]),
        (ExecutionQuery(custom_data={"customer": "7", "kind": "a"}), ["e1"]),
        (ExecutionQuery(custom_data={"customer": "7%"}), []),
    ],
)
async def test_executions_are_found_by_what_is_known_of_them(
    journal: Journal, query: ExecutionQuery, found: list[str]
) -> None:
    await begin(journal, asked("e1"), _noted(customer="7", kind="a"), _succeeded())
    await begin(journal, asked("e2", minutes=1, workflow_id="w2"), _noted(customer="7", kind="b"), _succeeded(1))
    await begin(journal, asked("e3", minutes=2, project=ProjectId("p2")), _failed("Timed out, über 3 s", 2))
    await begin(journal, asked("e4", minutes=3, mode=Mode.RETRY, retry_of=ExecutionId("e3")))
    await begin(journal, asked("e5", tenant=OTHER))

    assert [one.id for one in await journal.find(DEFAULT_TENANT, query)] == found


async def test_pages_go_from_the_newest_to_the_oldest_whatever_their_ids(journal: Journal) -> None:
    for place, name in enumerate(["e3", "e1", "e4", "e0", "e2"]):
        # Two at each moment.
        await begin(journal, asked(name, minutes=place // 2))

    first = await journal.find(DEFAULT_TENANT, limit=2)
    second = await journal.find(DEFAULT_TENANT, limit=2, before=first[-1].place)
    third = await journal.find(DEFAULT_TENANT, limit=2, before=second[-1].place)

    assert [one.id for one in (*first, *second, *third)] == ["e2", "e4", "e0", "e3", "e1"]


async def test_statistics_tell_how_each_workflow_does(journal: Journal) -> None:
    await begin(journal, asked("e1"), _succeeded(1))
    await begin(journal, asked("e2", minutes=1), _failed("no", 4))
    await begin(journal, asked("e3", minutes=2, workflow_name="Renamed"))
    await begin(journal, asked("e4", minutes=1, workflow_id="w2"))

    one, two = await journal.statistics(DEFAULT_TENANT)

    assert (one.workflow_id, one.workflow_name) == ("w1", "Renamed")
    assert one.counts == {Status.SUCCESS: 1, Status.ERROR: 1, Status.RUNNING: 1}
    assert (one.average_seconds, one.longest_seconds) == (pytest.approx(120), pytest.approx(180))
    assert one.last_requested_at == NOON + 2 * MINUTE
    assert (two.workflow_id, two.average_seconds, two.longest_seconds) == ("w2", None, None)
    recent = await journal.statistics(DEFAULT_TENANT, ExecutionQuery(since=NOON + MINUTE, workflow_id="w1"))
    assert [found.counts for found in recent] == [{Status.ERROR: 1, Status.RUNNING: 1}]


async def test_a_removed_execution_is_gone_with_its_payloads(journal: Journal) -> None:
    await begin(journal, asked("e1"), _succeeded())
    await journal.get(DEFAULT_TENANT, ExecutionId("e1"))

    assert await journal.remove(DEFAULT_TENANT, ExecutionId("e1")) == ("e1",)

    with pytest.raises(ExecutionNotFound):
        await journal.read(DEFAULT_TENANT, ExecutionId("e1"))
    assert list(await journal.find(DEFAULT_TENANT)) == []
    with pytest.raises(ExecutionNotFound):
        await journal.remove(DEFAULT_TENANT, ExecutionId("e1"))


async def test_what_runs_is_not_removed(journal: Journal) -> None:
    await begin(journal, asked("e1"))

    with pytest.raises(NotEnded):
        await journal.remove(DEFAULT_TENANT, ExecutionId("e1"))

    assert len(await journal.read(DEFAULT_TENANT, ExecutionId("e1"))) == 1


@pytest.mark.parametrize("order", [("e1", "e2", "e3"), ("e3", "e2", "e1"), ("e2", "e1", "e3")])
async def test_payloads_of_a_family_go_with_its_last_member(journal: Journal, order: tuple[str, ...]) -> None:
    await begin(journal, asked("e1"), _succeeded())
    await begin(journal, asked("e2", parent=ExecutionId("e1"), mode=Mode.INTEGRATED), _succeeded())
    await begin(journal, asked("e3", retry_of=ExecutionId("e2"), mode=Mode.RETRY), _succeeded())
    await begin(journal, asked("apart", parent=ExecutionId("e1"), mode=Mode.ERROR), _succeeded())
    everyone = ["e1", "e2", "e3", "apart", "unknown"]

    freed = []
    for name in order[:2]:
        freed += await journal.remove(DEFAULT_TENANT, ExecutionId(name))
        assert await journal.owners_in_use(DEFAULT_TENANT, everyone) == {"e1", "e2", "e3", "apart"}
    assert freed == []

    assert sorted(await journal.remove(DEFAULT_TENANT, ExecutionId(order[2]))) == ["e1", "e2", "e3"]
    assert await journal.owners_in_use(DEFAULT_TENANT, everyone) == {"apart"}


async def test_what_is_gone_cannot_be_retried(journal: Journal) -> None:
    with pytest.raises(ExecutionNotFound):
        await begin(journal, asked("e2", retry_of=ExecutionId("e1"), mode=Mode.RETRY))

    with pytest.raises(ExecutionNotFound):
        await journal.read(DEFAULT_TENANT, ExecutionId("e2"))


async def test_one_run_of_a_node_is_read_alone(journal: Journal) -> None:
    runs = [
        NodeSucceeded(node=f"n{number % 3}", run=number // 3, outputs=(Output(items=number),), at=NOON)
        for number in range(60)
    ]
    await begin(journal, asked("e1"), *runs)

    found = await journal.node_run(DEFAULT_TENANT, ExecutionId("e1"), "n2", 17)

    assert found is not None
    assert found.outputs == (Output(items=53),)
    assert await journal.node_run(DEFAULT_TENANT, ExecutionId("e1"), "n2", 20) is None
    assert [event async for event in journal.walk(DEFAULT_TENANT, ExecutionId("e1"), after=1)] == runs


_ended = st.fixed_dictionaries(
    {
        "tenant": st.sampled_from([DEFAULT_TENANT, OTHER]),
        "workflow_id": st.sampled_from(["w1", "w2"]),
        "mode": st.sampled_from([Mode.MANUAL, Mode.WEBHOOK]),
        "minutes": st.integers(0, 20),
        "end": st.sampled_from(["success", "error", None]),
        "workflow": st.sampled_from(
            [
                {},
                {"saveDataSuccessExecution": "none", "saveManualExecutions": False},
                {"saveDataErrorExecution": "none"},
                {"headrace": {"retention": {"days": 0.01}}},
                {"headrace": {"retention": {"count": 1}}},
                {"headrace": {"retention": {"days": 3, "count": 2}}},
            ]
        ),
    }
)
_policies = st.builds(
    RetentionPolicy,
    max_age=st.sampled_from([None, 5 * MINUTE, 100 * MINUTE]),
    max_count=st.sampled_from([None, 0, 1, 4]),
    per_workflow=st.sampled_from([None, 0, 2]),
    grace=st.sampled_from([timedelta(0), 3 * MINUTE]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ended, max_size=12), _policies)
async def test_the_index_finds_what_the_rule_finds(
    tmp_path_factory: pytest.TempPathFactory, executions: list[dict[str, object]], policy: RetentionPolicy
) -> None:
    sqlite = SqliteJournal(tmp_path_factory.mktemp("journal") / "journal.db")
    memory = MemoryJournal()
    try:
        for number, one in enumerate(executions):
            wanted = _wanted(number, one)
            end: list[Event] = []
            if one["end"] is not None:
                end.append(_succeeded(wanted.at.minute) if one["end"] == "success" else _failed("no", wanted.at.minute))
            for journal in (sqlite, memory):
                await begin(journal, wanted, *end)
        now = NOON + 21 * MINUTE

        found = await sqlite.expired(policy, now=now)

        assert sorted(found) == sorted(await memory.expired(policy, now=now))
        for tenant, execution_id in found:
            assert (await sqlite.get(tenant, execution_id)).status.is_final
        assert len(await sqlite.expired(policy, now=now, limit=1)) == min(1, len(found))
    finally:
        await sqlite.close()


def _wanted(number: int, one: dict[str, object]) -> ExecutionRequested:
    changes = {name: value for name, value in one.items() if name not in ("minutes", "end", "workflow")}
    workflow = msgspec.Raw(msgspec.json.encode({"settings": one["workflow"]}))
    minutes = one["minutes"]
    assert isinstance(minutes, int)
    return asked(f"e{number}", minutes=minutes, workflow=workflow, **changes)
