"""Parameters of nodes that show a form: its text, its fields, and what follows when it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.sdk.description import (
    Boolean,
    Collection,
    FixedCollection,
    Group,
    Json,
    Number,
    Options,
    Parameter,
    String,
)

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

_UNLABELLED = ["hiddenField", "html"]
_CHOSEN = ["dropdown", "checkbox", "radio"]

FORM_FIELDS = FixedCollection(
    "formFields",
    [
        Group(
            name="values",
            display_name="Values",
            values=[
                String("fieldLabel", "Label", required=True, hide={"fieldType": _UNLABELLED}),
                String("fieldName", "Field Name"),
                Options("fieldType", FIELD_TYPES, "Element Type", "text"),
                String("elementName", "Element Name", show={"fieldType": ["html"]}),
                String("html", "HTML", rows=3, show={"fieldType": ["html"]}),
                String(
                    "placeholder",
                    "Placeholder",
                    hide={"fieldType": [*_CHOSEN, "date", "file", *_UNLABELLED]},
                ),
                String(
                    "defaultValue",
                    "Default Value",
                    hide={"fieldType": ["file", "password", *_UNLABELLED]},
                ),
                String("fieldValue", "Field Value", show={"fieldType": ["hiddenField"]}),
                FixedCollection(
                    "fieldOptions",
                    [Group(name="values", display_name="Values", values=[String("option")])],
                    "Field Options",
                    multiple=True,
                    default={"values": [{"option": ""}]},
                    required=True,
                    show={"fieldType": _CHOSEN},
                ),
                Boolean("multiselect", "Multiple Choice", show={"fieldType": ["dropdown"]}),
                Options(
                    "limitSelection",
                    {"exact": "Exact Number", "range": "Range", "unlimited": "Unlimited"},
                    "Limit Selection",
                    "unlimited",
                    show={"fieldType": ["checkbox"]},
                ),
                Number("numberOfSelections", "Number of Selections", 1, show={"limitSelection": ["exact"]}),
                Number("minSelections", "Minimum Selections", 0, show={"limitSelection": ["range"]}),
                Number("maxSelections", "Maximum Selections", 1, show={"limitSelection": ["range"]}),
                Boolean("multipleFiles", "Multiple Files", True, show={"fieldType": ["file"]}),
                String("acceptFileTypes", "Accepted File Types", show={"fieldType": ["file"]}),
                Boolean("requiredField", "Required Field", hide={"fieldType": _UNLABELLED}),
            ],
        )
    ],
    "Form Elements",
    multiple=True,
)

FORM_FIELDS_JSON = Json(
    "jsonOutput",
    "Form Fields",
    '[\n  {\n    "fieldLabel": "Name",\n    "requiredField": true\n  }\n]',
    type_options={"rows": 5},
)


def form_page(*, options: bool = False, more: Sequence[Parameter] = ()) -> list[Parameter]:
    """Return what a form shows, or (with *options*) its less common settings."""
    if options:
        return [_options(more)]
    return [
        String("formTitle", "Form Title", required=True),
        String("formDescription", "Form Description", rows=2),
        FORM_FIELDS,
    ]


def _options(more: Sequence[Parameter]) -> Parameter:
    answer = Group(
        name="values",
        display_name="Values",
        values=[
            Options("respondWith", {"text": "Form Submitted Text", "redirect": "Redirect URL"}, default="text"),
            String("formSubmittedText", "Text to Show", show={"respondWith": ["text"]}),
            String("redirectUrl", "URL to Redirect to", show={"respondWith": ["redirect"]}),
        ],
    )
    return Collection(
        "options",
        [
            *more,
            Boolean("appendAttribution", "Append Attribution", True),
            String("buttonLabel", "Button Label", "Submit"),
            FixedCollection(
                "respondWithOptions",
                [answer],
                "Form Response",
                default={"values": {"respondWith": "text"}},
                hide={"/responseMode": ["responseNode"]},
            ),
            Boolean("ignoreBots", "Ignore Bots"),
            Boolean("useWorkflowTimezone", "Use Workflow Timezone"),
            String("customCss", "Custom Form Styling", rows=10),
        ],
        "Options",
    )
