"""Execute Workflow: calls another workflow, once for all items or once for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from headrace.sdk.context import HttpFailed, HttpRequest, NodeContext
from headrace.sdk.conversion import check, parse_loose_json
from headrace.sdk.dates import to_iso
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
from headrace.sdk.items import Item, Link, Paired
from headrace.sdk.outcome import Outputs
from headrace.sdk.running import error_item

_MAX_WORKFLOW_BYTES = 16 * 1024 * 1024
"""Of a workflow that is fetched."""

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
        String("workflowPath", "Workflow Path", required=True, show={"source": ["localFile"]}),
        Json("workflowJson", "Workflow JSON", "", required=True, show={"source": ["parameter"]}),
        String("workflowUrl", "Workflow URL", required=True, show={"source": ["url"]}),
        Options("mode", {"once": "Run once with all items", "each": "Run once for each item"}, "Mode", "once"),
        Collection("options", [Boolean("waitForSubWorkflow", "Wait For Sub-Workflow Completion", True)], "Options"),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    if not len(ctx.items):
        return [[]]
    if ctx.param("mode", 0, "once") == "each":
        return await _each(ctx)
    given = [_input(ctx, item, index) for index, item in enumerate(ctx.items)]
    everything = [Link(item=index) for index in range(len(given))]
    try:
        wait = ctx.param("options.waitForSubWorkflow", 0, default=True) is not False
        outputs = await ctx.run_workflow(await _workflow(ctx, 0), given, wait=wait)
    except NodeError as failure:
        if not ctx.node.continues_on_error:
            raise
        return [[Item(json={"error": failure.message}, paired_item=everything)]]
    if not wait:
        return [[_paired(item, index) for index, item in enumerate(given)]]
    return [
        # As many items back as went in are taken to be one for one; else each may come from any of them.
        [_paired(item, index if len(output) == len(given) else everything) for index, item in enumerate(output)]
        for output in outputs
    ] or [[]]


async def _each(ctx: NodeContext) -> Outputs:
    outputs: list[list[Item]] = [[]]
    for index, item in enumerate(ctx.items):
        try:
            given = _input(ctx, item, index)
            wait = ctx.param("options.waitForSubWorkflow", index, default=True) is not False
            returned = await ctx.run_workflow(await _workflow(ctx, index), [given], wait=wait)
        except NodeError as failure:
            if not ctx.node.continues_on_error:
                raise NodeError(
                    f"Error executing workflow with item at index {index}",
                    description=failure.message,
                    item_index=index,
                    context=failure.context,
                ) from failure
            # Before 1.3 the error of item n went to output n, and workflows may count on it.
            _add(outputs, 0 if ctx.node.version >= 1.3 else index, [error_item(failure, index)])
            continue
        for place, output in enumerate(returned if wait else [[given]]):
            _add(outputs, place, [_paired(one, index) for one in output])
    return outputs


def _add(outputs: list[list[Item]], place: int, items: Sequence[Item]) -> None:
    while len(outputs) <= place:
        outputs.append([])
    outputs[place].extend(items)


def _paired(item: Item, paired: Paired) -> Item:
    return Item(json=item.json, binary=item.binary, paired_item=paired)


def _input(ctx: NodeContext, item: Item, index: int) -> Item:
    """Return what the sub-workflow gets for an item: its fields and the mapped ones, less those taken out."""
    mapper = ctx.param("workflowInputs", index)
    if not isinstance(mapper, Mapping):
        return Item(json=item.json, binary=item.binary, paired_item=index)
    schema = [field for field in mapper.get("schema") or () if isinstance(field, Mapping)]
    json = {**item.json, **_checked(mapper, schema, index)}
    for field in schema:
        if field.get("removed"):
            json.pop(str(field.get("displayName", field.get("id"))), None)
    return Item(json=json, binary=item.binary, paired_item=index)


def _checked(mapper: Mapping[str, Any], schema: Sequence[Mapping[str, Any]], index: int) -> dict[str, Any]:
    """Return the mapped values, converted to the types that the sub-workflow declares."""
    fields = {field.get("id"): field for field in schema}
    values: dict[str, Any] = {}
    for name, value in (mapper.get("value") or {}).items():
        field = fields.get(name, {})
        type_ = str(field.get("type") or "any")
        if field.get("required") and type_ != "boolean" and value is None:
            raise _refused(name, f'The value "{name}" is required but not set', index)
        checked = check(
            name,
            value,
            type_,
            strict=not mapper.get("attemptToConvertTypes"),
            parse_strings=bool(mapper.get("convertFieldsToString")),
        )
        if not checked.valid:
            raise _refused(name, checked.message, index)
        values[name] = to_iso(checked.value) if isinstance(checked.value, datetime) else checked.value
    return values


def _refused(name: str, reason: str, index: int) -> NodeError:
    return NodeError(f"Invalid input for '{name}' [item {index}]", description=reason, item_index=index)


async def _workflow(ctx: NodeContext, index: int) -> Any:
    match ctx.param("source", index, "database"):
        case "parameter":
            return _parse(ctx.param("workflowJson", index), index)
        case "localFile":
            content = await ctx.files.read(str(ctx.param("workflowPath", index)))
            return _parse(content.decode("utf-8", "replace"), index)
        case "url":
            return await _fetched(ctx, str(ctx.param("workflowUrl", index)), index)
    chosen = ctx.param("workflowId", index)
    value = chosen.get("value") if isinstance(chosen, Mapping) else chosen
    if not value:
        raise NodeError("No workflow was chosen", description="Set the node's Workflow parameter.", item_index=index)
    return str(value)


async def _fetched(ctx: NodeContext, url: str, index: int) -> dict[str, Any]:
    try:
        response = await ctx.http.request(HttpRequest(method="GET", url=url, max_bytes=_MAX_WORKFLOW_BYTES))
    except HttpFailed as failure:
        raise NodeError(f"The workflow could not be fetched: {failure}", item_index=index) from failure
    if response.status >= 400:
        raise NodeError(f"The workflow could not be fetched: status {response.status}", item_index=index)
    return _parse(response.body.decode("utf-8", "replace"), index)


def _parse(value: Any, index: int) -> dict[str, Any]:
    try:
        parsed = parse_loose_json(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as malformed:
        raise NodeError("The workflow is not valid JSON", item_index=index) from malformed
    if not isinstance(parsed, dict):
        raise NodeError("The workflow is not a JSON object", item_index=index)
    return parsed
