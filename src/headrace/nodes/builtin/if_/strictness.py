"""How the conditions of IF 2, Filter 2 and Switch 3 are evaluated: which options decide, from which version on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.sdk.conditions import evaluate_filter
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Parameter
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Routed

_LOOSE = "looseTypeValidation"


def loose_parameter(since: float) -> Parameter:
    """Return the parameter that makes type validation loose; a member of `options` before version *since*."""
    return Boolean(
        _LOOSE,
        "Convert types where required",
        show={"@version": [{"_cnd": {"gte": since}}]},
        description="Whether values are converted to the type of the comparison.",
    )


def condition_options(since: float) -> list[Parameter]:
    """Return the members of `options` that concern conditions."""
    return [
        Boolean("ignoreCase", "Ignore Case", True, description="Whether upper and lower case letters are the same."),
        Boolean(_LOOSE, "Convert types where required", True, show={"@version": [{"_cnd": {"lt": since}}]}),
    ]


def filter_version(version: float, steps: Mapping[float, int]) -> int:
    """Return the version of the rules of conditions: that of the highest step not above the node's version."""
    return max((rules for since, rules in steps.items() if version >= since), default=1)


def routed(ctx: NodeContext, item: Item, index: int, *, since: float, steps: Mapping[float, int]) -> Routed:
    """Return an item on output 0 when it meets the parameter `conditions`, else on output 1.

    An item that cannot be compared does not meet them, if the node goes on after errors.

    Raises:
        NodeError: a value has the wrong type.
    """
    try:
        met = conditions_met(ctx, ctx.param("conditions", index, {}), index, since=since, steps=steps)
    except NodeError:
        if not ctx.node.continues_on_error:
            raise
        met = False
    return Routed(0 if met else 1, item)


def conditions_met(
    ctx: NodeContext, conditions: Mapping[str, Any], index: int, *, since: float, steps: Mapping[float, int]
) -> bool:
    """Whether an item meets the conditions.

    Saved workflows hold the settled options beside the conditions, and those count; where there are none, the
    node's own options decide.

    Args:
        since: The node's version from which on loose validation is a parameter of its own.
        steps: From which version of the node on which version of the rules applies.

    Raises:
        NodeError: a value has the wrong type.
    """
    if not conditions:
        return False
    if not conditions.get("options"):
        options = ctx.param("options", index, {}) or {}
        loose = ctx.param(_LOOSE, index, False) if ctx.node.version >= since else options.get(_LOOSE)
        conditions = {
            **conditions,
            "options": {
                "caseSensitive": not options.get("ignoreCase"),
                "typeValidation": "loose" if loose else "strict",
                "version": filter_version(ctx.node.version, steps),
            },
        }
    return evaluate_filter(conditions, item_index=index, timezone=ctx.workflow.timezone)
