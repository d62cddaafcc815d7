"""Assignments: a field's value, converted to the type that it was declared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.sdk.context import UNDEFINED
from headrace.sdk.conversion import check, describe, to_json_text
from headrace.sdk.errors import NodeError
from headrace.sdk.js import to_text

_AS_IT_IS: Mapping[type, str] = {str: "string", int: "number", float: "number", bool: "boolean", list: "array"}
"""Values that need no conversion, which are most."""


def assigned(name: str, type_: str, value: Any, *, index: int, version: float, lenient: bool) -> Any:
    """Return *value* as the type says.

    Args:
        index: Of the item, for the message.
        lenient: Whether a value that cannot be converted is taken as it is.

    Raises:
        NodeError: it cannot be converted.
    """
    if _AS_IT_IS.get(type(value)) == type_:
        return value
    nothing = value is None or value is UNDEFINED
    if nothing and version >= 3.2:
        return None
    if type_ == "string":
        if nothing and version > 3:
            if lenient:
                return None
            raise _refused(f"'{name}' expects a string but we got {describe(value)}", name, index)
        return to_json_text(value) if isinstance(value, dict | list) or value is None else to_text(value)
    checked = check(name, value, type_)
    if not checked.valid:
        if lenient:
            return None if nothing else value
        raise _refused(checked.message, name, index)
    return None if checked.value is UNDEFINED else checked.value


def _refused(message: str, name: str, index: int) -> NodeError:
    return NodeError(
        f"{message} [item {index}]",
        description=f'Choose another type for the field "{name}", or turn on "Ignore Type Conversion Errors".',
        item_index=index,
    )
