"""Conditions as IF 1 and Filter 1 hold them: lists by data type, each of {value1, operation, value2}."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from headrace.sdk.comparison import compare
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, DateTime, FixedCollection, Group, Number, Options, Parameter, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

EQUALITIES = {"equal": "Equal", "notEqual": "Not Equal"}
DATE_ORDERS = {"after": "Occurred After", "before": "Occurred Before"}
ORDERS = {
    "smaller": "Smaller",
    "smallerEqual": "Smaller or Equal",
    "equal": "Equal",
    "notEqual": "Not Equal",
    "larger": "Larger",
    "largerEqual": "Larger or Equal",
}
TEXTS = {
    "contains": "Contains",
    "notContains": "Not Contains",
    "endsWith": "Ends With",
    "notEndsWith": "Not Ends With",
    "equal": "Equal",
    "notEqual": "Not Equal",
    "regex": "Regex Match",
    "notRegex": "Regex Not Match",
    "startsWith": "Starts With",
    "notStartsWith": "Not Starts With",
}
_EMPTINESS = {"isEmpty": "Is Empty", "isNotEmpty": "Is Not Empty"}
_PATTERNS = ["regex", "notRegex"]


def conditions_parameter() -> Parameter:
    """Return the description of the parameter `conditions`."""
    return FixedCollection(
        "conditions",
        [
            Group(
                name="boolean",
                display_name="Boolean",
                values=[
                    Boolean("value1", "Value 1"),
                    Options("operation", EQUALITIES, "Operation", "equal"),
                    Boolean("value2", "Value 2"),
                ],
            ),
            Group(
                name="dateTime",
                display_name="Date & Time",
                values=[
                    DateTime("value1", "Value 1"),
                    Options("operation", DATE_ORDERS, "Operation", "after"),
                    DateTime("value2", "Value 2"),
                ],
            ),
            Group(
                name="number",
                display_name="Number",
                values=[
                    Number("value1", "Value 1"),
                    Options("operation", {**ORDERS, **_EMPTINESS}, "Operation", "smaller", no_data_expression=True),
                    Number("value2", "Value 2", hide={"operation": list(_EMPTINESS)}),
                ],
            ),
            Group(
                name="string",
                display_name="String",
                values=[
                    String("value1", "Value 1"),
                    Options("operation", {**TEXTS, **_EMPTINESS}, "Operation", "equal", no_data_expression=True),
                    String("value2", "Value 2", hide={"operation": [*_EMPTINESS, *_PATTERNS]}),
                    String("value2", "Regex", placeholder="/text/i", show={"operation": _PATTERNS}),
                ],
            ),
        ],
        "Conditions",
        multiple=True,
        type_options={"sortable": True},
    )


def parted(ctx: NodeContext, every: Callable[[int], bool]) -> Outputs:
    """Return the items that meet the parameter `conditions`, and those that do not.

    Args:
        every: Whether all conditions have to hold for the item at an index, or one.

    Raises:
        NodeError: a value does not fit its condition.
    """
    met: list[Item] = []
    others: list[Item] = []
    for index, item in enumerate(ctx.items):
        try:
            holds = conditions_hold(ctx.param("conditions", index, {}) or {}, every=every(index))
        except NodeError as failure:
            failure.item_index = index
            raise
        (met if holds else others).append(Item(json=item.json, binary=item.binary, paired_item=index))
    return [met, others]


def conditions_hold(conditions: Mapping[str, Any], *, every: bool) -> bool:
    """Whether every condition holds, or any; no conditions at all count as every.

    Raises:
        NodeError: a value does not fit its condition.
    """
    for type_ in ("boolean", "dateTime", "number", "string"):
        for condition in conditions.get(type_, ()):
            holds = compare(type_, condition["operation"], condition.get("value1"), condition.get("value2"))
            if holds != every:
                return holds
    return every
