"""Matching: items whose fields are equal, or nearly so, found through an index."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.sdk.context import UNDEFINED
from headrace.sdk.js import deep_equal
from headrace.sdk.matching import Matcher, fuzzily_equal


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (3, "3", True),
        (3, "3.0", False),
        (1.0, "1", True),
        ("True", True, True),
        (False, "0", True),
        (1, True, True),
        (2, True, False),
        (None, "", True),
        (None, [], True),
        ("", [], True),
        (UNDEFINED, None, True),
        (UNDEFINED, "", True),
        (UNDEFINED, 0, False),
        (None, 0, False),
        ([1, 2], "[1,2]", True),
        ({"a": 1}, '{"a": 1.0}', True),
        ({"a": 1}, "{a", False),
        ("a", "A", False),
        ("", "0", False),
    ],
)
def test_small_differences_of_type_are_tolerated(one: Any, other: Any, expected: bool) -> None:
    assert fuzzily_equal(one, other) is expected
    assert fuzzily_equal(other, one) is expected


def test_null_equals_zero_from_version_2_on() -> None:
    assert fuzzily_equal(None, 0, version=2)
    assert fuzzily_equal("0", None, version=2)
    assert not fuzzily_equal("", 0, version=2)


scalars = st.sampled_from(
    [None, True, False, 0, 1, 2, 1.5, "", "0", "1", "2", "true", "FALSE", "null", "[]", "[1]", '{"a":1}', "x"]
)
values = st.one_of(scalars, st.lists(scalars, max_size=2), st.dictionaries(st.sampled_from("ab"), scalars, max_size=2))
rows = st.fixed_dictionaries({}, optional={"p": values, "q": values, "r": values, "s": values})


@given(wanted=rows, candidates=st.lists(rows, max_size=6), fuzzy=st.booleans(), version=st.sampled_from([1, 2.1]))
def test_the_index_finds_what_a_search_of_all_finds(
    wanted: dict[str, Any], candidates: list[dict[str, Any]], fuzzy: bool, version: float
) -> None:
    fields = [("p", "p"), ("q", "r"), ("r", "q"), ("s", "s")][: 1 + len(candidates) % 4]

    found = Matcher(candidates, fields, fuzzy=fuzzy, version=version).matches(wanted)

    def equal(one: Any, other: Any) -> bool:
        return fuzzily_equal(one, other, version=version) if fuzzy else deep_equal(one, other)

    searched = [
        place
        for place, row in enumerate(candidates)
        if all(first in wanted and equal(wanted[first], row.get(second, UNDEFINED)) for first, second in fields)
    ]
    assert found == searched
