"""Comparing results with expectations, by the rules of the conformance data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headrace.sdk.context import UNDEFINED

Verdict = tuple[bool, str]
"""Whether a case passed, and what there was to see."""


def is_tag(value: Any, tag: str) -> bool:
    return isinstance(value, Mapping) and tag in value


def same(got: Any, wanted: Any) -> bool:
    """Deep equality; an undefined value equals an absent key, and tags stand for values that JSON lacks."""
    if is_tag(wanted, "$undefined"):
        return got is UNDEFINED
    if is_tag(wanted, "$number"):
        text = str(wanted["$number"]).replace("Infinity", "inf")
        return isinstance(got, float) and (math.isnan(got) if text == "NaN" else got == float(text))
    if is_tag(wanted, "$date") or is_tag(wanted, "$datetime"):
        text = wanted.get("$date", wanted.get("$datetime"))
        return isinstance(got, str) and (text is None or _moment(got) == _moment(text))
    if is_tag(wanted, "$any"):
        return got is not UNDEFINED and got is not None
    if is_tag(wanted, "$arrayContaining"):
        return isinstance(got, list) and all(any(same(part, one) for part in got) for one in wanted["$arrayContaining"])
    if is_tag(wanted, "$objectContaining"):
        return isinstance(got, Mapping) and all(
            key in got and same(got[key], one) for key, one in wanted["$objectContaining"].items()
        )
    if isinstance(wanted, Mapping):
        if not isinstance(got, Mapping):
            return False
        keys = {key for key, value in wanted.items() if not is_tag(value, "$undefined")}
        return keys == {key for key, value in got.items() if value is not UNDEFINED} and all(
            same(got[key], wanted[key]) for key in keys
        )
    if isinstance(wanted, list):
        return isinstance(got, list | tuple) and len(got) == len(wanted) and all(map(same, got, wanted))
    if isinstance(got, float) and math.isnan(got):
        return wanted is None or (isinstance(wanted, float) and math.isnan(wanted))
    if isinstance(wanted, bool) or isinstance(got, bool):
        return got is wanted
    return bool(got == wanted)


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def matches(got: Any, expected: Mapping[str, Any]) -> bool:
    """Whether a result meets `expected`: {value, matcher?, not?} or {matcher} alone."""
    matcher = expected.get("matcher")
    verdict = _matches(got, expected, matcher)
    return not verdict if expected.get("not") else verdict


def _matches(got: Any, expected: Mapping[str, Any], matcher: str | None) -> bool:
    wanted = expected.get("value")
    match matcher:
        case None | "toEqual" | "toBe" | "toStrictEqual":
            return same(got, wanted)
        case "toBeUndefined":
            return got is UNDEFINED
        case "toBeDefined":
            return got is not UNDEFINED
        case "toBeNull":
            return got is None
        case "toBeTruthy":
            return bool(got)
        case "toBeFalsy":
            return not got
        case "toBeCloseTo":
            return isinstance(got, int | float) and abs(got - wanted) < 0.005
        case "toMatchObject":
            return same(got, {"$objectContaining": wanted})
        case "toBeInstanceOf":
            return got is not None and got is not UNDEFINED
        case _:
            return False
