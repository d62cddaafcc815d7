"""Set 3 (Edit Fields): sets typed fields, or writes the whole item as JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from headrace.nodes.builtin.set_.assignments import assigned
from headrace.nodes.builtin.set_.fields import kept_fields, put
from headrace.nodes.builtin.set_.json_text import filled_in, read_object
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Assignments,
    Boolean,
    Collection,
    FixedCollection,
    Group,
    Json,
    NodeDescription,
    Notice,
    Number,
    Options,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, JsonObject
from headrace.sdk.js import to_number
from headrace.sdk.outcome import ItemResult

_FIRST = [3, 3.1, 3.2]
"""The versions with typed `fields` in place of `assignments`."""

_INCLUDE = {"all": "All Input Fields", "selected": "Selected Input Fields", "except": "All Input Fields Except"}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.set",
    versions=(3, 3.1, 3.2, 3.3, 3.4),
    title="Edit Fields (Set)",
    summary="Sets, adds and removes fields of items: one by one, or as a JSON object with expressions in it.",
    group="transform",
    aliases=("edit", "assign", "rename", "map", "json"),
    parameters=[
        Options(
            "mode",
            {"manual": "Field by Field", "raw": "As JSON"},
            "Mode",
            "manual",
            no_data_expression=True,
        ),
        Boolean("duplicateItem", "Duplicate Item"),
        Number(
            "duplicateCount",
            "Copies",
            0,
            minimum=0,
            show={"duplicateItem": [True]},
            description="How many copies of each item to add, for trying a workflow out.",
        ),
        Notice("duplicateWarning", "Items are only duplicated in manual runs.", show={"duplicateItem": [True]}),
        Json(
            "jsonOutput",
            "JSON",
            '{\n  "my_field_1": "value",\n  "my_field_2": 1\n}',
            show={"mode": ["raw"]},
            type_options={"rows": 5},
            validate_type="object",
            ignore_validation_during_execution=True,
        ),
        FixedCollection(
            "fields",
            [
                Group(
                    name="values",
                    display_name="Values",
                    values=[
                        String("name", "Name"),
                        Options(
                            "type",
                            {
                                "stringValue": "String",
                                "numberValue": "Number",
                                "booleanValue": "Boolean",
                                "arrayValue": "Array",
                                "objectValue": "Object",
                            },
                            "Type",
                            "stringValue",
                        ),
                        String("stringValue", "Value", show={"type": ["stringValue"]}),
                        String("numberValue", "Value", show={"type": ["numberValue"]}),
                        Options(
                            "booleanValue",
                            {"true": "True", "false": "False"},
                            "Value",
                            "true",
                            show={"type": ["booleanValue"]},
                        ),
                        String("arrayValue", "Value", show={"type": ["arrayValue"]}),
                        Json("objectValue", "Value", "={}", show={"type": ["objectValue"]}),
                    ],
                )
            ],
            "Fields to Set",
            multiple=True,
            show={"mode": ["manual"], "@version": _FIRST},
            type_options={"sortable": True},
        ),
        Assignments("assignments", "Fields to Set", show={"mode": ["manual"]}, hide={"@version": _FIRST}),
        Options(
            "include",
            {**_INCLUDE, "none": "No Input Fields"},
            "Include in Output",
            "all",
            show={"@version": _FIRST},
        ),
        Boolean("includeOtherFields", "Include Other Input Fields", hide={"@version": _FIRST}),
        Options(
            "include",
            _INCLUDE,
            "Input Fields to Include",
            "all",
            show={"includeOtherFields": [True]},
            hide={"@version": _FIRST},
        ),
        String("includeFields", "Fields to Include", show={"include": ["selected"], "@version": _FIRST}),
        String("excludeFields", "Fields to Exclude", show={"include": ["except"], "@version": _FIRST}),
        String(
            "includeFields",
            "Fields to Include",
            show={"include": ["selected"], "/includeOtherFields": [True]},
            hide={"@version": _FIRST},
        ),
        String(
            "excludeFields",
            "Fields to Exclude",
            show={"include": ["except"], "/includeOtherFields": [True]},
            hide={"@version": _FIRST},
        ),
        Collection(
            "options",
            [
                Boolean("includeBinary", "Include Binary File", True, hide={"@version": [{"_cnd": {"gte": 3.4}}]}),
                Boolean(
                    "stripBinary",
                    "Strip Binary Data",
                    True,
                    show={"@version": [{"_cnd": {"gte": 3.4}}], "/includeOtherFields": [True]},
                ),
                Boolean("ignoreConversionErrors", "Ignore Type Conversion Errors", show={"/mode": ["manual"]}),
                Boolean(
                    "dotNotation", "Support Dot Notation", True, description='Whether "a.b" means the field b of a.'
                ),
            ],
            "Options",
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult | Awaitable[ItemResult]:
    if ctx.node.version < 3.3 or ctx.param("mode", index, "manual") == "raw":
        return _with_expressions(ctx, item, index)
    options: Mapping[str, Any] = ctx.param("options", index, {}) or {}
    new, files = _assignments(ctx, item, index, lenient=bool(options.get("ignoreConversionErrors")))
    return _made(ctx, item, index, options, new, files)


async def _with_expressions(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    """Do it for fields that are JSON with expressions in it, which are evaluated one by one."""
    options: Mapping[str, Any] = ctx.param("options", index, {}) or {}
    if ctx.param("mode", index, "manual") == "raw":
        new = await _json_output(ctx, index)
    else:
        new = await _fields(ctx, index, lenient=bool(options.get("ignoreConversionErrors")))
    return _made(ctx, item, index, options, new, {})


def _made(
    ctx: NodeContext,
    item: Item,
    index: int,
    options: Mapping[str, Any],
    new: Mapping[str, Any],
    files: Mapping[str, Binary],
) -> ItemResult:
    """Return the item with its new fields, and its copies if there are any."""
    version = ctx.node.version
    if version >= 3.3 and not ctx.param("includeOtherFields", index, False):
        include = "none"
    else:
        include = ctx.param("include", index, "all")
    dots = options.get("dotNotation") is not False
    listed = None
    if include in ("selected", "except"):
        listed = ctx.param("includeFields" if include == "selected" else "excludeFields", index, "")
    json = kept_fields(item.json, include, listed, dots=dots)
    for name, value in new.items():
        put(json, name, value, dots=dots)
    binary = _kept_binary(item, options, include, version)
    if files:
        binary = {**(binary or {}), **files}
    copies = _copies(ctx)
    # Copies share what they hold: no node changes an item that it did not make.
    made = [Item(json=json, binary=binary, paired_item=index) for _ in range(copies + 1)]
    return made if copies else made[0]


def _kept_binary(item: Item, options: Mapping[str, Any], include: str, version: float) -> dict[str, Binary] | None:
    if version >= 3.4:
        return None if options.get("stripBinary") or include == "none" else item.binary
    return item.binary if options.get("includeBinary") else None


_MAX_COPIES = 100_000


def _copies(ctx: NodeContext) -> int:
    """How many more times each item is emitted; only in manual runs."""
    if not ctx.raw_param("duplicateItem", False) or not ctx.execution.is_manual:
        return 0
    count = to_number(ctx.param("duplicateCount", 0, 0))
    if count > _MAX_COPIES:
        raise NodeError(f"An item cannot be duplicated more than {_MAX_COPIES} times")
    return int(count) if count > 0 else 0


async def _json_output(ctx: NodeContext, index: int) -> JsonObject:
    raw = ctx.raw_param("jsonOutput", "")
    if isinstance(raw, str) and raw.startswith("="):
        return read_object(await filled_in(ctx, raw.lstrip("="), index), index)
    return read_object(ctx.param("jsonOutput", index), index)


async def _fields(ctx: NodeContext, index: int, *, lenient: bool) -> JsonObject:
    new: JsonObject = {}
    raw = ctx.raw_param("fields.values", ())
    for place, entry in enumerate(ctx.param("fields.values", index, ())):
        name, kind = entry["name"], entry["type"]
        value = entry.get(kind)
        if kind == "objectValue" and value is not None:
            drawn = raw[place].get(kind) if isinstance(raw, list) and place < len(raw) else None
            if isinstance(drawn, str) and drawn.startswith("="):
                value = read_object(await filled_in(ctx, drawn.lstrip("="), index), index, entry=name)
        new[name] = assigned(
            name, kind.removesuffix("Value"), value, index=index, version=ctx.node.version, lenient=lenient
        )
    return new


def _assignments(ctx: NodeContext, item: Item, index: int, *, lenient: bool) -> tuple[JsonObject, dict[str, Binary]]:
    """Return the values to set, by field name, and the binaries to add."""
    collected = ctx.param("assignments", index, None) or {}
    version = ctx.node.version
    new: JsonObject = {}
    files: dict[str, Binary] = {}
    for entry in collected.get("assignments") or ():
        name, type_, value = entry.get("name", ""), entry.get("type", "string"), entry.get("value")
        if type_ == "binary":
            files[name] = _binary_of(item, name, value, index)
        else:
            new[name] = assigned(name, type_, value, index=index, version=version, lenient=lenient)
    return new, files


def _binary_of(item: Item, name: str, value: Any, index: int) -> Binary:
    field = value if isinstance(value, str) else None
    found = (item.binary or {}).get(field) if field is not None else None
    if found is None:
        raise NodeError(f"Could not find binary data specified in field {name}", item_index=index)
    return found
