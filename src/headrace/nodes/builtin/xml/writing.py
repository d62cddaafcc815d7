"""JSON as XML, in the form that the JavaScript library xml2js gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from headrace.sdk.errors import NodeError
from headrace.sdk.js import to_text

MAX_DEPTH = 200
_DEFAULT_ROOT = "root"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_NAME = re.compile(
    r"[:A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]"
    r"[-.0-9:A-Z_a-z\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]*"
)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How JSON becomes XML."""

    attribute_key: str = "$"
    text_key: str = "_"
    cdata: bool = False
    """Whether text that would need escapes goes into CDATA sections."""

    headless: bool = False
    root: str = _DEFAULT_ROOT


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[_Element | str] = field(default_factory=list)
    """Elements, and text that is ready to be written."""


def to_xml(value: Mapping[str, Any], how: Writing) -> str:
    """Return an object as XML; its only field is the root, if no other name is wanted.

    Raises:
        NodeError: a key is no name for an element, a text holds what XML cannot, or it is too deep.
    """
    name, content = how.root, value
    if len(value) == 1 and how.root == _DEFAULT_ROOT:
        ((name, content),) = value.items()
    root = _Element(_checked_name(name))
    _Builder(how).fill(root, content, 1)
    lines = [] if how.headless else [_DECLARATION]
    _write(lines, root, 0)
    return "\n".join(lines)


class _Builder:
    def __init__(self, how: Writing) -> None:
        self._how = how

    def fill(self, element: _Element, value: Any, depth: int) -> None:
        """Put a value into an element."""
        if depth > MAX_DEPTH:
            raise NodeError(f"The data is nested deeper than the limit of {MAX_DEPTH} levels")
        if isinstance(value, list):
            for part in value:
                if isinstance(part, Mapping):
                    for name, inner in part.items():
                        self._add(element, name, inner, depth)
        elif isinstance(value, Mapping):
            for name, inner in value.items():
                self._field(element, name, inner, depth)
        elif value is not None:
            element.children.append(self._text(value))

    def _field(self, element: _Element, name: str, value: Any, depth: int) -> None:
        if name == self._how.attribute_key:
            if isinstance(value, Mapping):
                for key, part in value.items():
                    if part is not None:
                        element.attributes[_checked_name(key)] = _checked(to_text(part))
        elif name == self._how.text_key:
            element.children.append(self._text("" if value is None else value))
        elif isinstance(value, list):
            for part in value:
                self._add(element, name, part, depth)
        else:
            self._add(element, name, value, depth)

    def _add(self, element: _Element, name: str, value: Any, depth: int) -> None:
        made = _Element(_checked_name(name))
        self.fill(made, value, depth + 1)
        element.children.append(made)

    def _text(self, value: Any) -> str:
        text = _checked(to_text(value))
        if self._how.cdata and isinstance(value, str) and re.search(r"[&<>]", text):
            return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NodeError("Invalid character in name", description=f'"{name[:100]}" cannot be the name of an element.')
    return name


def _checked(text: str) -> str:
    illegal = _ILLEGAL.search(text)
    if illegal:
        raise NodeError(f"Invalid character in string: {text[:200]} at index {illegal.start()}")
    return text


_IN_ATTRIBUTES = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})


def _quoted(value: str) -> str:
    return value.translate(_IN_ATTRIBUTES)


def _write(lines: list[str], element: _Element, depth: int) -> None:
    pad = "  " * depth
    attributes = "".join(f' {name}="{_quoted(value)}"' for name, value in element.attributes.items())
    opened = f"{pad}<{element.name}{attributes}"
    children = element.children
    if all(child == "" for child in children):
        lines.append(f"{opened}/>")
    elif len(children) == 1 and isinstance(children[0], str):
        lines.append(f"{opened}>{children[0]}</{element.name}>")
    else:
        lines.append(f"{opened}>")
        for child in children:
            if isinstance(child, str):
                lines.append(f"{pad}  {child}")
            else:
                _write(lines, child, depth + 1)
        lines.append(f"{pad}</{element.name}>")
