"""Wait: short waits are slept through, long ones put the run aside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headrace.nodes.builtin.flow import form, wait
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.testing import NOON, try_node


def after(amount: Any, unit: str) -> dict[str, Any]:
    return {"resume": "timeInterval", "amount": amount, "unit": unit}


async def test_a_short_wait_is_slept_through_and_the_items_go_on() -> None:
    given = Item(json={"a": 1}, binary={"data": Binary(id="k")})

    run = await try_node(wait, parameters=after(64, "seconds"), items=[given, {"a": 2}])

    assert run.suspend is None
    assert run.ctx.slept == timedelta(seconds=64)
    assert run.json == [[{"a": 1}, {"a": 2}]]
    assert run.outputs[0][0].binary == given.binary
    assert [item.paired_item for item in run.outputs[0]] == [0, 1]


@pytest.mark.parametrize(
    ("amount", "unit", "pause"),
    [
        (65, "seconds", timedelta(seconds=65)),
        (2, "minutes", timedelta(minutes=2)),
        (1.5, "hours", timedelta(minutes=90)),
        (3, "days", timedelta(days=3)),
    ],
)
async def test_a_long_wait_puts_the_run_aside_with_its_items(amount: float, unit: str, pause: timedelta) -> None:
    run = await try_node(wait, parameters=after(amount, unit), items=[{"a": 1}])

    assert run.suspend is not None
    assert run.suspend.until == NOON + pause
    assert run.suspend.resume == "time"
    assert [item.json for item in run.suspend.output] == [{"a": 1}]
    assert run.ctx.slept == timedelta(0)


@pytest.mark.parametrize(("version", "waited"), [(1, timedelta(hours=1)), (1.1, timedelta(seconds=5))])
async def test_an_untouched_wait_differs_by_version(version: float, waited: timedelta) -> None:
    run = await try_node(wait, version=version)

    assert (run.suspend.until - NOON if run.suspend and run.suspend.until else run.ctx.slept) == waited


@pytest.mark.parametrize("amount", [-1, "5", None, True, float("nan"), float("inf")])
async def test_an_amount_that_is_no_number_from_zero_up_is_refused(amount: Any) -> None:
    with pytest.raises(NodeError, match=r"^Invalid wait amount\. Please enter a number that is 0 or greater\.$"):
        await try_node(wait, parameters=after(amount, "seconds"))


async def test_an_amount_past_the_calendar_is_refused() -> None:
    with pytest.raises(NodeError, match="Invalid wait amount"):
        await try_node(wait, parameters=after(1e12, "days"))


async def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(NodeError, match=r"^Invalid wait unit\. Valid units are"):
        await try_node(wait, parameters=after(1, "weeks"))


async def test_a_moment_without_a_zone_is_in_the_workflows() -> None:
    run = await try_node(
        wait, parameters={"resume": "specificTime", "dateTime": "2026-01-15T09:00:00"}, timezone="America/New_York"
    )

    assert run.suspend is not None
    assert run.suspend.until is not None
    assert run.suspend.until.astimezone(UTC) == datetime(2026, 1, 15, 14, 0, tzinfo=UTC)


async def test_a_moment_that_is_over_is_not_waited_for() -> None:
    run = await try_node(wait, parameters={"resume": "specificTime", "dateTime": "2020-01-01T00:00:00Z"})

    assert run.suspend is None
    assert run.ctx.slept == timedelta(0)
    assert run.json == [[{}]]


@pytest.mark.parametrize("moment", ["", "next week", None])
async def test_a_moment_that_is_no_date_is_refused(moment: Any) -> None:
    with pytest.raises(NodeError, match="`dateTime` parameter is not a valid date"):
        await try_node(wait, parameters={"resume": "specificTime", "dateTime": moment})


async def test_a_wait_for_a_call_never_ends_by_itself() -> None:
    run = await try_node(wait, parameters={"resume": "webhook", "options": {"webhookSuffix": "answer"}})

    assert run.suspend is not None
    assert run.suspend.until is None
    assert run.suspend.resume == "webhook"
    assert run.suspend.webhook_suffix == "answer"


@pytest.mark.parametrize(
    ("limit", "until"),
    [
        ({}, NOON + timedelta(hours=1)),
        ({"resumeAmount": 10, "resumeUnit": "minutes"}, NOON + timedelta(minutes=10)),
        (
            {"limitType": "atSpecifiedTime", "maxDateAndTime": "2026-02-01T00:00:00Z"},
            datetime(2026, 2, 1, tzinfo=UTC),
        ),
    ],
)
async def test_a_wait_for_a_form_may_have_a_limit(limit: dict[str, Any], until: datetime) -> None:
    run = await try_node(wait, parameters={"resume": "form", "limitWaitTime": True, **limit})

    assert run.suspend is not None
    assert run.suspend.until == until
    assert run.suspend.resume == "form"


async def test_a_page_of_a_form_waits_for_its_answers() -> None:
    run = await try_node(form, items=[{"a": 1}])

    assert run.suspend is not None
    assert run.suspend.resume == "form"
    assert [item.json for item in run.suspend.output] == [{"a": 1}]


async def test_the_ending_of_a_form_hands_the_items_on() -> None:
    run = await try_node(form, parameters={"operation": "completion"}, items=[{"a": 1}])

    assert run.suspend is None
    assert run.json == [[{"a": 1}]]
