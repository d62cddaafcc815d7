"""Tier 0 compiles what is plainly a path, and declines everything else."""

from __future__ import annotations

from typing import Any, cast

import pytest

from headrace.executor.expressions.paths import compile_template
from headrace.executor.expressions.reading import Declined
from headrace.executor.ports import Scope
from headrace.sdk.context import UNDEFINED
from headrace.sdk.items import Item

NO_SCOPE = cast("Scope", None)


def read(text: str, json: dict[str, Any] | None = None) -> Any:
    template = compile_template(text)
    assert template is not None, f"{text} was declined"
    return template.evaluate(NO_SCOPE, Item(json=json or {}), 3)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ $json.a.b }}", 1),
        ('{{ $json["c d"][0].e }}', "x"),
        ("{{ $json['a']?.b }}", 1),
        ("{{ $json.missing.deeper }}", UNDEFINED),
        ("{{ $json.nothing }}", None),
        ("{{ $json['c d'].length }}", 2),
        ("{{ $itemIndex }}", 3),
        ("{{ 'it\\'s' }}", "it's"),
        ("{{ 2.5 }}", 2.5),
        ("{{ null }}", None),
        ("{{ undefined }}", UNDEFINED),
    ],
)
def test_a_path_or_literal_gives_its_value(text: str, value: Any) -> None:
    assert read(text, {"a": {"b": 1}, "c d": [{"e": "x"}, 2], "nothing": None}) == value


def test_a_whole_number_is_an_integer_however_it_was_written() -> None:
    assert isinstance(read("{{ 1.0 }}"), int)
    assert isinstance(read("{{ $json.n }}", {"n": 1.0}), int)


def test_text_around_code_joins_values_as_javascript_does() -> None:
    assert read("{{ $json.n }}/{{ $json.f }}/{{ $json.b }}/{{ $json.u }}", {"n": 1e21, "f": 0.1, "b": True}) == (
        "1e+21/0.1/true/"
    )


def test_a_blank_before_the_code_makes_text_of_it() -> None:
    assert read(" {{ 1 }}") == " 1"


@pytest.mark.parametrize(
    "text",
    [
        "{{ $json.a.map(x => x) }}",
        "{{ $json.a() }}",
        "{{ $json[$json.a] }}",
        "{{ $json.toString }}",
        "{{ $json.constructor }}",
        '{{ $json["__proto__"].x }}',
        "{{ 12345678901234567890 }}",
        "{{ $jsonp.a }}",
    ],
)
def test_what_is_more_than_a_path_is_left_to_v8(text: str) -> None:
    assert compile_template(text) is None


def test_minus_zero_is_left_to_v8() -> None:
    with pytest.raises(Declined):
        read("{{ -0 }}")


def test_code_that_is_never_closed_is_still_code() -> None:
    assert read("{{ $json.a", {"a": 1}) == 1


@pytest.mark.parametrize("json", [{"a": "text"}, {"a": [1]}, {"a": 5}, {"a": True}])
def test_names_on_prototypes_are_left_to_v8(json: dict[str, Any]) -> None:
    template = compile_template("{{ $json.a.at }}")
    assert template is not None

    with pytest.raises(Declined):
        template.evaluate(NO_SCOPE, Item(json=json), 0)


def test_text_joined_from_lists_is_left_to_v8() -> None:
    with pytest.raises(Declined):
        read("a {{ $json.list }}", {"list": [1, 2]})
