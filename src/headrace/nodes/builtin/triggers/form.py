"""Form Trigger: a submitted form starts the workflow. The Webhook service shows the form; here the answers are handed on."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    FixedCollection,
    Group,
    NodeDescription,
    Number,
    Options,
    String,
)
from headrace.sdk.items import Item

FIELD_TYPES = {
    "text": "Text",
    "textarea": "Textarea",
    "number": "Number",
    "email": "Email",
    "password": "Password",
    "date": "Date",
    "dropdown": "Dropdown List",
    "checkbox": "Checkboxes",
    "radio": "Radio Buttons",
    "file": "File",
    "hiddenField": "Hidden Field",
    "html": "Custom HTML",
}

FORM_FIELDS = FixedCollection(
    "formFields",
    [
        Group(
            name="values",
            display_name="Values",
            values=[
                String("fieldName", "Field Name"),
                String("fieldLabel", "Label"),
                Options("fieldType", FIELD_TYPES, "Element Type", "text"),
                String("elementName", "Element Name", show={"fieldType": ["html"]}),
                String("html", "HTML", show={"fieldType": ["html"]}),
                String("placeholder", "Placeholder", hide={"fieldType": ["dropdown", "date", "file", "html"]}),
                String("fieldValue", "Field Value", show={"fieldType": ["hiddenField"]}),
                FixedCollection(
                    "fieldOptions",
                    [Group(name="values", display_name="Values", values=[String("option")])],
                    "Field Options",
                    multiple=True,
                    default={"values": [{"option": ""}]},
                    show={"fieldType": ["dropdown", "checkbox", "radio"]},
                ),
                Boolean("multiselect", "Multiple Choice", show={"fieldType": ["dropdown"]}),
                Boolean("multipleFiles", "Multiple Files", True, show={"fieldType": ["file"]}),
                String("acceptFileTypes", "Accepted File Types", show={"fieldType": ["file"]}),
                String("formatDate", "Format Date As", show={"fieldType": ["date"]}),
                Boolean("requiredField", "Required Field"),
            ],
        )
    ],
    "Form Elements",
    multiple=True,
)

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.formTrigger",
    versions=(1, 2, 2.1, 2.2, 2.3, 2.4, 2.5),
    title="Form Trigger",
    summary="Starts the workflow when its form is submitted; the answers are the item.",
    group="trigger",
    trigger="form",
    inputs=(),
    parameters=[
        Options(
            "authentication",
            {"basicAuth": "Basic Auth", "none": "None"},
            "Authentication",
            "none",
            show={"@version": [{"_cnd": {"gte": 2}}]},
        ),
        String("path", "Form Path"),
        String("formTitle", "Form Title"),
        String("formDescription", "Form Description", rows=2),
        FORM_FIELDS,
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
        Collection(
            "options",
            [
                Boolean("appendAttribution", "Append Attribution", True),
                String("buttonLabel", "Button Label", "Submit"),
                String("path", "Form Path"),
                FixedCollection(
                    "respondWithOptions",
                    [
                        Group(
                            name="values",
                            display_name="Values",
                            values=[
                                Options(
                                    "respondWith",
                                    {"text": "Form Submitted Text", "redirect": "Redirect URL"},
                                    default="text",
                                ),
                                String("formSubmittedText", "Text to Show"),
                                String("redirectUrl", "URL to Redirect to"),
                            ],
                        )
                    ],
                    "Form Response",
                ),
                Boolean("ignoreBots", "Ignore Bots"),
                Boolean("useWorkflowTimezone", "Use Workflow Timezone"),
                String("customCss", "Custom Form Styling", rows=10),
                Number("limitWaitTime", "Limit Wait Time", 0),
            ],
            "Options",
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
