"""Date & Time, both versions."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin.date_time import v1, v2
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.testing import try_node
from headrace.sdk.values import DateText


async def first(node: Any, parameters: dict[str, Any], **more: Any) -> Any:
    run = await try_node(node, parameters=parameters, **more)
    (value,) = run.json[0][0].values()
    return value


# Version 1


@pytest.mark.parametrize("value", [1700000000, "1700000000", 1700000000123, "1700000000123", 1700000000.5])
async def test_timestamps_are_seconds_or_milliseconds(value: Any) -> None:
    assert await first(v1, {"value": value, "toFormat": "YYYY-MM-DD"}) == "2023-11-14"


async def test_a_date_is_formatted_by_moments_tokens() -> None:
    parameters = {"value": "2024-02-03T04:05:06Z", "custom": True, "toFormat": "dddd Do MMMM YYYY [at] h:mm A"}

    assert await first(v1, parameters) == "Saturday 3rd February 2024 at 4:05 AM"


async def test_a_date_is_moved_from_zone_to_zone() -> None:
    options = {"fromTimezone": "Europe/Brussels", "toTimezone": "Asia/Tokyo"}
    parameters = {"value": "2024-07-01 12:00", "custom": True, "toFormat": "YYYY-MM-DD HH:mm Z", "options": options}

    assert await first(v1, parameters) == "2024-07-01 19:00 +09:00"


async def test_without_a_target_zone_the_workflows_is_taken() -> None:
    options = {"fromTimezone": "UTC"}
    parameters = {"value": "2024-07-01T12:00:00", "custom": True, "toFormat": "HH:mm", "options": options}

    assert await first(v1, parameters, timezone="Asia/Kolkata") == "17:30"


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("03.04.2021", "DD.MM.YYYY", "2021-04-03 00:00"),
        ("3/4/21 5pm", "D/M/YY ha", "2021-04-03 17:00"),
        ("on 7 August, 1999", "D MMMM YYYY", "1999-08-07 00:00"),
        ("09:30", "HH:mm", "2026-01-15 09:30"),
        ("12:05 am", "hh:mm a", "2026-01-15 00:05"),
        ("1612345678", "X", "2021-02-03 09:47"),
        ("2021-06-01T10:00+02:00", "YYYY-MM-DDTHH:mmZ", "2021-06-01 08:00"),
        ("200 of 2020", "DDD YYYY", "2020-07-18 00:00"),
        ("no digits", "DD", "Invalid date"),
        ("31/02/2020", "DD/MM/YYYY", "Invalid date"),
    ],
)
async def test_a_date_is_read_by_a_pattern(text: str, pattern: str, expected: str) -> None:
    parameters = {"value": text, "custom": True, "toFormat": "YYYY-MM-DD HH:mm", "options": {"fromFormat": pattern}}

    assert await first(v1, parameters) == expected


async def test_a_date_that_cannot_be_read_asks_for_a_pattern() -> None:
    with pytest.raises(NodeError, match='Please set the "From Format" field'):
        await first(v1, {"value": "soonish"})


@pytest.mark.parametrize(
    ("operation", "duration", "unit", "expected"),
    [
        ("add", 1, "months", "2024-02-29T10:00:00.000Z"),
        ("subtract", 2, "quarters", "2023-07-31T10:00:00.000Z"),
        ("add", 90, "minutes", "2024-01-31T11:30:00.000Z"),
        ("add", 1.5, "months", "2024-03-31T10:00:00.000Z"),
        ("subtract", 1, "years", "2023-01-31T10:00:00.000Z"),
    ],
)
async def test_a_date_is_calculated(operation: str, duration: float, unit: str, expected: str) -> None:
    parameters = {"action": "calculate", "value": "2024-01-31T10:00:00Z", "operation": operation}

    assert await first(v1, {**parameters, "duration": duration, "timeUnit": unit}) == expected


async def test_a_date_to_calculate_with_must_fit_its_pattern_as_a_whole() -> None:
    parameters = {"action": "calculate", "value": "on 2024-01-31", "options": {"fromFormat": "YYYY-MM-DD"}}

    with pytest.raises(NodeError, match='recheck the value and the "From Format" field'):
        await first(v1, parameters)


async def test_the_result_is_added_to_the_item_and_files_stay() -> None:
    item = Item(json={"a": {"b": 1}}, binary={"f": Binary(id="x")})

    run = await try_node(v1, parameters={"value": "2024-01-02", "dataPropertyName": "a.day"}, items=[item])

    assert run.json == [[{"a": {"b": 1, "day": "01/02/2024"}}]]
    assert run.outputs[0][0].binary == item.binary


# Version 2


async def test_the_present_moment_is_in_the_workflows_zone() -> None:
    assert await first(v2, {}) == "2026-01-15T07:00:00.000-05:00"
    assert await first(v2, {"includeTime": False, "options": {"timezone": "UTC"}}) == "2026-01-15T00:00:00.000Z"


async def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(NodeError, match="The timezone Mars/Olympus is not valid"):
        await first(v2, {"options": {"timezone": "Mars/Olympus"}})


@pytest.mark.parametrize(
    ("operation", "expected"),
    [("addToDate", "2024-03-12T00:30:00.000-04:00"), ("subtractFromDate", "2024-03-08T00:30:00.000-05:00")],
)
async def test_days_are_days_of_the_calendar_across_a_clock_change(operation: str, expected: str) -> None:
    parameters = {"operation": operation, "magnitude": "2024-03-10T05:30:00Z", "duration": 2, "timeUnit": "days"}

    assert await first(v2, parameters) == expected


@pytest.mark.parametrize(
    ("format_", "options", "expected"),
    [
        ("MM/dd/yyyy", {}, "05/06/2024"),
        ("MMMM dd yyyy", {}, "May 06 2024"),
        ("X", {}, "1714953600"),
        ("custom", {}, "Mon 6.5."),
        ("yyyy-MM-dd", {"timezone": True}, "2024-05-05"),
    ],
)
async def test_a_date_is_formatted_by_luxons_tokens(format_: str, options: dict[str, Any], expected: str) -> None:
    parameters = {"operation": "formatDate", "date": "2024-05-06", "format": format_, "customFormat": "ccc d.M."}

    assert await first(v2, {**parameters, "options": options}) == expected


async def test_a_date_from_an_expression_keeps_its_zone() -> None:
    moment = DateText("2024-05-06T23:00:00.000+09:00", "Asia/Tokyo")
    parameters = {"operation": "formatDate", "date": "=d", "format": "custom", "customFormat": "HH:mm z"}

    assert await first(v2, parameters, evaluate=lambda *_: moment) == "23:00 Asia/Tokyo"


async def test_a_date_is_read_by_luxons_tokens() -> None:
    parameters = {"operation": "formatDate", "date": "20240506", "options": {"fromFormat": "yyyyMMdd"}}

    assert await first(v2, parameters) == "05/06/2024"


@pytest.mark.parametrize("date", ["gestern", "2024-13-01", ""])
async def test_a_date_that_is_none_is_an_error(date: str) -> None:
    with pytest.raises(NodeError, match="Invalid date format"):
        await first(v2, {"operation": "formatDate", "date": date})


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"toNearest": "year"}, "2024-01-01T00:00:00.000Z"),
        ({"toNearest": "week"}, "2024-05-06T00:00:00.000Z"),
        ({"toNearest": "hour"}, "2024-05-08T10:00:00.000Z"),
        ({"mode": "roundUp"}, "2024-06-01T00:00:00.000Z"),
    ],
)
async def test_a_date_is_rounded(parameters: dict[str, str], expected: str) -> None:
    parameters = {"operation": "roundDate", "date": "2024-05-08T10:20:30Z", **parameters}

    assert await first(v2, parameters, timezone="UTC") == expected


async def test_the_time_between_dates_is_counted_in_the_units_asked_for() -> None:
    parameters = {
        "operation": "getTimeBetweenDates",
        "startDate": "2024-01-01T00:00:00Z",
        "endDate": "2024-03-02T12:30:00Z",
        "units": ["month", "day", "hour"],
    }

    assert await first(v2, parameters, timezone="UTC") == {"months": 2, "days": 1, "hours": 12.5}
    assert await first(v2, {**parameters, "options": {"isoString": True}}, timezone="UTC") == "P2M1DT12.5H"


@pytest.mark.parametrize(
    ("part", "expected"), [("year", 2024), ("month", 12), ("week", 1), ("day", 30), ("hour", 18), ("minute", 15)]
)
async def test_a_part_of_a_date_is_taken_in_the_workflows_zone(part: str, expected: int) -> None:
    parameters = {"operation": "extractDate", "date": "2024-12-30T23:15:00Z", "part": part}

    assert await first(v2, parameters) == expected


async def test_input_fields_and_files_are_kept_only_when_asked_for() -> None:
    item = Item(json={"a": 1}, binary={"f": Binary(id="x")})
    parameters = {"operation": "extractDate", "date": "2024-12-30", "part": "year"}

    bare = await try_node(v2, parameters=parameters, items=[item])
    full = await try_node(v2, parameters={**parameters, "options": {"includeInputFields": True}}, items=[item])

    assert bare.json == [[{"datePart": 2024}]]
    assert bare.outputs[0][0].binary is None
    assert full.json == [[{"a": 1, "datePart": 2024}]]
    assert full.outputs[0][0].binary == item.binary


async def test_one_bad_date_does_not_stop_the_others_when_the_node_goes_on() -> None:
    run = await try_node(
        v2,
        parameters={"operation": "extractDate", "date": "=d", "part": "year"},
        items=[{"d": "x"}, {"d": "2020-01-05"}],
        evaluate=lambda _, index, __: ["x", "2020-01-05"][index],
        on_error="continueRegularOutput",
    )

    assert run.json == [[{"error": "Invalid date format"}, {"datePart": 2020}]]


async def test_a_result_out_of_range_is_an_error() -> None:
    with pytest.raises(NodeError, match="out of range"):
        await first(v2, {"operation": "addToDate", "magnitude": "2024-01-01", "duration": 1e12, "timeUnit": "years"})
