"""XML as JSON, in the form that the JavaScript library xml2js gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from headrace.sdk.errors import NodeError

MAX_CHARS = 50_000_000
MAX_DEPTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How XML becomes JSON; the names are those of xml2js's options."""

    attribute_key: str = "$"
    text_key: str = "_"
    lists_always: bool = False
    """Whether a single child is a list, too."""

    keep_root: bool = True
    ignore_attributes: bool = False
    merge_attributes: bool = True
    """Whether attributes are fields beside the children, not in an object of their own."""

    normalize: bool = False
    lower_tags: bool = False
    trim: bool = False


class _Open:
    """An element whose end has not been seen yet."""

    __slots__ = ("fields", "has_cdata", "name", "text")

    def __init__(self, name: str) -> None:
        self.name = name
        self.fields: dict[str, Any] = {}
        self.text: list[str] = []
        self.has_cdata = False


def from_xml(text: str, how: Reading) -> Any:
    """Return XML as JSON; None for a text without content.

    Raises:
        NodeError: it is not well formed, too long, too deep, or declares entities.
    """
    if len(text) > MAX_CHARS:
        raise NodeError(f"The XML is longer than the limit of {MAX_CHARS} characters")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return None
    reader = _Reader(how)
    # The encoding that a document declares is that of bytes which are long decoded.
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartCdataSectionHandler = reader.cdata
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as malformed:
        raise NodeError(_message(malformed, text)) from malformed
    return reader.result


def _refuse_entity(*_: Any) -> None:
    # An entity can stand for others, and these for others: a few lines would fill the memory.
    raise NodeError("The XML declares entities, which is not allowed")


_MESSAGES: Mapping[str, str] = {
    "mismatched tag": "Unexpected close tag",
    "no element found": "Unclosed root tag",
    "unclosed token": "Unexpected end",
    "undefined entity": "Invalid character entity",
    "duplicate attribute": "Duplicate attribute",
    "junk after document element": "Text data outside of root node.",
}


def _message(malformed: expat.ExpatError, text: str) -> str:
    line, column = malformed.lineno - 1, malformed.offset
    reason = expat.ErrorString(malformed.code) or "not well-formed"
    if not text.lstrip().startswith("<"):
        start = len(text) - len(text.lstrip())
        line, column, shown = text.count("\n", 0, start), start + 1, text[start : start + 1]
        return f"Non-whitespace before first tag.\nLine: {line}\nColumn: {column}\nChar: {shown}"
    lines = text.split("\n")
    shown = lines[line][column : column + 1] if line < len(lines) else ""
    return f"{_MESSAGES.get(reason, f'Invalid XML: {reason}')}\nLine: {line}\nColumn: {column}\nChar: {shown}"


class _Reader:
    def __init__(self, how: Reading) -> None:
        self.result: Any = None
        self._how = how
        self._open: list[_Open] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise NodeError(f"The XML is nested deeper than the limit of {MAX_DEPTH} levels")
        how = self._how
        element = _Open(name.lower() if how.lower_tags else name)
        if attributes and not how.ignore_attributes:
            if how.merge_attributes:
                for key, value in attributes.items():
                    self._put(element.fields, key, value)
            else:
                element.fields[how.attribute_key] = dict(attributes)
        self._open.append(element)

    def characters(self, text: str) -> None:
        self._open[-1].text.append(text)

    def cdata(self) -> None:
        self._open[-1].has_cdata = True

    def end(self, _: str) -> None:
        element = self._open.pop()
        value = self._value(element)
        if self._open:
            self._put(self._open[-1].fields, element.name, value)
        else:
            self.result = {element.name: value} if self._how.keep_root else value

    def _value(self, element: _Open) -> Any:
        how, fields = self._how, element.fields
        text = "".join(element.text)
        if not text.strip() and not (element.has_cdata and text):
            return fields or text
        if how.trim:
            text = text.strip()
        if how.normalize:
            text = re.sub(r"\s{2,}", " ", text).strip()
        if not fields:
            return text
        return {how.text_key: text, **fields} if how.text_key not in fields else {**fields, how.text_key: text}

    def _put(self, fields: dict[str, Any], name: str, value: Any) -> None:
        if name not in fields:
            fields[name] = [value] if self._how.lists_always else value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
