"""Switch 3: sends items to the outputs of the rules whose conditions they meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.if_.strictness import condition_options, conditions_met, loose_parameter
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    Filter,
    FixedCollection,
    Group,
    NodeDescription,
    Number,
    Options,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import number_to_text, to_number, to_text
from headrace.sdk.outcome import Routed

_SINCE = 3.1
_RULES = {3.2: 2, 3.3: 2, 3.4: 3}
_MAX_OUTPUTS = 1_000

_FIRST_RULE = {
    "conditions": {
        "options": {"caseSensitive": True, "leftValue": "", "typeValidation": "strict"},
        "conditions": [{"leftValue": "", "rightValue": "", "operator": {"type": "string", "operation": "equals"}}],
        "combinator": "and",
    }
}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.switch",
    versions=(3, 3.1, 3.2, 3.3, 3.4),
    title="Switch",
    summary="Sends each item to the output of the first rule, or of every rule, whose conditions it meets.",
    group="flow",
    aliases=("router", "case", "branch", "if"),
    parameters=[
        Options("mode", {"rules": "Rules", "expression": "Expression"}, "Mode", "rules", no_data_expression=True),
        Number("numberOutputs", "Number of Outputs", 4, show={"mode": ["expression"]}),
        Number(
            "output",
            "Output Index",
            "={{}}",  # type: ignore[arg-type]  # an expression stands for the number
            show={"mode": ["expression"]},
            validate_type="number",
            description="Index of the output, from 0; usually an expression.",
        ),
        FixedCollection(
            "rules",
            [
                Group(
                    name="values",
                    display_name="Values",
                    values=[
                        Filter("conditions", "Conditions"),
                        Boolean("renameOutput", "Rename Output"),
                        String("outputKey", "Output Name", show={"renameOutput": [True]}),
                    ],
                )
            ],
            "Routing Rules",
            multiple=True,
            default={"values": [_FIRST_RULE]},
            show={"mode": ["rules"]},
            type_options={"sortable": True},
        ),
        loose_parameter(_SINCE),
        Collection(
            "options",
            [
                Options(
                    "fallbackOutput",
                    {"none": "None", "extra": "Extra Output"},
                    "Fallback Output",
                    "none",
                    type_options={
                        "loadOptionsMethod": "getFallbackOutputOptions",
                        "loadOptionsDependsOn": ["rules.values", "/rules", "/rules.values"],
                    },
                    description="Where items go that meet no rule: nowhere, to one more output, or to a rule's.",
                ),
                *condition_options(_SINCE),
                String("renameFallbackOutput", "Rename Fallback Output", show={"fallbackOutput": ["extra"]}),
                Boolean("allMatchingOutputs", "Send to All Matching Outputs"),
            ],
            "Options",
            show={"mode": ["rules"]},
        ),
    ],
)


def outputs(parameters: Mapping[str, Any]) -> list[str]:
    """Return the labels of the outputs."""
    if parameters.get("mode") == "expression":
        return [str(place) for place in range(_amount(parameters.get("numberOutputs", 4)))]
    rules = (parameters.get("rules") or {}).get("values") or ()
    labels = [to_text(rule.get("outputKey") or place) for place, rule in enumerate(rules)]
    options = parameters.get("options") or {}
    if options.get("fallbackOutput") == "extra":
        labels.append(to_text(options.get("renameFallbackOutput") or "Fallback"))
    return labels


def _amount(value: Any) -> int:
    number = to_number(value)
    return min(int(number), _MAX_OUTPUTS) if number > 0 else 0


def run_item(ctx: NodeContext, item: Item, index: int) -> Routed | list[Routed] | None:
    if ctx.param("mode", 0) == "expression":
        return Routed(_checked(ctx.param("output", index), _amount(ctx.param("numberOutputs", 0))), item)
    rules = ctx.param("rules.values", index, ())
    options = ctx.param("options", index, {}) or {}
    matched: list[Routed] = []
    for place, rule in enumerate(rules):
        if conditions_met(ctx, rule.get("conditions") or {}, index, since=_SINCE, steps=_RULES):
            if not options.get("allMatchingOutputs"):
                return Routed(place, item)
            matched.append(Routed(place, item))
    fallback = options.get("fallbackOutput", "none")
    if matched or fallback in ("none", None) or not rules:
        return matched
    if fallback == "extra":
        return Routed(len(rules), item)
    return Routed(_checked(fallback, len(rules)), item)


def _checked(output: Any, count: int) -> int:
    """Return *output* as the index of one of *count* outputs.

    Raises:
        NodeError: there is no such output. (The spelling is n8n's, and workflows compare the text.)
    """
    index = to_number(output)
    if index == count:
        raise NodeError(
            f"The ouput {to_text(output)} is not allowed. ",
            description=f"Outputs are counted from 0: the last one is {number_to_text(index - 1)}.",
        )
    if not 0 <= index < count or index != int(index):
        raise NodeError(
            f"The ouput {to_text(output)} is not allowed", description=f"It has to be between 0 and {count - 1}"
        )
    return int(index)
