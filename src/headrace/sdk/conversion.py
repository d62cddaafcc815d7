"""Checking and converting values to the types that nodes ask for.

Source of the rules and of the messages: n8n's behaviour; workflows show and compare these texts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from headrace.sdk.context import UNDEFINED
from headrace.sdk.dates import parse_date, to_millis
from headrace.sdk.js import text_to_number, to_text, whole
from headrace.sdk.js import to_number as js_number
from headrace.sdk.values import DateText, encode_special


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: the converted value, or why there is none."""

    valid: bool
    value: Any = None
    message: str = ""


def describe(value: Any) -> str:
    """Return a value as error messages show it: "'abc'", "array", "object", "null"."""
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "array"
    return f"'{to_text(value)}'"


_ALPHANUMERIC = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?((-|\+)\d{4})?((-|\+)\d{1,2}(:\d{2})?)?", re.ASCII)
_JWT = re.compile(r"([a-zA-Z0-9_=-]+)\.([a-zA-Z0-9_=-]+)\.([a-zA-Z0-9_+/=-]*)", re.ASCII)
_URL = re.compile(
    r"(?:https?|ftp)://+(?:[^@/?#\\]*@)?(?:\[[0-9a-f:.]+\]|[^\s/?#:@<>\[\]^|\\]+)(?::\d{0,5})?(?:[/?#\\].*)?|file://.*",
    re.IGNORECASE | re.DOTALL,
)


def check(
    name: str,
    value: Any,
    type_: str,
    *,
    strict: bool = False,
    parse_strings: bool = False,
    options: Sequence[Mapping[str, Any]] = (),
    timezone: str | None = None,
) -> Checked:
    """Check *value* against a type and convert it.

    null and undefined pass as they are, whatever the type.

    Args:
        strict: The value's own type must fit; text is not converted.
        parse_strings: For "string": whether other values are made text.
        options: For "options": the allowed {name, value}.
    """
    if value is None or value is UNDEFINED:
        return Checked(valid=True, value=value)
    if type_ == "string" and not parse_strings:
        return Checked(valid=True, value=value)
    if strict and type_ in _STRICT and not _STRICT[type_](value):
        return _wrong(name, value, type_)
    convert = _CONVERTERS.get(type_)
    try:
        if type_ == "string":
            return Checked(valid=True, value=_string(value))
        if type_ == "dateTime":
            return Checked(valid=True, value=parse_date(value, timezone))
        if type_ == "options":
            return _option(name, value, options)
        return Checked(valid=True, value=convert(value) if convert is not None else value)
    except BadFormField as wrong:
        return Checked(valid=False, message=str(wrong))
    except (ValueError, TypeError, RecursionError):
        return _wrong(name, value, type_)


_MESSAGES = {
    "time": "'{name}' expects time (hh:mm:(:ss)) but we got {value}.",
    "jwt": "Value is not a valid JWT token",
    "binary": "'{name}' expects a {type} but we got {value}. Make sure the value is a valid binary data object "
    "with 'mimeType' and 'data' or 'id' property.",
    "string-alphanumeric": "Value is not a valid alphanumeric string, only letters, numbers and underscore allowed",
}


def _wrong(name: str, value: Any, type_: str) -> Checked:
    return Checked(
        valid=False,
        message=_MESSAGES.get(type_, "'{name}' expects a {type} but we got {value}").format_map(
            {"name": name, "type": type_, "value": describe(value)}
        ),
    )


def _string(value: Any) -> str:
    if isinstance(value, DateText):
        return json.dumps(str(value))
    if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        return to_json_text(value)
    return to_text(value)


def to_json_text(value: Any) -> str:
    """Return JSON.stringify(value) for a JSON value."""
    return msgspec.json.encode(_whole_numbers(value), enc_hook=encode_special).decode()


