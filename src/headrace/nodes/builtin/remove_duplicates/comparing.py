"""Which fields items are compared by; the same parameters in every version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.lists.deduplicating import Comparison
from headrace.nodes.builtin.lists.fields import read_names
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, Options, Parameter, String

COMPARE = {"allFields": "All Fields", "allFieldsExcept": "All Fields Except", "selectedFields": "Selected Fields"}


def compare_parameters(show: Mapping[str, list[Any]]) -> list[Parameter]:
    return [
        Options(
            "compare",
            COMPARE,
            "Compare",
            "allFields",
            show=show,
            description="The fields in which two items must be the same to count as duplicates.",
        ),
        String(
            "fieldsToExclude",
            "Fields To Exclude",
            show={**show, "compare": ["allFieldsExcept"]},
            description="Names of fields, separated by commas.",
        ),
        String(
            "fieldsToCompare",
            "Fields To Compare",
            show={**show, "compare": ["selectedFields"]},
            description="Names of fields, separated by commas.",
        ),
    ]


def compare_options(show: Mapping[str, list[Any]]) -> Parameter:
    return Collection(
        "options",
        [
            Boolean("disableDotNotation", "Disable Dot Notation", description='Whether "a.b" is a plain name.'),
            Boolean(
                "removeOtherFields",
                "Remove Other Fields",
                description="Whether only the compared fields are kept.",
            ),
        ],
        "Options",
        show=show,
    )


def read_comparison(ctx: NodeContext, *, check_types: bool = True, skip_null: bool = False) -> Comparison:
    """Return what the parameters ask for; shared with Item Lists from version 3 on."""
    compare = ctx.param("compare", 0, "allFields")
    fields: list[str] = []
    if compare == "allFieldsExcept":
        fields = read_names(ctx.param("fieldsToExclude", 0, ""), "Fields To Exclude")
    elif compare == "selectedFields":
        fields = read_names(ctx.param("fieldsToCompare", 0, ""), "Fields To Compare")
    options: dict[str, Any] = ctx.param("options", 0, {}) or {}
    return Comparison(
        compare=compare,
        fields=fields,
        dots=not options.get("disableDotNotation"),
        remove_other_fields=bool(options.get("removeOtherFields")),
        check_types=check_types,
        skip_null=skip_null,
    )
