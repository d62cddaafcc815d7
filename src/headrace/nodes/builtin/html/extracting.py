"""Taking values out of HTML by selectors; shared by HTML and HTML Extract."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headrace.nodes.builtin.html.documents import Element, parse
from headrace.nodes.builtin.html.selecting import select
from headrace.nodes.builtin.html.text_layout import readable_text
from headrace.sdk.description import Boolean, FixedCollection, Group, Options, Parameter, String

_RETURN = {"attribute": "Attribute", "html": "HTML", "text": "Text", "value": "Value"}


def values_parameter(show: Mapping[str, list[Any]], *, skip: bool) -> Parameter:
    """Return the parameter that says what to take out."""
    skipped = String(
        "skipSelectors",
        "Skip Selectors",
        show={"returnValue": ["text"], "@version": [{"_cnd": {"gt": 1.1}}]},
        description="Elements to leave out of the text: selectors, separated by commas.",
    )
    values = [
        String("key", "Key", description="The field that the value goes to."),
        String("cssSelector", "CSS Selector", description="Which elements to take, such as .price or h1 > a."),
        Options("returnValue", _RETURN, "Return Value", "text"),
        String("attribute", "Attribute", show={"returnValue": ["attribute"]}, description="Name of the attribute."),
        *([skipped] if skip else []),
        Boolean("returnArray", "Return Array", description="Whether a list of all that is found is returned."),
    ]
    return FixedCollection(
        "extractionValues",
        [Group(name="values", display_name="Values", values=values)],
        "Extraction Values",
        multiple=True,
        show=show,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How values are shown."""

    readable: bool
    """Whether text is laid out for people (newer versions), not just strung together."""

    trim: bool = False
    clean_up: bool = False
    """Whether line breaks are dropped and runs of white space become one blank."""


def extract(html: str, values: Sequence[Mapping[str, Any]], style: Style) -> dict[str, Any]:
    """Return {key: value} for each value to take out; where there is none, the key is missing.

    Raises:
        NodeError: a selector is none.
    """
    root = parse(html)
    found: dict[str, Any] = {}
    for wanted in values:
        key = str(wanted.get("key", ""))
        elements = select(root, str(wanted.get("cssSelector") or ""))
        skip = [one for name in _names(wanted) for one in select(root, name)]
        if wanted.get("returnArray"):
            found[key] = [_clean(_value([element], wanted, skip, style), style) for element in elements]
        else:
            value = _clean(_value(elements, wanted, skip, style), style)
            if value is not None:
                found[key] = value
            else:
                found.pop(key, None)
    return found


def _names(wanted: Mapping[str, Any]) -> list[str]:
    return [name.strip() for name in str(wanted.get("skipSelectors") or "").split(",") if name.strip()]


def _value(elements: Sequence[Element], wanted: Mapping[str, Any], skip: Sequence[Element], style: Style) -> Any:
    if not elements:
        # Laid out text of nothing is empty text; all else is missing.
        return "" if style.readable and wanted.get("returnValue", "text") == "text" else None
    first = elements[0]
    match wanted.get("returnValue", "text"):
        case "attribute":
            name = str(wanted.get("attribute") or "").lower()
            return first.attributes.get(name) if name else dict(first.attributes)
        case "html":
            return first.inner_html() or None
        case "value":
            return _form_value(first)
    if style.readable:
        body = next((one for one in first.elements() if one.tag == "body"), first)
        return readable_text(body.children, skip)
    return "".join(element.text(code=False) for element in elements) or None


def _form_value(element: Element) -> Any:
    if element.tag == "textarea":
        return element.text()
    if element.tag != "select":
        return element.attributes.get("value")
    options = [one for one in element.descendants() if one.tag == "option"]
    chosen = [option for option in options if "selected" in option.attributes]
    if "multiple" in element.attributes:
        return [_option_value(option) for option in chosen]
    shown = chosen[-1:] or options[:1]
    return _option_value(shown[0]) if shown else None


def _option_value(option: Element) -> str:
    return option.attributes.get("value", option.text())


def _clean(value: Any, style: Style) -> Any:
    if not isinstance(value, str):
        return value
    if style.trim:
        value = value.strip()
    if style.clean_up:
        value = re.sub(r"\s+", " ", re.sub(r"[\r\n]+", "", value.strip()))
    return value
