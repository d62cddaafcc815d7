"""Code: the person's own JavaScript or Python, for all items at once or for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from headrace.nodes.builtin.code_.results import JAVASCRIPT, PYTHON, code_error, effects_of, item_of, items_of
from headrace.sdk.context import CodeFailure, CodeRequest, NodeContext
from headrace.sdk.description import Effects, NodeDescription, Notice, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs
from headrace.sdk.running import error_item

_MODES = {"runOnceForAllItems": "Run Once for All Items", "runOnceForEachItem": "Run Once for Each Item"}
_LANGUAGES = {"javaScript": "JavaScript", "python": "Python", "pythonNative": "Python (Native)"}
_PYTHON = ["python", "pythonNative"]

_ALL = """// Loop over the items and add a field to each
for (const item of $input.all()) {
  item.json.seen = true;
}

return $input.all();"""
_EACH = """// Add a field to the item
$input.item.json.seen = true;

return $input.item;"""
_PYTHON_ALL = "# Add a field to every item\nfor item in _items:\n    item['json']['seen'] = True\nreturn _items"
_PYTHON_EACH = "# Add a field to the item\n_item['json']['seen'] = True\nreturn _item"

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.code",
    versions=(1, 2),
    title="Code",
    summary="Runs your own JavaScript or Python in a sandbox, once for all items or once for each.",
    group="code",
    works="list",
    remembers=True,
    aliases=("javascript", "python", "script", "function", "custom"),
    parameters=[
        Options("mode", _MODES, "Mode", "runOnceForAllItems", no_data_expression=True),
        Options("language", _LANGUAGES, "Language", "javaScript", no_data_expression=True),
        *(
            String(
                name,
                label,
                text,
                no_data_expression=True,
                rows=10,
                show={"mode": [mode], "language": languages},
                type_options={"editor": "codeNodeEditor"},
            )
            for name, label, languages, mode, text in (
                ("jsCode", "JavaScript", ["javaScript"], "runOnceForAllItems", _ALL),
                ("jsCode", "JavaScript", ["javaScript"], "runOnceForEachItem", _EACH),
                ("pythonCode", "Python", _PYTHON, "runOnceForAllItems", _PYTHON_ALL),
                ("pythonCode", "Python", _PYTHON, "runOnceForEachItem", _PYTHON_EACH),
            )
        ),
        Notice(
            "notice", "Use console.log() to print; the lines are kept with the run.", show={"language": ["javaScript"]}
        ),
    ],
)


def effects(parameters: Mapping[str, Any]) -> Effects:
    return effects_of(f"{parameters.get('jsCode', '')}{parameters.get('pythonCode', '')}")


async def run(ctx: NodeContext) -> Outputs:
    python = ctx.raw_param("language") in _PYTHON
    source = str(ctx.raw_param("pythonCode" if python else "jsCode") or "")
    language: Literal["javascript", "python"] = "python" if python else "javascript"
    wording = PYTHON if python else JAVASCRIPT
    if ctx.raw_param("mode") == "runOnceForEachItem":
        result = await ctx.run_code(CodeRequest(source=source, style="each", language=language))
        made: list[Item] = []
        for index, value in enumerate(result.values):
            try:
                if isinstance(value, CodeFailure):
                    raise code_error(value, index)
                item = await item_of(ctx, value, index, wording)
            except NodeError as failure:
                if not ctx.node.continues_on_error:
                    raise
                item = error_item(failure, index)
            if item is not None:
                made.append(item)
        return [made]
    result = await ctx.run_code(CodeRequest(source=source, style="all", language=language))
    try:
        (value,) = result.values
        if isinstance(value, CodeFailure):
            raise code_error(value)
        return [await items_of(ctx, value, wording)]
    except NodeError as failure:
        if not ctx.node.continues_on_error:
            raise
        return [[Item(json={"error": failure.message})]]
