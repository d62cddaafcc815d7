"""Form: a further page of a form, or its ending."""

from __future__ import annotations

from headrace.nodes.builtin.triggers.form import FORM_FIELDS
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Collection, NodeDescription, Options, String
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs, Suspend

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.form",
    versions=(1, 2, 2.3, 2.4, 2.5),
    title="Form",
    summary="Shows the next page of a form and waits for the answers, or shows its ending.",
    group="flow",
    works="list",
    parameters=[
        Options("operation", {"page": "Next Form Page", "completion": "Form Ending"}, "Page Type", "page"),
        FORM_FIELDS,
        Options(
            "respondWith",
            {
                "text": "Show Completion Screen",
                "redirect": "Redirect to URL",
                "showText": "Show Text",
                "returnBinary": "Return Binary File",
            },
            "On Form Submission",
            "text",
            show={"operation": ["completion"]},
        ),
        String("redirectUrl", "URL", show={"respondWith": ["redirect"]}),
        String("completionTitle", "Completion Title", show={"operation": ["completion"]}),
        String("completionMessage", "Completion Message", show={"operation": ["completion"]}),
        String("responseText", "Text", show={"respondWith": ["showText"]}),
        Collection(
            "options",
            [
                String("formTitle", "Form Title"),
                String("formDescription", "Form Description"),
                String("buttonLabel", "Button Label", "Submit"),
            ],
            "Options",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs | Suspend:
    passed = [Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(ctx.items)]
    if ctx.param("operation") == "completion":
        return [passed]
    return Suspend(until=None, output=passed, resume="form")
