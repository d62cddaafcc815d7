"""Differences are found where they are, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.workflow_tests.comparing import differences

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(value=VALUES)
def test_nothing_differs_from_itself(value: Any) -> None:
    assert list(differences(value, value)) == []
    assert list(differences(value, value, match="subset")) == []


@given(one=VALUES, other=VALUES)
def test_what_is_a_subset_both_ways_is_the_same(one: Any, other: Any) -> None:
    both = [*differences(one, other, match="subset"), *differences(other, one, match="subset")]

    assert (not both) == (not list(differences(one, other)))


@pytest.mark.parametrize(
    ("expected", "found", "lines"),
    [
        ({"a": 1}, {"a": 2}, ["a: expected 1, found 2"]),
        ({"a": 1}, {}, ["a: expected 1, but there is no such field"]),
        ({}, {"a": 1}, ["a: not expected, but there is 1"]),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["a.1.b: expected 2, found 3"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a: expected 1 elements, found 2"]),
        ({"a": True}, {"a": 1}, ["a: expected true, found 1"]),
        ({"a": 0}, {"a": False}, ["a: expected 0, found false"]),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": None}, {}, ["a: expected null, but there is no such field"]),
    ],
)
def test_each_difference_is_named_with_its_place(expected: Any, found: Any, lines: list[str]) -> None:
    assert list(differences(expected, found)) == lines


def test_a_subset_may_have_more_fields_but_not_more_elements() -> None:
    expected = {"lines": [{"id": 1}]}

    assert list(differences(expected, {"lines": [{"id": 1, "price": 2}], "at": 3}, match="subset")) == []
    assert list(differences(expected, {"lines": [{"id": 1}, {"id": 2}]}, match="subset")) == [
        "lines: expected 1 elements, found 2"
    ]


@pytest.mark.parametrize("ignored", ["id", "lines.*.at", "*.1.at"])
def test_what_is_ignored_may_differ_or_be_missing(ignored: str) -> None:
    found: dict[str, Any] = {"id": 7, "lines": [{"at": 1}, {"at": 2}]}
    others: dict[str, dict[str, Any]] = {
        "id": {"lines": [{"at": 1}, {"at": 2}]},
        "lines.*.at": {"id": 7, "lines": [{"at": 9}, {}]},
        "*.1.at": {"id": 7, "lines": [{"at": 1}, {"at": 9}]},
    }

    assert list(differences(others[ignored], found, ignore=[ignored])) == []
    assert list(differences(others[ignored], found)) != []
