"""Conditions: what IF, Filter and Switch test items with."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.sdk.conditions import FilterError, evaluate_filter


def one(left: Any, type_: str, operation: str, right: Any = None, **options: Any) -> bool:
    condition = {"leftValue": left, "rightValue": right, "operator": {"type": type_, "operation": operation}}
    return evaluate_filter({"combinator": "and", "conditions": [condition], "options": options})


@pytest.mark.parametrize(
    ("left", "type_", "operation", "right", "expected"),
    [
        ("Harbour", "string", "startsWith", "Har", True),
        (None, "string", "notEquals", "x", True),
        ("a-12", "string", "regex", r"/^A-\d+$/i", True),
        (2, "number", "gte", 2.0, True),
        (0, "number", "notEmpty", None, True),
        ("2024-02-01", "dateTime", "after", "31 Jan 2024", True),
        (["x"], "array", "lengthLt", 2, True),
        ({}, "object", "empty", None, True),
        (False, "boolean", "false", None, True),
        (float("nan"), "number", "exists", None, False),
        ("x", "string", "resembles", "x", False),
    ],
)
def test_an_operator_compares(left: Any, type_: str, operation: str, right: Any, expected: bool) -> None:
    if operation.startswith("length"):
        condition = {"leftValue": left, "rightValue": right,
                     "operator": {"type": type_, "operation": operation, "rightType": "number"}}  # fmt: skip
        assert evaluate_filter({"conditions": [condition]}) is expected
    else:
        assert one(left, type_, operation, right) is expected


def test_case_is_ignored_on_both_sides_but_not_in_a_pattern() -> None:
    assert one("OSLO", "string", "equals", "oslo", caseSensitive=False)
    assert one("OSLO", "string", "regex", "^o", caseSensitive=False)
    assert not one("OSLO", "string", "regex", "^O", caseSensitive=False)


def test_strict_conditions_name_the_wrong_type() -> None:
    with pytest.raises(FilterError) as raised:
        one("4", "number", "gt", 3)

    assert raised.value.message == "Wrong type: '4' is a string but was expecting a number [condition 0, item 0]"


def test_even_a_test_for_presence_checks_the_type_when_strict() -> None:
    with pytest.raises(FilterError):
        one("4", "number", "exists")


def test_loose_conditions_convert_or_say_they_cannot() -> None:
    assert one("4", "number", "gt", "3", typeValidation="loose")
    with pytest.raises(FilterError, match="Conversion error: the string 'four' can't be converted to a number"):
        one("four", "number", "gt", 3, typeValidation="loose")


def test_no_conditions_hold_for_and_but_not_for_or() -> None:
    assert evaluate_filter({"combinator": "and", "conditions": []})
    assert not evaluate_filter({"combinator": "or", "conditions": []})
