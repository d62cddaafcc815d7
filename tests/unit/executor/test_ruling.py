"""What a workflow's settings say of its runs."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from headrace.executions.public import ExecutionRequested, Mode, Output
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.outputs import OutputStore
from headrace.executor.ruling import WorkflowRules
from headrace.executor.versions import Versions
from headrace.kernel.errors import Unavailable
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId
from headrace.payloads.adapters.memory import MemoryPayloads
from headrace.sdk.items import Item
from tests.unit.executions.simulating import NOON, request


class NoPool:
    """Plain paths need no worker; whatever does finds none."""

    def limits(self, tenant: TenantId, call: object = None) -> None:
        raise Unavailable("there is no worker")


def rules(outputs: OutputStore) -> WorkflowRules:
    evaluator = ExpressionEvaluator(NoPool())  # type: ignore[arg-type]
    return WorkflowRules(versions=Versions(), outputs=outputs, evaluator=evaluator, timezone="UTC")


def wanted(ours: Any, *, given: Output | None = None, **changes: Any) -> ExecutionRequested:
    workflow = {"name": "W", "nodes": [], "connections": {}, "settings": {"headrace": ours}}
    item = [Item(json={"order": {"id": 7}, "tags": ["a"], "long": "x" * 300})]
    inline = msgspec.Raw(msgspec.json.encode(item))
    return msgspec.structs.replace(
        request(),
        workflow=msgspec.Raw(msgspec.json.encode(workflow)),
        mode=changes.pop("mode", Mode.WEBHOOK),
        given=given or Output(items=1, inline=inline),
        **changes,
    )


async def ruled(ours: Any, **changes: Any) -> ExecutionRequested:
    return await rules(OutputStore(MemoryPayloads())).ruled(wanted(ours, **changes))


@pytest.mark.parametrize(
    ("key", "lane"),
    [
        ("", ""),
        ("always this", "always this"),
        ("={{ $json.order.id }}", "7"),
        ("{{ $json.order.id }}", "7"),
        ("order {{ $json.order.id }}", "order 7"),
        ("={{ $json.tags }}", '["a"]'),
        ("={{ $json.missing }}", ""),
    ],
)
async def test_a_lane_follows_from_the_first_item(key: str, lane: str) -> None:
    found = await ruled({"concurrency": {"limit": 2, "key": key}})

    assert (found.lane, found.lane_limit) == (lane, 2)


async def test_a_long_key_counts_by_its_hash() -> None:
    found = await ruled({"concurrency": {"limit": 1, "key": "={{ $json.long }}"}})

    assert len(found.lane) == 64


async def test_items_in_the_payload_store_have_keys_as_well() -> None:
    outputs = OutputStore(MemoryPayloads(), inline_limit_bytes=10)
    given = await outputs.store(DEFAULT_TENANT, ExecutionId("e1"), [Item(json={"n": n}) for n in range(5, 9)])

    found = await rules(outputs).ruled(wanted({"concurrency": {"limit": 1, "key": "={{ $json.n }}"}}, given=given))

    assert given.payload is not None
    assert found.lane == "5"


async def test_what_was_accepted_is_not_lost_to_a_key_that_cannot_be_evaluated(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ours = {"concurrency": {"limit": 1, "key": "={{ nonsense( }}"}, "dedup": {"key": "={{ nonsense( }}"}}

    with caplog.at_level(logging.WARNING):
        found = await ruled(ours)

    assert (found.lane, found.lane_limit, found.dedup_key) == ("", 1, "")
    assert "cannot be evaluated" in caplog.text


@pytest.mark.parametrize(
    ("mode", "key"), [(Mode.WEBHOOK, "7"), (Mode.TRIGGER, "7"), (Mode.MANUAL, ""), (Mode.RETRY, "")]
)
async def test_a_key_is_taken_once_except_by_hand(mode: Mode, key: str) -> None:
    found = await ruled({"dedup": {"key": "={{ $json.order.id }}", "seconds": 60}}, mode=mode)

    assert found.dedup_key == key
    assert found.dedup_until == (NOON + timedelta(minutes=1) if key else None)


async def test_a_priority_that_was_asked_for_stands() -> None:
    assert (await ruled({"priority": 5})).priority == 5
    assert (await ruled({"priority": 5}, priority=-1)).priority == -1


@pytest.mark.parametrize("ours", [{"priority": "high"}, {"concurrency": {"limit": 0}}, "nonsense", None])
async def test_what_makes_no_sense_is_ignored(ours: Any) -> None:
    found = await ruled(ours)

    assert (found.priority, found.lane, found.lane_limit, found.dedup_key) == (0, "", None, "")
