"""Taking values out of HTML by selectors; shared by HTML and HTML Extract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.html.documents import inner_html, parse, plain_text, readable_text, select
from headrace.sdk.description import Boolean, Collection, FixedCollection, Group, Options, Parameter, String

_RETURN = {"attribute": "Attribute", "html": "HTML", "text": "Text", "value": "Value"}


def extraction_parameters(*, skip: bool) -> list[Parameter]:
    """Return the parameters that say what to take out."""
    values = [
        String("key", "Key"),
        String("cssSelector", "CSS Selector"),
        Options("returnValue", _RETURN, "Return Value", "text"),
        String("attribute", "Attribute", show={"returnValue": ["attribute"]}),
        *([String("skipSelectors", "Skip Selectors", show={"returnValue": ["text"]})] if skip else []),
        Boolean("returnArray", "Return Array"),
    ]
    return [
        FixedCollection(
            "extractionValues",
            [Group(name="values", display_name="Values", values=values)],
            "Extraction Values",
            multiple=True,
        ),
        Collection(
            "options",
            [Boolean("trimValues", "Trim Values", True), Boolean("cleanUpText", "Clean Up Text", True)],
            "Options",
        ),
    ]


def extract(html: str, values: Any, options: Mapping[str, Any], *, readable: bool, trim: bool) -> dict[str, Any]:
    """Return {key: value} for each value to take out.

    Args:
        readable: Whether text is laid out for people, as newer versions do.
        trim: Whether values are trimmed when the options do not say.

    Raises:
        NodeError: a selector is none.
    """
    root = parse(html)
    found: dict[str, Any] = {}
    for value in values or ():
        elements = select(root, str(value.get("cssSelector", "")))
        skip = [
            one
            for part in str(value.get("skipSelectors") or "").split(",")
            if part.strip()
            for one in select(root, part.strip())
        ]

        def read(element: Any, value: Mapping[str, Any] = value, skip: list[Any] = skip) -> Any:
            return _clean(_one(element, value, skip, readable=readable), options, trim=trim)

        key = str(value.get("key", ""))
        if value.get("returnArray"):
            found[key] = [read(element) for element in elements]
        elif readable or value.get("returnValue", "text") != "text":
            made = read(elements[0]) if elements else None
            if made is not None:
                found[key] = made
        elif elements:
            # The text of all matches together, as one string.
            texts = "".join(plain_text(element) for element in elements)
            found[key] = _clean(texts, options, trim=trim)
    return found


def _one(element: Any, value: Mapping[str, Any], skip: list[Any], *, readable: bool) -> Any:
    match value.get("returnValue", "text"):
        case "attribute":
            name = str(value.get("attribute") or "")
            return element.get(name) if name else dict(element.attrib)
        case "html":
            return inner_html(element)
        case "value":
            return _form_value(element)
    return readable_text(element, skip) if readable else plain_text(element)


def _form_value(element: Any) -> Any:
    if element.tag == "textarea":
        return plain_text(element)
    if element.tag == "select":
        chosen = [option for option in element.iter("option") if "selected" in option.attrib] or list(
            element.iter("option")
        )[:1]
        values = [option.get("value", plain_text(option)) for option in chosen]
        return values if "multiple" in element.attrib else values[0] if values else None
    return element.get("value")


def _clean(value: Any, options: Mapping[str, Any], *, trim: bool) -> Any:
    if not isinstance(value, str):
        return value
    if options.get("trimValues", trim):
        value = value.strip()
    if options.get("cleanUpText"):
        value = re.sub(r"\s+", " ", re.sub(r"\r\n|\n|\r", "", value.strip()))
    return value
