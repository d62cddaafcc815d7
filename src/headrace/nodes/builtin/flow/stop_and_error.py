"""Stop And Error: ends the run with an error of one's own."""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.description import Json, NodeDescription, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.js import to_text
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.stopAndError",
    versions=(1,),
    title="Stop And Error",
    summary="Stops the run with an error that you word yourself, as text or as an object.",
    group="flow",
    works="list",
    aliases=("throw", "exception", "fail"),
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


async def run(ctx: NodeContext) -> Outputs:
    # The node fails as a whole: with "continue on error", its input goes on, not an error item.
    if ctx.param("errorType") == "errorMessage":
        raise NodeError(to_text(ctx.param("errorMessage")))
    error = _object(ctx.param("errorObject"))
    text = next((error[key] for key in ("message", "description", "error") if error.get(key)), None)
    if text is None:
        text = f"Error: {to_json_text(error)}"
    raise NodeError(text if isinstance(text, str) else to_json_text(text), context={"errorObject": error})


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    try:
        parsed = msgspec.json.decode(str(value))
    except (msgspec.DecodeError, RecursionError) as malformed:
        raise NodeError("The error object is not valid JSON", description=str(malformed)) from malformed
    return parsed if isinstance(parsed, dict) else {"message": to_text(parsed)}