def _whole_numbers(value: Any) -> Any:
    if isinstance(value, float):
        return whole(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _whole_numbers(part) for key, part in value.items() if part is not UNDEFINED}
    if isinstance(value, list | tuple):
        return [None if part is UNDEFINED else _whole_numbers(part) for part in value]
    return value


def to_number(value: Any) -> float:
    """Return a value as Number(value) does; a date becomes milliseconds.

    Raises:
        ValueError: not a number.
    """
    if isinstance(value, DateText):
        return to_millis(parse_date(value))
    number = js_number(value)
    if math.isnan(number):
        raise ValueError("not a number")
    return number


def to_boolean(value: Any) -> bool:
    """true and false, as text in any case, and 1 and 0.

    Raises:
        ValueError: none of them.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, str) or value.strip():
        number = to_number(value)
        if number in (0, 1):
            return number == 1
    raise ValueError("not a boolean")


def parse_loose_json(text: str) -> Any:
    """Parse JSON, or an object or list as JavaScript writes it: bare keys, single quotes, trailing commas.

    Raises:
        ValueError: neither.
    """
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return _LooseJson(text).parse()


class _LooseJson:
    """A small parser for literals of JavaScript; it evaluates nothing."""

    _TOKEN = re.compile(
        r"\s*([{}\[\],:]|-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z_$][\w$]*|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')",
        re.DOTALL,
    )
    _MAX_DEPTH = 200

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0

    def parse(self) -> Any:
        value = self._value(0)
        if self._text[self._place :].strip():
            raise ValueError("text after the value")
        return value

    def _next(self) -> str:
        match = self._TOKEN.match(self._text, self._place)
        if match is None:
            raise ValueError("unexpected character")
        self._place = match.end()
        return match[1]

    def _peek(self) -> str:
        place = self._place
        token = self._next()
        self._place = place
        return token

    def _value(self, depth: int) -> Any:
        if depth > self._MAX_DEPTH:
            raise ValueError("nested too deeply")
        token = self._next()
        if token == "{":
            return self._object(depth)
        if token == "[":
            return self._list(depth)
        if token[0] in "\"'":
            return _unescape(token)
        if token in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token]
        if token[0].isdigit() or token[0] in "-.":
            return text_to_number(token)
        raise ValueError(f"unexpected {token[:20]}")

    def _object(self, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while True:
            token = self._next()
            if token == "}":
                return made
            if token in ("{", "[", "]", ",", ":"):
                raise ValueError("a key was expected")
            key = _unescape(token) if token[0] in "\"'" else token
            if self._next() != ":":
                raise ValueError("a colon was expected")
            made[key] = self._value(depth + 1)
            token = self._next()
            if token == "}":
                return made
            if token != ",":
                raise ValueError("a comma was expected")

    def _list(self, depth: int) -> list[Any]:
        made: list[Any] = []
        while True:
            if self._peek() == "]":
                self._next()
                return made
            made.append(self._value(depth + 1))
            token = self._next()
            if token == "]":
                return made
            if token != ",":
                raise ValueError("a comma was expected")


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def _unescape(token: str) -> str:
    def one(match: re.Match[str]) -> str:
        escaped = match[1]
        if escaped[0] == "u" and len(escaped) == 5:
            return chr(int(escaped[1:], 16))
        return _ESCAPES.get(escaped, escaped)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", one, token[1:-1], flags=re.DOTALL)


def to_object(value: Any) -> Mapping[str, Any]:
    """Raises: ValueError: neither an object nor the text of one."""
    parsed = parse_loose_json(value) if isinstance(value, str) and not isinstance(value, DateText) else value
    if not isinstance(parsed, Mapping):
        raise ValueError("not an object")
    return parsed


def to_list(value: Any) -> list[Any]:
    """Return a list, or what the JSON text of one says; single quotes are taken for double ones if need be.

    Raises:
        ValueError: neither a list nor the text of one.
    """
    if not isinstance(value, str):
        parsed = value
    else:
        try:
            parsed = msgspec.json.decode(value)
        except msgspec.DecodeError:
            parsed = msgspec.json.decode(value.replace("'", '"'))
    if not isinstance(parsed, list):
        raise ValueError("not a list")
    return parsed


def _alphanumeric(value: Any) -> str:
    text = _string(value)
    if not _ALPHANUMERIC.fullmatch(text):
        raise ValueError("not alphanumeric")
    return text


def _time(value: Any) -> str:
    text = to_text(value)
    if not _TIME.fullmatch(text):
        raise ValueError("not a time")
    return text


def _url(value: Any) -> str:
    text = to_text(value)
    candidate = text if "://" in text else f"https://{text}"
    if not _URL.fullmatch(candidate.strip()):
        raise ValueError("not a URL")
    return candidate


def _jwt(value: Any) -> str:
    text = to_text(value)
    if not _JWT.fullmatch(text):
        raise ValueError("not a JWT")
    return text


class BadFormField(ValueError):
    """A field of a form's JSON is not as forms need it; the message is for the person who wrote it."""


