"""Form: a further page of a form, or its ending."""

from __future__ import annotations

from headrace.nodes.builtin.flow.waiting import limit_of, limit_parameters
from headrace.nodes.builtin.triggers.form_fields import FORM_FIELDS, FORM_FIELDS_JSON
from headrace.nodes.builtin.triggers.requests import only
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Options, String
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs, Suspend

_PAGE = {"operation": ["page"]}
_ENDING = {"operation": ["completion"]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.form",
    versions=(1, 2, 2.3, 2.4, 2.5),
    title="Form",
    summary="Shows the next page of a form and waits for the answers, or shows its ending.",
    group="flow",
    works="list",
    parameters=[
        Options("operation", {"page": "Next Form Page", "completion": "Form Ending"}, "Page Type", "page"),
        Options(
            "defineForm",
            {"fields": "Using Fields Below", "json": "Using JSON"},
            "Define Form",
            "fields",
            no_data_expression=True,
            show=_PAGE,
        ),
        *only([FORM_FIELDS_JSON], {**_PAGE, "defineForm": ["json"]}),
        *only([FORM_FIELDS], {**_PAGE, "defineForm": ["fields"]}),
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
            show=_ENDING,
        ),
        String("redirectUrl", "URL", required=True, show={**_ENDING, "respondWith": ["redirect"]}),
        String(
            "completionTitle",
            "Completion Title",
            required=True,
            show={**_ENDING, "respondWith": ["text", "returnBinary"]},
        ),
        String(
            "completionMessage", "Completion Message", rows=2, show={**_ENDING, "respondWith": ["text", "returnBinary"]}
        ),
        String("responseText", "Text", rows=2, show={**_ENDING, "respondWith": ["showText"]}),
        String(
            "inputDataFieldName", "Input Data Field Name", "data", show={**_ENDING, "respondWith": ["returnBinary"]}
        ),
        *limit_parameters(_PAGE),
        Collection(
            "options",
            [
                String("formTitle", "Form Title"),
                String("formDescription", "Form Description", rows=2),
                String("buttonLabel", "Button Label", "Submit"),
                String("customCss", "Custom Form Styling", rows=10),
            ],
            "Options",
            show=_PAGE,
        ),
        Collection(
            "options",
            [
                String("formTitle", "Completion Page Title"),
                Boolean("appendAttribution", "Append Attribution", True),
                String("customCss", "Custom Form Styling", rows=10),
            ],
            "Options",
            show={**_ENDING, "respondWith": ["text", "returnBinary"]},
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs | Suspend:
    passed = [Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(ctx.items)]
    if ctx.param("operation") == "completion":
        return [passed]
    return Suspend(until=limit_of(ctx), output=passed, resume="form")
