"""Execute Workflow Trigger: another workflow calls this one."""

from __future__ import annotations

from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import check, parse_loose_json
from headrace.sdk.description import FixedCollection, Group, Json, NodeDescription, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item

_TYPES = {
    "any": "Allow Any Type",
    "string": "String",
    "number": "Number",
    "boolean": "Boolean",
    "array": "Array",
    "object": "Object",
}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.executeWorkflowTrigger",
    versions=(1, 1.1),
    title="When Executed by Another Workflow",
    summary="Starts this workflow when another one calls it; the caller's items come in.",
    group="trigger",
    trigger="subworkflow",
    inputs=(),
    aliases=("sub-workflow", "call"),
    parameters=[
        Options(
            "inputSource",
            {
                "workflowInputs": "Define using fields below",
                "jsonExample": "Define using JSON example",
                "passthrough": "Accept all data",
            },
            "Input data mode",
            "workflowInputs",
            show={"@version": [{"_cnd": {"gte": 1.1}}]},
        ),
        Json("jsonExample", "JSON Example", '{"aField": "a string"}', show={"inputSource": ["jsonExample"]}),
        FixedCollection(
            "workflowInputs",
            [
                Group(
                    name="values",
                    display_name="Values",
                    values=[String("name", "Name"), Options("type", _TYPES, "Type", "string")],
                )
            ],
            "Workflow Input Schema",
            multiple=True,
            show={"inputSource": ["workflowInputs"]},
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    source = ctx.param("inputSource", index, "passthrough") if ctx.node.version >= 1.1 else "passthrough"
    if source == "passthrough":
        return item
    json: dict[str, Any] = {}
    for name, type_ in _declared(ctx, source, index):
        value = item.json.get(name)
        if type_ != "any" and value is not None:
            checked = check(name, value, type_, parse_strings=True)
            if not checked.valid:
                raise NodeError(checked.message)
            value = checked.value
        json[name] = value
    return Item(json=json, binary=item.binary)


def _declared(ctx: NodeContext, source: str, index: int) -> list[tuple[str, str]]:
    if source == "jsonExample":
        try:
            example = parse_loose_json(str(ctx.param("jsonExample", index, "{}")))
        except ValueError as malformed:
            raise NodeError("The JSON example is not valid JSON") from malformed
        return [(name, "any") for name in example] if isinstance(example, dict) else []
    fields = ctx.param("workflowInputs.values", index) or []
    return [(str(field.get("name", "")), str(field.get("type", "string"))) for field in fields if field.get("name")]
