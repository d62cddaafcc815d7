"""Matching items of two inputs by the values of their fields.

Source of the rules: n8n's behaviour. Its search compares every item with every other; here an index finds
the few that can match, so that large inputs are matched in linear time.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from headrace.sdk.context import UNDEFINED
from headrace.sdk.errors import NodeError
from headrace.sdk.js import deep_equal, number_to_text
from headrace.sdk.paths import get_path

FieldPair = tuple[str, str]
"""The names of the fields to compare: in the first and in the second input."""

_INDEXED_FIELDS = 3
"""How many pairs of fields the index of a fuzzy match looks at; further ones are only compared."""


def fuzzily_equal(one: Any, other: Any, *, version: float = 1) -> bool:
    """Whether two values are the same but for small differences of type: 3 and "3", true and "True", null and "".

    Args:
        version: From 2 on, null also equals 0 and "0".
    """
    if one is not None and other is not None and _family(one) == _family(other):
        return deep_equal(one, other)
    if version >= 2 and (one is None or other is None):
        rest = other if one is None else one
        if rest is None or _is_zero(rest):
            return True
    if (_is_blank(one) and (_is_blank(other) or other is UNDEFINED)) or (one is UNDEFINED and _is_blank(other)):
        return True
    for first, second in ((one, other), (other, one)):
        if _family(first) == "number" and isinstance(second, str):
            return number_to_text(first) == second
    for first, second in ((one, other), (other, one)):
        if isinstance(first, Mapping | list) and isinstance(second, str):
            parsed = _parsed(second)
            return parsed is not None and deep_equal(parsed, first)
    for first, second in ((one, other), (other, one)):
        if isinstance(first, bool) and _truth(second) is first:
            return True
    return deep_equal(one, other)


def _family(value: Any) -> str:
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "object"


def _is_zero(value: Any) -> bool:
    return value == "0" if isinstance(value, str) else _family(value) == "number" and value == 0


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str | list) and len(value) == 0)


def _truth(value: Any) -> bool | None:
    """Return the boolean that a number or text stands for, None if none."""
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower())
    if _family(value) == "number" and value in (0, 1):
        return bool(value == 1)
    return None


def _parsed(text: str) -> Any:
    """Return the object or list that a text is the JSON of, None if it is none."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None


def read_pairs(pairs: Sequence[Mapping[str, Any]]) -> list[FieldPair]:
    """Return the pairs of a "fields to match" parameter.

    Raises:
        NodeError: there is none, or one lacks a name.
    """
    read = [(str(pair.get("field1", "")), str(pair.get("field2", ""))) for pair in pairs]
    if read == [("", "")]:
        raise NodeError('You need to define at least one pair of fields in "Fields to Match" to match on')
    for place, (first, second) in enumerate(read, start=1):
        if not first or not second:
            raise NodeError(
                f'You need to define both fields in "Fields to Match" for pair {place},\n'
                f"\t\t\t\t field 1 = '{first}'\n\t\t\t\t field 2 = '{second}'"
            )
    return read


def require_fields(items: Sequence[Mapping[str, Any]], fields: Sequence[str], *, dots: bool, label: str) -> None:
    """Check that each field is in at least one of the objects.

    Raises:
        NodeError: one is in none.
    """
    for field in fields:
        if not any(field_of(json, field, dots=dots) is not UNDEFINED for json in items):
            raise NodeError(f"Field '{field}' is not present in any of items in '{label}'")


def field_of(json: Mapping[str, Any], field: str, *, dots: bool) -> Any:
    """Return a field's value, `UNDEFINED` if there is none."""
    return get_path(json, field, UNDEFINED) if dots else json.get(field, UNDEFINED)


class Matcher:
    """Finds, for an object of the first input, the objects of the second whose fields are equal."""

    def __init__(
        self,
        candidates: Sequence[Mapping[str, Any]],
        pairs: Sequence[FieldPair],
        *,
        dots: bool = True,
        fuzzy: bool = False,
        version: float = 1,
    ) -> None:
        """
        Args:
            dots: Whether field names are paths such as "user.id".
            fuzzy: Whether small differences of type are tolerated, as in `fuzzily_equal`.
        """
        # A field of the second input that is named twice is compared with the last of its partners.
        self._fields = {second: first for first, second in pairs}
        self._dots = dots
        self._fuzzy = fuzzy
        self._version = version
        self._values = [[field_of(json, field, dots=dots) for field in self._fields] for json in candidates]
        self._index: dict[Hashable, list[int]] = {}
        for place, values in enumerate(self._values):
            for key in self._keys(values):
                self._index.setdefault(key, []).append(place)

    def matches(self, json: Mapping[str, Any]) -> list[int]:
        """Return the indexes of the equal objects, ascending; none if a field is missing in *json*."""
        wanted = [field_of(json, field, dots=self._dots) for field in self._fields.values()]
        if any(value is UNDEFINED for value in wanted):
            return []
        if not self._fuzzy:
            return self._index.get(next(self._keys(wanted)), [])
        found = {place for key in self._keys(wanted) for place in self._index.get(key, ())}
        return sorted(place for place in found if self._equal(wanted, self._values[place]))

    def _equal(self, wanted: Sequence[Any], values: Sequence[Any]) -> bool:
        return all(fuzzily_equal(one, other, version=self._version) for one, other in zip(wanted, values, strict=True))

    def _keys(self, values: Sequence[Any]) -> Iterator[Hashable]:
        """Yield the keys under which equal values meet; equal values have at least one in common."""
        if not self._fuzzy:
            yield tuple(map(canonical, values))
            return
        yield from itertools.product(*(_fuzzy_keys(value) for value in values[:_INDEXED_FIELDS]))


def canonical(value: Any) -> Hashable:
    """Return a hashable stand-in: equal for equal values, and only for them."""
    if type(value) is str or type(value) is int:
        return value
    if isinstance(value, Mapping):
        return ("object", frozenset((key, canonical(part)) for key, part in value.items()))
    if isinstance(value, list):
        return ("array", tuple(map(canonical, value)))
    if isinstance(value, str | float):
        return str.__str__(value) if isinstance(value, str) else value
    # true equals 1 in Python; here they differ.
    return ("null",) if value is None else (_family(value), value)


def _fuzzy_keys(value: Any) -> set[Hashable]:
    keys: set[Hashable] = {canonical(value)}
    if _is_blank(value) or value is UNDEFINED:
        keys.add(("blank",))
    if value is None or _is_zero(value):
        keys.add(("zero",))
    truth = value if isinstance(value, bool) else _truth(value)
    if truth is not None:
        keys.add(("truth", truth))
    if _family(value) == "number":
        keys.add(number_to_text(value))
    elif isinstance(value, str):
        parsed = _parsed(value)
        if parsed is not None:
            keys.add(canonical(parsed))
    return keys
