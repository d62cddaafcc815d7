"""Stop And Error: ends the run with an error of one's own."""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.sdk.context import NodeContext
from headrace.sdk.description import Json, NodeDescription, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.stopAndError",
    versions=(1,),
    title="Stop And Error",
    summary="Stops the run with an error that you word yourself, as text or as an object.",
    group="flow",
    aliases=("throw", "exception"),
    outputs=(),
    parameters=[
        Options(
            "errorType",
            {"errorMessage": "Error Message", "errorObject": "Error Object"},
            "Error Type",
            "errorMessage",
        ),
        String("errorMessage", "Error Message", required=True, show={"errorType": ["errorMessage"]}),
        Json("errorObject", "Error Object", required=True, show={"errorType": ["errorObject"]}),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    if ctx.param("errorType", index) == "errorMessage":
        raise NodeError(str(ctx.param("errorMessage", index)))
    error = _object(ctx.param("errorObject", index))
    text = next((error[key] for key in ("message", "description", "error") if error.get(key)), None)
    raise NodeError(
        str(text)
        if isinstance(text, str)
        else f"Error: {msgspec.json.encode(text if text is not None else error).decode()}",
        context={"errorObject": error},
    )


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    try:
        parsed = msgspec.json.decode(str(value))
    except msgspec.DecodeError as malformed:
        raise NodeError("The error object is not valid JSON") from malformed
    return parsed if isinstance(parsed, dict) else {"message": str(parsed)}
