"""Switch 1: sends items to one of four outputs."""

from __future__ import annotations

from headrace.nodes.builtin.switch_.rules import checked_output, first_match, rule_parameters
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Number, Options, Parameter
from headrace.sdk.items import Item
from headrace.sdk.js import strictly_equal
from headrace.sdk.outcome import Routed

_OUTPUTS = 4


def _destination() -> Parameter:
    return Number(
        "output",
        "Output",
        minimum=0,
        maximum=_OUTPUTS - 1,
        description="Index of the output for items that meet the rule.",
    )


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.switch",
    versions=(1,),
    title="Switch",
    summary="Sends each item to one of four outputs: by the first rule that it meets, or by an expression.",
    group="flow",
    aliases=("router", "case", "branch"),
    outputs=("main",) * _OUTPUTS,
    output_names=("0", "1", "2", "3"),
    parameters=[
        Options("mode", {"expression": "Expression", "rules": "Rules"}, "Mode", "rules"),
        Number("output", "Output", minimum=0, maximum=_OUTPUTS - 1, show={"mode": ["expression"]}),
        *rule_parameters(_destination),
        Options(
            "fallbackOutput",
            {-1: "None", 0: "0", 1: "1", 2: "2", 3: "3"},
            "Fallback Output",
            -1,
            show={"mode": ["rules"]},
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Routed | None:
    if ctx.param("mode", index) == "expression":
        return Routed(checked_output(ctx.param("output", index), _OUTPUTS), item)
    rules = ctx.param("rules.rules", index, ())
    matched = first_match(ctx.param("dataType", 0), ctx.param("value1", index), rules)
    output = ctx.param("fallbackOutput", index) if matched is None else rules[matched].get("output", 0)
    if matched is None and strictly_equal(output, -1):
        return None
    return Routed(checked_output(output, _OUTPUTS), item)
