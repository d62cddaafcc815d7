"""Objects written as JSON text, with expressions in it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.errors import NodeError
from headrace.sdk.items import JsonObject
from headrace.sdk.js import to_text

_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_KEY = re.compile(r"['\"]?([a-zA-Z0-9_]+)['\"]?:")


async def filled_in(ctx: NodeContext, text: str, index: int) -> Any:
    """Return *text* with each {{ }} replaced by its value, objects as their JSON.

    Text that is one expression and nothing else gives that expression's value as it is.
    """
    expressions = _EXPRESSION.findall(text)
    if not expressions:
        return text
    if expressions == [text]:
        value = await ctx.evaluate(f"={text}", index)
        return value if isinstance(value, dict | list | str) else to_text(value)
    values = iter(await ctx.evaluate([f"={expression}" for expression in expressions], index))
    return _EXPRESSION.sub(lambda _: _as_text(next(values)), text)


def _as_text(value: Any) -> str:
    return to_json_text(value) if isinstance(value, dict | list) else to_text(value)


def read_object(value: Any, index: int, *, entry: str | None = None) -> JsonObject:
    """Return an object, or the one that a text is the JSON of; a slightly wrong text is repaired.

    Args:
        entry: Name of the field it is for, None when it is the whole item.

    Raises:
        NodeError: it is no object.
    """
    place = f"The entry \"{entry}\" inside 'Fields to Set'" if entry is not None else "The 'JSON Output'"
    if isinstance(value, str):
        value = _parse(value, f"{place} in item {index} contains invalid JSON")
    if value is None:
        raise NodeError("Cannot convert undefined or null to object")
    if value is UNDEFINED or not isinstance(value, dict):
        raise NodeError(f"{place} in item {index} does not contain a valid JSON object")
    return value


def _parse(text: str, failure: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        repaired = _repaired(text)
    try:
        return msgspec.json.decode(repaired)
    except (msgspec.DecodeError, RecursionError) as malformed:
        shown = text if repaired == text else f"{repaired}\nbefore it was repaired: {text}"
        raise NodeError(failure, description=shown) from malformed


def _repaired(text: str) -> str:
    """Quote keys, turn single quotes into double ones and drop trailing commas."""
    text = _KEY.sub(r'"\1":', text.replace("'", '"'))
    return re.sub(r",\s*([\]}])", r"\1", text).rstrip(",")
