"""Execute Workflow Trigger: another workflow calls this one."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import parse_loose_json
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
        Json(
            "jsonExample",
            "JSON Example",
            '{\n  "aField": "some text",\n  "aNumber": 123\n}',
            show={"inputSource": ["jsonExample"]},
        ),
        FixedCollection(
            "workflowInputs",
            [
                Group(
                    name="values",
                    display_name="Values",
                    values=[String("name", "Name"), Options("type", _TYPES, "Type", "string", no_data_expression=True)],
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
    # The caller has checked the types; here only what is declared comes in, and null for what is missing.
    return Item(json={name: item.json.get(name) for name in _declared(ctx, source, index)})


def _declared(ctx: NodeContext, source: str, index: int) -> list[str]:
    if source != "jsonExample":
        fields = ctx.param("workflowInputs.values", index) or []
        return [str(field["name"]) for field in fields if field.get("name")]
    value = ctx.param("jsonExample", index)
    try:
        example = parse_loose_json(value) if isinstance(value, str) else value
    except ValueError as malformed:
        raise NodeError("The JSON example is not valid JSON") from malformed
    if not isinstance(example, dict):
        raise NodeError("The JSON example is not an object")
    return list(example)
