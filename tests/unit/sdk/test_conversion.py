"""Checking and converting values to the types that nodes ask for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.sdk.conversion import check, describe
from headrace.sdk.values import DateText


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("number", " 7.50 ", 7.5),
        ("number", "", 0),
        ("number", True, 1),
        ("number", [8], 8),
        ("number", DateText("1970-01-01T00:00:01.000Z"), 1000),
        ("boolean", "FaLsE", False),
        ("boolean", "0x1", True),
        ("array", "['a', 'b']", ["a", "b"]),
        ("object", "{size: 3, tags: ['x',],}", {"size": 3, "tags": ["x"]}),
        ("string-alphanumeric", "_row9", "_row9"),
        ("time", "07:45-0330", "07:45-0330"),
        ("url", "shop.test/a b", "https://shop.test/a b"),
        ("url", "FTP://files.test", "FTP://files.test"),
        ("jwt", "aa.bb.cc", "aa.bb.cc"),
    ],
)
def test_a_value_that_fits_is_converted(type_: str, value: Any, expected: Any) -> None:
    checked = check("f", value, type_)

    assert (checked.valid, checked.value) == (True, expected)


@pytest.mark.parametrize(
    ("type_", "value", "message"),
    [
        ("number", "7,5", "'f' expects a number but we got '7,5'"),
        ("number", {}, "'f' expects a number but we got object"),
        ("boolean", "", "'f' expects a boolean but we got ''"),
        ("boolean", "on", "'f' expects a boolean but we got 'on'"),
        ("array", "[1,]", "'f' expects a array but we got '[1,]'"),
        ("object", [1], "'f' expects a object but we got array"),
        ("time", "7:45", "'f' expects time (hh:mm:(:ss)) but we got '7:45'."),
        ("jwt", "aa.bb", "Value is not a valid JWT token"),
        ("url", "gopher://old.test", "'f' expects a url but we got 'gopher://old.test'"),
        ("url", "https://two words", "'f' expects a url but we got 'https://two words'"),
        (
            "string-alphanumeric",
            9,
            "Value is not a valid alphanumeric string, only letters, numbers and underscore allowed",
        ),
        (
            "binary",
            {"mimeType": "text/plain"},
            "'f' expects a binary but we got object. Make sure the value is a valid binary data object "
            "with 'mimeType' and 'data' or 'id' property.",
        ),
        ("form-fields", "[", "Value is not valid JSON"),
        ("form-fields", '[{"colour": 1}]', "Key 'colour' in field 0 is not valid for form fields"),
        ("form-fields", '[{"fieldType": "dial"}]', "Field type 'dial' in field 0 is not valid for form fields"),
        (
            "form-fields",
            '[{"fieldOptions": [{"option": 1}]}]',
            "Field dropdown in field 0 has an invalid option 0",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_named(type_: str, value: Any, message: str) -> None:
    checked = check("f", value, type_)

    assert (checked.valid, checked.message) == (False, message)


def test_strict_checks_convert_no_text() -> None:
    assert not check("f", "7", "number", strict=True).valid
    assert check("f", 7, "number", strict=True).value == 7


def test_a_value_outside_the_choices_is_refused_with_the_choices() -> None:
    checked = check("size", "xl", "options", options=[{"value": "s"}, {"value": "m"}])

    assert checked.message == "'size' expects one of the following values: [s, m] but we got 'xl'"


def test_objects_become_json_text_only_when_strings_are_wanted() -> None:
    assert check("f", {"a": [1.0]}, "string").value == {"a": [1.0]}
    assert check("f", {"a": [1.0]}, "string", parse_strings=True).value == '{"a":[1]}'


@given(st.sampled_from(["number", "boolean", "array", "object", "dateTime", "time", "url", "jwt", "form-fields"]),
       st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner)))  # fmt: skip
def test_no_value_makes_a_check_crash(type_: str, value: Any) -> None:
    checked = check("f", value, type_)

    assert checked.valid or checked.message
    assert describe(value)
