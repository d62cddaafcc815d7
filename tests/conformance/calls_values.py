"""Single calls: conditions, types and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from headrace.sdk.conditions import array_contains, evaluate_filter
from headrace.sdk.context import UNDEFINED
from headrace.sdk.conversion import check, describe
from headrace.sdk.dates import parse_date, to_iso, zone_name
from headrace.sdk.description import read_parameter
from headrace.sdk.errors import NodeError
from headrace.sdk.parameters import resolve_parameters
from headrace.sdk.values import DateText
from tests.conformance.comparing import Verdict, matches


def plain(value: Any) -> Any:
    """Turn the data's tagged values into ours."""
    if isinstance(value, list):
        return [plain(part) for part in value]
    if not isinstance(value, Mapping):
        return value
    match value:
        case {"$undefined": True}:
            return UNDEFINED
        case {"$number": text}:
            return float(str(text).replace("Infinity", "inf"))
        case {"$date": text}:
            return DateText(text)
        case {"$datetime": text, **rest}:
            return DateText(text, rest.get("zone"))
    return {key: made for key, part in value.items() if (made := plain(part)) is not UNDEFINED}


def run_filters(records: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    return [_filter(record) for record in records]


def _filter(record: Mapping[str, Any]) -> Verdict:
    expected = record["expected"]
    try:
        if record["fn"] == "arrayContainsValue":
            got = array_contains(*plain(record["args"]))
        else:
            got = evaluate_filter(plain(record["filter"]), item_index=record.get("itemIndex", 0))
    except NodeError as failure:
        wanted = expected.get("match") or ""
        return bool(
            expected.get("throws")
        ) and wanted in failure.message, f"raised {failure.message!r}, expected {expected}"
    if expected.get("throws"):
        return False, f"got {got}, expected {expected}"
    return matches(got, expected), f"got {got}, expected {expected}"


def run_types(records: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    return [_type(record) for record in records]


def _type(record: Mapping[str, Any]) -> Verdict:
    args = [plain(arg) for arg in record["args"]]
    got: Any
    match record["fn"]:
        case "validateFieldType":
            name, value, type_, *rest = args
            given = rest[0] if rest and isinstance(rest[0], Mapping) else {}
            checked = check(
                name,
                value,
                type_,
                strict=bool(given.get("strict")),
                parse_strings=bool(given.get("parseStrings")),
                options=given.get("valueOptions") or (),
            )
            got = (
                {"valid": True, "newValue": checked.value}
                if checked.valid
                else {"valid": False, "errorMessage": checked.message}
            )
        case "getValueDescription":
            got = describe(args[0])
        case _:
            got = parse_date(args[0], args[1] if len(args) > 1 else None)
    for step in record.get("then_access", ()):
        got = _access(got, step)
    return matches(got, record["expected"]), f"got {got!r}, expected {record['expected']}"


def _access(value: Any, step: Any) -> Any:
    if isinstance(step, Mapping):
        return value
    if isinstance(value, datetime):
        return {"zoneName": zone_name, "toISO": to_iso}[step](value)
    return value[step]


def run_parameters(records: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    return [_parameters(record) for record in records]


def _parameters(record: Mapping[str, Any]) -> Verdict:
    properties, values, defaults, hidden, node, *_ = [*record["args"], None, None, None]
    got = resolve_parameters(
        [read_parameter(one) for one in properties],
        values or {},
        version=(node or {}).get("typeVersion", 1),
        defaults=defaults,
        hidden=hidden,
        keep_unknown=False,
    )
    return matches(got, record["expected"]), f"got {got}, expected {record['expected']}"