_FIELD_KEYS = frozenset(
    {"fieldLabel", "fieldName", "fieldType", "fieldOptions", "fieldValue", "placeholder", "defaultValue",
     "multiselect", "multipleFiles", "acceptFileTypes", "formatDate", "requiredField", "limitSelection",
     "numberOfSelections", "minSelections", "maxSelections", "elementName", "html"}
)  # fmt: skip
_FIELD_TYPES = frozenset(
    {"checkbox", "date", "dropdown", "email", "file", "hiddenField", "html", "number", "password", "radio", "text",
     "textarea"}
)  # fmt: skip


def _form_fields(value: Any) -> list[Any]:
    try:
        parsed = parse_loose_json(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as malformed:
        raise BadFormField("Value is not valid JSON") from malformed
    if not isinstance(parsed, list) or not all(isinstance(field, Mapping) for field in parsed):
        raise BadFormField("Value is not valid JSON")
    return [_form_field(field, place) for place, field in enumerate(parsed)]


def _form_field(field: Mapping[str, Any], place: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in field.items():
        if key not in _FIELD_KEYS:
            raise BadFormField(f"Key '{key}' in field {place} is not valid for form fields")
        if key == "fieldType" and value not in _FIELD_TYPES:
            raise BadFormField(f"Field type '{to_text(value)}' in field {place} is not valid for form fields")
        made[key] = _choices(value, place) if key == "fieldOptions" else value
    return made


def _choices(value: Any, place: int) -> dict[str, Any]:
    listed = value if isinstance(value, list) else value.get("values") if isinstance(value, Mapping) else None
    if not isinstance(listed, list):
        raise BadFormField(
            f"Field dropdown in field {place} does has no 'values' property that contain an array of options"
        )
    for index, choice in enumerate(listed):
        if not isinstance(choice, Mapping) or choice.keys() != {"option"} or not isinstance(choice["option"], str):
            raise BadFormField(f"Field dropdown in field {place} has an invalid option {index}")
    return {"values": listed}


def _binary(value: Any) -> Any:
    if isinstance(value, Mapping) and "mimeType" in value and ("data" in value or "id" in value):
        return value
    raise ValueError("not binary data")


def _option(name: str, value: Any, options: Sequence[Mapping[str, Any]]) -> Checked:
    allowed = [option.get("value") for option in options]
    if value in allowed:
        return Checked(valid=True, value=value)
    listed = ", ".join(to_text(one) for one in allowed)
    return Checked(
        valid=False, message=f"'{name}' expects one of the following values: [{listed}] but we got {describe(value)}"
    )


_CONVERTERS = {
    "number": to_number,
    "boolean": to_boolean,
    "object": to_object,
    "array": to_list,
    "string-alphanumeric": _alphanumeric,
    "time": _time,
    "url": _url,
    "jwt": _jwt,
    "form-fields": _form_fields,
    "binary": _binary,
}

_STRICT = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list),
}
