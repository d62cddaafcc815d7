"""Which execution runs next."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from headrace.executions.public import Ticket
from headrace.executor.admission import Admission, AdmissionLimits
from headrace.kernel.ids import ExecutionId, TenantId

ANNA, BEN = TenantId("anna"), TenantId("ben")


def ticket(
    id_: str,
    tenant: TenantId = ANNA,
    workflow: str = "w",
    *,
    priority: int = 0,
    lane: str = "",
    limit: int | None = None,
) -> Ticket:
    return Ticket(
        tenant=tenant,
        execution_id=ExecutionId(id_),
        workflow_id=workflow,
        priority=priority,
        lane=lane,
        lane_limit=limit,
    )


def admitted(admission: Admission) -> list[str]:
    found: list[str] = []
    while (next_ := admission.admit()) is not None:
        found.append(next_.execution_id)
    return found


def test_executions_run_in_the_order_they_came() -> None:
    admission = Admission()
    for name in "abc":
        admission.add(ticket(name))

    assert admitted(admission) == ["a", "b", "c"]


def test_one_of_higher_priority_overtakes_within_its_tenant() -> None:
    admission = Admission()
    admission.add(ticket("a"))
    admission.add(ticket("b", priority=5))
    admission.add(ticket("other", BEN))

    assert admitted(admission) == ["b", "other", "a"]


def test_tenants_take_turns() -> None:
    admission = Admission(AdmissionLimits(server=4))
    for number in range(10):
        admission.add(ticket(f"a{number}"))
    for number in range(2):
        admission.add(ticket(f"b{number}", BEN))

    assert admitted(admission) == ["a0", "b0", "a1", "b1"]


def test_no_more_run_than_the_server_may() -> None:
    admission = Admission(AdmissionLimits(server=2))
    for name in "abc":
        admission.add(ticket(name))

    assert admitted(admission) == ["a", "b"]
    assert (admission.running, len(admission)) == (2, 1)
    admission.done(ExecutionId("a"))
    assert admitted(admission) == ["c"]


def test_a_tenants_limit_leaves_room_for_others() -> None:
    admission = Admission(AdmissionLimits(server=5, tenant=1))
    for name in "ab":
        admission.add(ticket(name))
    admission.add(ticket("c", BEN))

    assert admitted(admission) == ["a", "c"]


def test_a_lanes_limit_holds_back_only_its_lane() -> None:
    admission = Admission()
    admission.add(ticket("a", lane="customer 1", limit=1))
    admission.add(ticket("b", lane="customer 1", limit=1))
    admission.add(ticket("c", lane="customer 2", limit=1))

    assert admitted(admission) == ["a", "c"]
    admission.done(ExecutionId("a"))
    assert admitted(admission) == ["b"]


def test_a_paused_workflow_waits_and_others_do_not() -> None:
    admission = Admission()
    admission.pause(ANNA, "w")
    admission.add(ticket("a"))
    admission.add(ticket("b", workflow="other"))

    assert admitted(admission) == ["b"]
    assert [one.execution_id for one in admission.waiting_of(ANNA, "w")] == ["a"]
    admission.resume(ANNA, "w")
    assert admitted(admission) == ["a"]


def test_a_workflow_paused_after_it_was_queued_waits_too() -> None:
    admission = Admission()
    admission.add(ticket("a"))
    admission.pause(ANNA, "w")

    assert admitted(admission) == []
    admission.resume(ANNA, "w")
    assert admitted(admission) == ["a"]


def test_an_execution_is_queued_once() -> None:
    admission = Admission()

    assert admission.add(ticket("a"))
    assert not admission.add(ticket("a"))
    assert admitted(admission) == ["a"]
    assert not admission.add(ticket("a"))
    admission.done(ExecutionId("a"))
    assert admission.add(ticket("a"))


def test_a_dropped_execution_does_not_run() -> None:
    admission = Admission()
    for name in "abc":
        admission.add(ticket(name))

    assert admission.drop(ExecutionId("b"))
    assert not admission.drop(ExecutionId("b"))
    assert admitted(admission) == ["a", "c"]


tickets = st.lists(
    st.tuples(st.sampled_from([ANNA, BEN]), st.sampled_from("vw"), st.integers(0, 3), st.sampled_from("xy")),
    max_size=40,
)


@given(tickets, st.integers(1, 5), st.integers(1, 3), st.integers(1, 3), st.randoms(use_true_random=False))
def test_everything_runs_once_and_no_limit_is_passed(
    wanted: list[tuple[TenantId, str, int, str]], server: int, tenant: int, limit: int, random: object
) -> None:
    admission = Admission(AdmissionLimits(server=server, tenant=tenant))
    for number, (owner, workflow, priority, lane) in enumerate(wanted):
        admission.add(ticket(str(number), owner, workflow, priority=priority, lane=lane, limit=limit))
    running: list[Ticket] = []
    finished: list[str] = []
    while len(finished) < len(wanted):
        while (next_ := admission.admit()) is not None:
            running.append(next_)
        assert running, "work waits and nothing runs"
        assert len(running) <= server
        assert max(Counter(one.tenant for one in running).values()) <= tenant
        assert max(Counter((one.tenant, one.workflow_id, one.lane) for one in running).values()) <= limit
        over = running.pop(random.randrange(len(running)))  # type: ignore[attr-defined]
        finished.append(over.execution_id)
        admission.done(over.execution_id)
    assert sorted(finished) == sorted(str(number) for number in range(len(wanted)))
    assert (admission.running, len(admission)) == (0, 0)


@given(st.lists(st.sampled_from(["w1", "w2", "w3"]), min_size=1, max_size=10), st.sets(st.sampled_from(["w1", "w2"])))
def test_nothing_of_a_paused_workflow_starts_and_nothing_else_waits_for_it(
    workflows: list[str], paused: set[str]
) -> None:
    admission = Admission()
    admission.keep_paused({(ANNA, "w3")})
    for number, workflow in enumerate(workflows):
        admission.add(ticket(f"e{number}", workflow=workflow))

    admission.keep_paused({(ANNA, workflow) for workflow in paused})

    free = [f"e{number}" for number, workflow in enumerate(workflows) if workflow not in paused]
    held = [f"e{number}" for number, workflow in enumerate(workflows) if workflow in paused]
    assert sorted(admitted(admission)) == sorted(free)
    admission.keep_paused(set())
    assert sorted(admitted(admission)) == sorted(held)


def test_a_tenant_runs_as_many_at_once_as_it_may_and_others_go_on() -> None:
    admission = Admission(AdmissionLimits(server=10, tenant=3))
    for number in range(4):
        admission.add(ticket(f"a{number}"))
        admission.add(ticket(f"b{number}", BEN))
    admission.limit(ANNA, 1)

    assert admitted(admission) == ["a0", "b0", "b1", "b2"]
    admission.limit(ANNA, None)
    assert admitted(admission) == ["a1", "a2"]


def test_of_a_tenant_that_may_run_nothing_everything_waits() -> None:
    admission = Admission()
    admission.add(ticket("a1"))
    admission.limit(ANNA, 0)
    assert admitted(admission) == []

    admission.limit(ANNA, None)

    assert admitted(admission) == ["a1"]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-3, 3)), min_size=1, max_size=40),
    st.integers(1, 4),
)
def test_no_tenant_gets_more_than_its_turn_while_another_waits(queued: list[tuple[str, int]], server: int) -> None:
    admission = Admission(AdmissionLimits(server=server))
    for number, (name, priority) in enumerate(queued):
        admission.add(ticket(f"{name}{number}", TenantId(name), priority=priority))
    left = Counter(name for name, _ in queued)
    turns: Counter[str] = Counter()
    running: list[ExecutionId] = []

    while sum(left.values()):
        next_ = admission.admit()
        if next_ is None:
            admission.done(running.pop(0))
            continue
        running.append(next_.execution_id)
        left[next_.tenant] -= 1
        turns[next_.tenant] += 1
        waiting = [turns[name] for name in left if left[name]]
        # Whoever still waits has had as many turns as anybody, but for the round that is under way.
        assert all(count >= turns[next_.tenant] - 1 for count in waiting)
