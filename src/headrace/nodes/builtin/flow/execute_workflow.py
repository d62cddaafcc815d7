"""Execute Workflow: calls another workflow, once for all items or once for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import parse_loose_json
from headrace.sdk.description import (
    Boolean,
    Collection,
    Effects,
    Json,
    Mode,
    NodeDescription,
    Options,
    Parameter,
    String,
)
from headrace.sdk.description import Display as Show
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs
from headrace.sdk.running import error_item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.executeWorkflow",
    versions=(1, 1.1, 1.2, 1.3),
    title="Execute Sub-workflow",
    summary="Runs another workflow with this one's items and goes on with what it returns.",
    group="flow",
    works="list",
    per_item_parameters=True,
    effects=Effects.READS,
    aliases=("call", "sub-workflow", "child"),
    parameters=[
        Options(
            "source",
            {"database": "Database", "localFile": "Local File", "parameter": "Define Below", "url": "URL"},
            "Source",
            "database",
        ),
        String("workflowId", "Workflow ID", required=True, show={"source": ["database"], "@version": [1]}),
        Parameter(
            name="workflowId",
            display_name="Workflow",
            type="resourceLocator",
            default={"mode": "list", "value": ""},
            required=True,
            modes=[Mode(name="list", display_name="From List", type="list"), Mode(name="id", display_name="By ID")],
            display_options=Show(show={"source": ["database"], "@version": [{"_cnd": {"gte": 1.1}}]}),
        ),
        Parameter(
            name="workflowInputs",
            display_name="Workflow Inputs",
            type="resourceMapper",
            default={"mappingMode": "defineBelow", "value": None},
            display_options=Show(show={"source": ["database"], "@version": [{"_cnd": {"gte": 1.2}}]}),
        ),
        String("workflowPath", "Workflow Path", show={"source": ["localFile"]}),
        Json("workflowJson", "Workflow JSON", show={"source": ["parameter"]}),
        String("workflowUrl", "Workflow URL", show={"source": ["url"]}),
        Options("mode", {"once": "Run once with all items", "each": "Run once for each item"}, "Mode", "once"),
        Collection("options", [Boolean("waitForSubWorkflow", "Wait For Sub-Workflow Completion", True)], "Options"),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    if not len(ctx.items):
        return [[]]
    if ctx.param("mode", 0, "once") == "each":
        return await _each(ctx)
    wait = ctx.param("options.waitForSubWorkflow", 0, default=True)
    given = [_input(ctx, item, index) for index, item in enumerate(ctx.items)]
    outputs = await ctx.run_workflow(await _workflow(ctx, 0), given, wait=wait)
    if not wait:
        return [_linked(list(ctx.items))]
    # As many items back as went in: most likely one for one.
    aligned = any(len(output) == len(given) for output in outputs)
    return [
        [
            Item(
                json=item.json, binary=item.binary, paired_item=index if aligned and len(output) == len(given) else None
            )
            for index, item in enumerate(output)
        ]
        for output in outputs
    ] or [[]]


async def _each(ctx: NodeContext) -> Outputs:
    outputs: list[list[Item]] = [[]]
    for index, item in enumerate(ctx.items):
        try:
            wait = ctx.param("options.waitForSubWorkflow", index, default=True)
            returned = await ctx.run_workflow(await _workflow(ctx, index), [_input(ctx, item, index)], wait=wait)
        except NodeError as failure:
            if not ctx.node.continues_on_error:
                failure.item_index = index
                raise
            outputs[0].append(error_item(failure, index))
            continue
        for place, output in enumerate(returned if wait else [[item]]):
            while len(outputs) <= place:
                outputs.append([])
            outputs[place].extend(Item(json=one.json, binary=one.binary, paired_item=index) for one in output)
    return outputs


def _linked(items: Sequence[Item]) -> list[Item]:
    return [Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(items)]


def _input(ctx: NodeContext, item: Item, index: int) -> Item:
    """Return what the sub-workflow gets for an item: the mapped inputs, if any are mapped, else the item."""
    mapper = ctx.param("workflowInputs", index)
    if not isinstance(mapper, dict) or mapper.get("mappingMode") != "defineBelow" or not mapper.get("value"):
        return Item(json=item.json, binary=item.binary)
    return Item(json=dict(mapper["value"]), binary=item.binary)


async def _workflow(ctx: NodeContext, index: int) -> Any:
    source = ctx.param("source", index, "database")
    if source == "database":
        chosen = ctx.param("workflowId", index)
        value = chosen.get("value") if isinstance(chosen, dict) else chosen
        if not value:
            raise NodeError(
                "No workflow was chosen", description="Set the node's Workflow parameter.", item_index=index
            )
        return str(value)
    if source == "parameter":
        return _parse(ctx.param("workflowJson", index), index)
    if source == "localFile":
        path = str(ctx.param("workflowPath", index))
        return _parse((await ctx.files.read(path)).decode("utf-8", "replace"), index)
    raise NodeError(
        "Sub-workflows from a URL are not run here",
        description="Fetch it with an HTTP Request node and pass it as 'Define Below', or import it.",
        item_index=index,
    )


def _parse(value: Any, index: int) -> dict[str, Any]:
    try:
        parsed = parse_loose_json(value) if isinstance(value, str) else value
    except ValueError as malformed:
        raise NodeError("The workflow is not valid JSON", item_index=index) from malformed
    if not isinstance(parsed, dict):
        raise NodeError("The workflow is not a JSON object", item_index=index)
    return parsed
