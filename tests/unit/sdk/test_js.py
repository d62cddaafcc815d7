"""JavaScript's rules for values."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.sdk.js import loosely_equal, strictly_equal, text_to_number, to_number, to_text, truthy


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (-0.0, "0"), (1e21, "1e+21"), (123456789012345680000.0, "123456789012345680000"), (1.5e-7, "1.5e-7"),
     (0.000001, "0.000001"), (math.inf, "Infinity"), (True, "true"), (None, "null"),
     ([1, None, ["a", 2.5]], "1,,a,2.5"), ({"a": 1}, "[object Object]")],
)  # fmt: skip
def test_values_print_as_javascript_prints_them(value: Any, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("value", "number"), [(" 12 ", 12), ("", 0), ("0b101", 5), ("1e3", 1000), ([], 0), (["4"], 4), (None, 0)]
)
def test_values_become_numbers(value: Any, number: float) -> None:
    assert to_number(value) == number


@pytest.mark.parametrize("value", ["1_000", "12px", "0x", "--1", {}, [1, 2]])
def test_what_is_no_number_is_nan(value: Any) -> None:
    assert math.isnan(to_number(value))


def test_equality_has_two_kinds() -> None:
    assert loosely_equal("1", 1)
    assert loosely_equal([1], "1")
    assert not strictly_equal("1", 1)
    assert not strictly_equal(True, 1)
    assert not loosely_equal(None, 0)


def test_empty_lists_are_true_and_empty_text_is_not() -> None:
    assert truthy([])
    assert not truthy("")
    assert not truthy(math.nan)


@given(st.floats(allow_nan=False))
def test_a_number_survives_its_text(number: float) -> None:
    assert text_to_number(to_text(number)) == number
