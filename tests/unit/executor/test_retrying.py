"""How often, and how soon, a failed node is tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.executor.retrying import Retries, retries_of
from headrace.workflows.public import Node, Workflow

FIVE_MINUTES = timedelta(minutes=5)


def node(**settings: Any) -> Node:
    drawn = {"name": "Fetch", "type": "n8n-nodes-base.httpRequest", "parameters": {}, "position": [0, 0], **settings}
    return Workflow.from_json({"name": "w", "nodes": [drawn], "connections": {}}).nodes["Fetch"]


def test_a_node_that_is_not_to_be_retried_is_tried_once() -> None:
    assert retries_of(node(maxTries=5)).tries == 1


@pytest.mark.parametrize(("wanted", "tries"), [(None, 3), (0, 3), (1, 2), (4, 4), (99, 5)])
def test_tries_keep_to_n8ns_limits(wanted: int | None, tries: int) -> None:
    assert retries_of(node(retryOnFail=True, maxTries=wanted)).tries == tries


@pytest.mark.parametrize(("wanted", "millis"), [(None, 1000), (0, 0), (-5, 0), (250, 250), (10**30, 5000)])
def test_pauses_keep_to_n8ns_limits(wanted: int | None, millis: int) -> None:
    retries = retries_of(node(retryOnFail=True, waitBetweenTries=wanted))

    assert {retries.pause_after(attempt, 0.9) for attempt in range(1, 5)} == {timedelta(milliseconds=millis)}


def test_with_back_off_pauses_double() -> None:
    retries = retries_of(node(retryOnFail=True, maxTries=9, waitBetweenTries=2000, retryBackoff="exponential"))

    assert retries.tries == 9
    assert [retries.pause_after(attempt, 1.0).total_seconds() for attempt in range(1, 10)] == [
        2, 4, 8, 16, 32, 64, 128, 256, 300,
    ]  # fmt: skip


def test_those_that_failed_together_do_not_come_back_together() -> None:
    retries = Retries(5, timedelta(seconds=10), backs_off=True)

    assert {retries.pause_after(1, draw).total_seconds() for draw in (0.0, 0.5, 1.0)} == {5.0, 7.5, 10.0}


@given(pause=st.timedeltas(timedelta(0), FIVE_MINUTES), attempt=st.integers(1, 10**6), draw=st.floats(0, 1))
def test_no_pause_is_longer_than_five_minutes_or_shorter_than_half_the_first(
    pause: timedelta, attempt: int, draw: float
) -> None:
    waited = Retries(20, pause, backs_off=True).pause_after(attempt, draw)

    assert pause / 2 - timedelta(microseconds=1) <= waited <= FIVE_MINUTES


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.none())))
def test_a_back_off_of_any_other_name_is_none(value: Any) -> None:
    assert not retries_of(node(retryOnFail=True, retryBackoff=value)).backs_off
