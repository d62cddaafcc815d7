"""What comes back from an isolate, where code may have changed what makes answers: it has its shape or is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec

from headrace.executor.expressions.failures import code_failure, expression_error
from headrace.sdk.context import UNDEFINED, CodeResult
from headrace.sdk.values import DateText

MALFORMED = (msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading an answer raises that does not have the shape it should have."""

_Line = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]


class _Failure(msgspec.Struct):
    message: str
    name: str
    description: str | None
    line: _Line | None
    stack: str


class _Error(msgspec.Struct):
    message: str
    name: str
    description: str | None


class _Static(msgspec.Struct):
    node: dict[str, Any]
    global_: dict[str, Any] = msgspec.field(name="global")


class _CodeAnswer(msgspec.Struct):
    values: list[dict[str, Any]]
    static: _Static
    lines: list[str]
    custom: dict[str, str] = {}


class _Evaluated(msgspec.Struct):
    results: list[list[Any]]
    tagged: bool


def evaluated(answer: Any, *, texts: int, items: int) -> list[list[Any]]:
    """Return the values of expressions, a column for each.

    Raises:
        MALFORMED: it is no such answer.
    """
    found = msgspec.convert(answer, _Evaluated)
    if [len(column) for column in found.results] != [items] * texts:
        raise ValueError("there are more values than were asked for, or fewer")
    if not found.tagged:
        return found.results
    return [[_unpack_top(value) for value in column] for column in found.results]


def code_result(answer: Any, *, values: int) -> CodeResult:
    """Return what code has left.

    Raises:
        MALFORMED: it is no such answer.
    """
    found = msgspec.convert(answer, _CodeAnswer)
    if len(found.values) != values:
        raise ValueError("there are more values than were asked for, or fewer")
    return CodeResult(
        values=[_code_value(value) for value in found.values],
        console=found.lines,
        static_data={"global": found.static.global_, "node": found.static.node},
        custom_data=found.custom,
    )


def _unpack_top(value: Any) -> Any:
    if isinstance(value, dict) and "$$" in value:
        if value["$$"] == "undefined":
            return UNDEFINED
        if value["$$"] == "error":
            error = msgspec.convert(value, _Error)
            return expression_error(message=error.message, name=error.name, description=error.description)
    return _unpack(value)


def _unpack(value: Any) -> Any:
    """Turn tagged values back: dates, numbers that JSON lacks, big integers."""
    if isinstance(value, list):
        return [None if (made := _unpack(part)) is UNDEFINED else made for part in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("$$")
    if kind is None:
        return {key: made for key, part in value.items() if (made := _unpack(part)) is not UNDEFINED}
    match kind:
        case "number":
            return float(value["value"].replace("Infinity", "inf"))
        case "bigint":
            return int(value["value"])
        case "date":
            return _date(value["value"], None)
        case "datetime":
            return _date(value["value"], value["zone"])
        case "duration" | "interval":
            return value["value"]
        case "object":
            return {key: _unpack(part) for key, part in value["value"].items()}
        case _:
            return UNDEFINED


def _date(text: Any, zone: Any) -> DateText | None:
    if text is None:
        return None
    if not isinstance(text, str) or not (zone is None or isinstance(zone, str)):
        raise TypeError("a date is a text, and its zone as well")
    return DateText(text, zone)


def _code_value(value: Mapping[str, Any]) -> Any:
    match value.get("$$"):
        case "undefined" | "notPlain":
            return UNDEFINED
        case "failure":
            failure = msgspec.convert(value, _Failure)
            return code_failure(
                message=failure.message,
                name=failure.name,
                description=failure.description,
                line=failure.line,
                stack=failure.stack,
            )
        case _:
            inner = value["value"]
            # Most often it holds nothing special and may be large.
            return _unpack(inner) if _has_tag(inner) else inner


def _has_tag(value: Any) -> bool:
    level: list[Any] = [value]
    while level:
        part = level.pop()
        if isinstance(part, dict):
            if "$$" in part:
                return True
            level.extend(inner for inner in part.values() if isinstance(inner, dict | list))
        elif isinstance(part, list):
            level.extend(inner for inner in part if isinstance(inner, dict | list))
    return False


def needs_of(answer: Any) -> Sequence[Any] | None:
    """Return what an operation lacks; None when it is done.

    Raises:
        MALFORMED: it is no answer at all.
    """
    if not isinstance(answer, dict):
        raise TypeError("an answer is an object")
    return msgspec.convert(answer["needs"], list[tuple[str, str]]) if "needs" in answer else None
