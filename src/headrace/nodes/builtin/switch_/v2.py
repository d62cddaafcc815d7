"""Switch 2: sends items to one of as many outputs as there are rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.switch_.rules import checked_output, first_match, rule_parameters
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Number, Options, Parameter, String
from headrace.sdk.items import Item
from headrace.sdk.js import strictly_equal, to_number, to_text
from headrace.sdk.outcome import Routed

_MAX_OUTPUTS = 1_000


def _destination() -> Parameter:
    return String("outputKey", "Output Key", description="Label of the output for items that meet the rule.")


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.switch",
    versions=(2,),
    title="Switch",
    summary="Sends each item to the output of the first rule that it meets, or to one that an expression names.",
    group="flow",
    aliases=("router", "case", "branch"),
    parameters=[
        Options("mode", {"expression": "Expression", "rules": "Rules"}, "Mode", "rules"),
        String("output", "Output", show={"mode": ["expression"]}),
        Number("outputsAmount", "Outputs Amount", 4, show={"mode": ["expression"]}),
        *rule_parameters(_destination),
        Options(
            "fallbackOutput",
            {-1: "None"},
            "Fallback Output",
            -1,
            show={"mode": ["rules"]},
            type_options={"loadOptionsMethod": "getFallbackOutputOptions", "loadOptionsDependsOn": ["rules.rules"]},
        ),
    ],
)


def outputs(parameters: Mapping[str, Any]) -> list[str]:
    """Return the labels of the outputs."""
    if parameters.get("mode") == "expression":
        return [str(place) for place in range(_amount(parameters.get("outputsAmount", 4)))]
    rules = (parameters.get("rules") or {}).get("rules") or ()
    return [to_text(rule.get("outputKey", "")) for rule in rules]


def _amount(value: Any) -> int:
    number = to_number(value)
    return min(int(number), _MAX_OUTPUTS) if number > 0 else 0


def run_item(ctx: NodeContext, item: Item, index: int) -> Routed | None:
    if ctx.param("mode", index) == "expression":
        return Routed(checked_output(ctx.param("output", index), _amount(ctx.param("outputsAmount", 0))), item)
    rules = ctx.param("rules.rules", index, ())
    matched = first_match(ctx.param("dataType", 0), ctx.param("value1", index), rules)
    if matched is not None:
        return Routed(matched, item)
    output = ctx.param("fallbackOutput", index)
    return None if strictly_equal(output, -1) else Routed(checked_output(output, len(rules)), item)
