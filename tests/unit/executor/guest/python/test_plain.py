"""Values of Python become JSON, or say why they cannot."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
import uuid
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.executor.guest.python.plain import NotPlain, encode
from headrace.executor.guest.python.records import Record

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
    max_leaves=30,
)


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    y: Any


class Array:
    """As numpy's arrays and numbers are."""

    def tolist(self) -> list[int]:
        return [1, 2]


@given(JSON)
def test_json_comes_out_as_it_went_in(value: Any) -> None:
    assert json.loads(encode(value)) == value


@given(JSON)
def test_json_comes_out_the_same_when_it_is_walked_through(value: Any) -> None:
    assert json.loads(encode([value, math.nan])) == [value, None]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), "2025-01-02T03:04:05+00:00"),
        (date(2025, 1, 2), "2025-01-02"),
        (time(3, 4), "03:04:00"),
        (timedelta(minutes=1.5), 90.0),
        (Decimal(12), 12),
        (Decimal("1e20"), 10**20),
        (Decimal("0.25"), 0.25),
        (Decimal("0.1000000000000000000001"), "0.1000000000000000000001"),
        (Decimal("1e999999"), "1E+999999"),
        (Decimal("NaN"), None),
        (Fraction(1, 4), 0.25),
        (Colour.RED, "red"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (PurePosixPath("/a/b"), "/a/b"),
        (ValueError("no"), "no"),
        ({3, 1, 2}, [1, 2, 3]),
        (frozenset(["a"]), ["a"]),
        ((1, (2,)), [1, [2]]),
        (range(3), [0, 1, 2]),
        (deque([1]), [1]),
        ({"a": 1}.keys(), ["a"]),
        ({"a": 1}.values(), [1]),
        ({"a": 1}.items(), [["a", 1]]),
        (Counter("aab"), {"a": 2, "b": 1}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (Point(1, Point(2, None)), {"x": 1, "y": {"x": 2, "y": None}}),
        (Array(), [1, 2]),
        ([math.nan, math.inf, -math.inf, 1.5], [None, None, None, 1.5]),
        ({1: "a", None: "b", 1.5: "c"}, {"1": "a", "null": "b", "1.5": "c"}),
        ({date(2025, 1, 2): 1, Colour.RED: 3}, {"2025-01-02": 1, "red": 3}),
        (Record(a=Record(b=2**70)), {"a": {"b": 2**70}}),
    ],
)
def test_a_value_is_made_plain(value: Any, plain: Any) -> None:
    assert json.loads(encode(value)) == plain
    assert json.loads(encode({"deep": [value, math.nan]})) == {"deep": [plain, None]}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: [{"a": b"1"}], "bytes cannot be put into JSON"),
        (lambda: {"a": (x for x in ())}, "an iterator or generator cannot be put out"),
        (
            lambda: {"a": [0, object()]},
            "a value of type object has no form in JSON: make dictionaries and lists of it (at ['a'][1])",
        ),
        (
            lambda: {"a": Array},
            "a value of type type has no form in JSON: make dictionaries and lists of it (at ['a'])",
        ),
        (
            lambda: {"a": 1j},
            "a value of type complex has no form in JSON: make dictionaries and lists of it (at ['a'])",
        ),
        (lambda: [{(1, 2): 3}], "a key of type tuple has no form in JSON (at [0])"),
        (lambda: [10**5000], "a number cannot be put out: Exceeds the limit (4300 digits)"),
    ],
)
def test_what_has_no_form_in_json_is_refused_with_its_place(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(NotPlain) as refused:
        encode(make())

    assert message in str(refused.value)


def test_a_value_that_contains_itself_is_refused() -> None:
    lists: list[Any] = []
    lists.append(lists)
    tables: dict[str, Any] = {"nan": math.nan}
    tables["self"] = tables
    for value in (lists, tables):
        with pytest.raises(NotPlain, match="contains itself"):
            encode(value)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z_0-9]*", fullmatch=True), st.integers(), min_size=1))
def test_fields_can_be_read_and_set_as_attributes(fields: Mapping[str, int]) -> None:
    record = Record(fields)

    for name, value in fields.items():
        if not hasattr(dict, name) and name not in ("to_py", "copy"):
            assert getattr(record, name) == value
            setattr(record, name, value + 1)
            assert record[name] == value + 1
            delattr(record, name)
            assert name not in record


def test_a_record_is_a_plain_dictionary_when_asked() -> None:
    plain = Record(a=[Record(b=1)]).to_py()

    assert plain == {"a": [{"b": 1}]}
    assert type(plain) is type(plain["a"][0]) is dict
    with pytest.raises(AttributeError):
        del Record().gone
