"""Rules as Switch 1 and 2 hold them: one data type and one value, and for each rule {operation, value2, where to}."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from headrace.nodes.builtin.if_.typed_conditions import DATE_ORDERS, EQUALITIES, ORDERS, TEXTS
from headrace.sdk.comparison import compare, moment_millis
from headrace.sdk.description import Boolean, DateTime, FixedCollection, Group, Number, Options, Parameter, String
from headrace.sdk.errors import NodeError
from headrace.sdk.js import to_number, to_text

_PATTERNS = ["regex", "notRegex"]
_KINDS: Sequence[tuple[str, str, Callable[..., Parameter], Mapping[str, str], str]] = (
    ("boolean", "Boolean", Boolean, EQUALITIES, "equal"),
    ("dateTime", "Date & Time", DateTime, DATE_ORDERS, "after"),
    ("number", "Number", Number, ORDERS, "smaller"),
    ("string", "String", String, TEXTS, "equal"),
)


def rule_parameters(destination: Callable[[], Parameter]) -> list[Parameter]:
    """Return the parameters `dataType`, `value1` and `rules`; *destination* is where a matched item goes."""
    parameters = [
        Options(
            "dataType", {kind: label for kind, label, *_ in _KINDS}, "Data Type", "number", show={"mode": ["rules"]}
        )
    ]
    for kind, label, value, operations, default in _KINDS:
        show = {"dataType": [kind], "mode": ["rules"]}
        second = (
            [
                String("value2", "Value 2", hide={"operation": _PATTERNS}),
                String("value2", "Regex", placeholder="/text/i", show={"operation": _PATTERNS}),
            ]
            if kind == "string"
            else [value("value2", "Value 2", default=0) if kind == "dateTime" else value("value2", "Value 2")]
        )
        parameters.append(value("value1", "Value 1", show=show))
        parameters.append(
            FixedCollection(
                "rules",
                [
                    Group(
                        name="rules",
                        display_name=label,
                        values=[Options("operation", operations, "Operation", default), *second, destination()],
                    )
                ],
                "Routing Rules",
                multiple=True,
                show=show,
                type_options={"sortable": True},
            )
        )
    return parameters


def first_match(type_: str, value: Any, rules: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the index of the first rule that *value* meets.

    Raises:
        NodeError: a value does not fit.
    """
    if type_ == "dateTime":
        moment_millis(value)  # a wrong moment fails even where there are no rules
    for place, rule in enumerate(rules):
        if compare(type_, rule["operation"], value, rule.get("value2")):
            return place
    return None


def checked_output(output: Any, count: int) -> int:
    """Return *output* as the index of one of *count* outputs.

    Raises:
        NodeError: there is no such output.
    """
    index = to_number(output)
    if not 0 <= index < count or index != int(index):
        # The spelling is n8n's, and workflows compare the text.
        raise NodeError(f"The ouput {to_text(output)} is not allowed. It has to be between 0 and {count - 1}!")
    return int(index)
