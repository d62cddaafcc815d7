"""When a host is left alone, and when it is asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from headrace.infra.egress.circuits import (
    CLOSED,
    Circuit,
    CircuitOpen,
    CircuitRules,
    Circuits,
    admit,
    failed,
    undecided,
)

RULES = CircuitRules(failures=3, within=timedelta(seconds=60), rest=timedelta(seconds=30))
KEY = ("default", "https://api.example.com")


def after(*failures_at: float) -> Circuit:
    circuit = CLOSED
    for at in failures_at:
        circuit = failed(circuit, at, RULES)
    return circuit


def test_a_host_that_fails_too_often_in_a_row_is_left_alone() -> None:
    assert admit(after(1, 2), 2)[1] is None
    assert admit(after(1, 2, 3), 3)[1] == timedelta(seconds=30)


def test_failures_far_apart_make_no_row() -> None:
    assert admit(after(0, 100, 200, 300), 300)[1] is None


def test_after_a_rest_one_request_passes_and_the_others_wait_for_its_outcome() -> None:
    circuit, wait = admit(after(1, 2, 3), 34)
    assert wait is None
    assert admit(circuit, 34)[1] == timedelta(seconds=1)


def test_a_probe_that_fails_doubles_the_rest_up_to_a_limit() -> None:
    circuit, now, rests = after(1, 2, 3), 3.0, []
    for _ in range(30):
        assert circuit.open_until is not None
        rests.append(circuit.open_until - now)
        now = circuit.open_until
        circuit = failed(admit(circuit, now)[0], now, RULES)

    assert rests[:5] == [30, 60, 120, 240, 300]
    assert rests[-1] == 300


def test_a_probe_that_was_given_up_lets_another_one_pass() -> None:
    circuit = undecided(admit(after(1, 2, 3), 34)[0])

    assert admit(circuit, 34)[1] is None


def test_what_was_sent_before_it_opened_changes_nothing_any_more() -> None:
    circuit = after(1, 2, 3)

    assert failed(circuit, 4, RULES) == circuit


@given(
    outcomes=st.lists(st.tuples(st.sampled_from(["ok", "fail"]), st.floats(0, 50)), max_size=60),
)
def test_it_opens_only_after_as_many_failures_in_a_row_as_the_rules_say(outcomes: list[tuple[str, float]]) -> None:
    now, row, circuit = 0.0, 0, CLOSED
    for outcome, pause in outcomes:
        now += pause
        circuit, wait = admit(circuit, now)
        if wait is not None:
            assert row >= RULES.failures
            continue
        if outcome == "ok":
            circuit, row = CLOSED, 0
        else:
            circuit, row = failed(circuit, now, RULES), row + 1


class ManyRequests(RuleBasedStateMachine):
    """Requests that overlap, to hosts of two tenants."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.circuits = Circuits(RULES, lambda: self.now)
        self.flying: list[tuple[str, str]] = []
        self.answered = {"a": True, "b": True}
        """Whether the tenant's host has always answered."""

    @rule(tenant=st.sampled_from("ab"))
    def send(self, tenant: str) -> None:
        key = (tenant, "https://x")
        wait: timedelta | None = None
        try:
            self.circuits.enter(key)
        except CircuitOpen as refused:
            wait = refused.wait
        if wait is None:
            self.flying.append(key)
        else:
            assert timedelta(0) < wait <= RULES.longest_rest
            assert not self.answered[tenant]

    @precondition(lambda self: self.flying)
    @rule(outcome=st.sampled_from(["succeeded", "failed", "undecided"]), place=st.integers(0, 100))
    def end(self, outcome: str, place: int) -> None:
        key = self.flying.pop(place % len(self.flying))
        if outcome == "failed":
            self.answered[key[0]] = False
        getattr(self.circuits, outcome)(key)

    @rule(seconds=st.floats(0, 400))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def no_host_is_left_alone_for_ever(self) -> None:
        if self.flying:
            return
        later = Circuits(RULES, lambda: self.now + RULES.longest_rest.total_seconds())
        later._known = self.circuits._known.copy()
        for key in list(later._known):
            later.enter(key)


TestManyRequests = ManyRequests.TestCase


def test_a_refusal_names_the_host_and_how_long() -> None:
    circuits = Circuits(RULES, lambda: 5.0)
    for _ in range(3):
        circuits.enter(KEY)
        circuits.failed(KEY)

    with pytest.raises(CircuitOpen, match=r"https://api.example.com has failed 3 times in a row .* another 30 s"):
        circuits.enter(KEY)
    circuits.enter(("other", KEY[1]))


def test_hosts_that_answer_take_no_memory_and_those_that_do_not_have_a_bound() -> None:
    circuits = Circuits(RULES, lambda: 5.0)
    for number in range(20_000):
        circuits.enter(("default", f"https://{number}"))
        circuits.failed(("default", f"https://{number}"))
    assert len(circuits._known) == 10_000

    circuits.succeeded(("default", "https://19999"))
    assert len(circuits._known) == 9_999
