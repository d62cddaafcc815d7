"""Form Trigger: a submitted form starts the workflow. The Webhook service shows it; here the answers are handed on."""

from __future__ import annotations

from headrace.nodes.builtin.triggers.form_fields import form_page
from headrace.nodes.builtin.triggers.requests import request_credentials
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Options, String
from headrace.sdk.items import Item

_PATH_IN_OPTIONS = [{"_cnd": {"gte": 2.2}}]

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.formTrigger",
    versions=(1, 2, 2.1, 2.2, 2.3, 2.4, 2.5),
    title="Form Trigger",
    summary="Starts the workflow when its form is submitted; the answers are the item.",
    group="trigger",
    trigger="form",
    inputs=(),
    aliases=("survey", "questions", "page"),
    credentials=request_credentials()[:1],
    parameters=[
        Options(
            "authentication",
            {"basicAuth": "Basic Auth", "none": "None"},
            "Authentication",
            "none",
            hide={"@version": [1]},
        ),
        String("path", "Form Path", required=True, hide={"@version": _PATH_IN_OPTIONS}),
        *form_page(),
        Options(
            "responseMode",
            {
                "onReceived": "Form Is Submitted",
                "lastNode": "Workflow Finishes",
                "responseNode": "Using 'Respond to Webhook' Node",
            },
            "Respond When",
            "onReceived",
        ),
        *form_page(options=True, more=[String("path", "Form Path", show={"@version": _PATH_IN_OPTIONS})]),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
