"""Data Table: reads and writes rows of the server's own tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    Display,
    Effects,
    FixedCollection,
    Group,
    Mode,
    NodeDescription,
    Number,
    Options,
    Parameter,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs
from headrace.sdk.running import error_item
from headrace.sdk.tables import Condition, Order, Row, TableRef, Test, Where

_OPERATIONS = {
    "insert": "Insert",
    "get": "Get",
    "update": "Update",
    "upsert": "Upsert",
    "deleteRows": "Delete",
    "rowExists": "If Row Exists",
    "rowNotExists": "If Row Does Not Exist",
}
_TESTS = {
    "eq": "Equals",
    "neq": "Not Equals",
    "gt": "Greater Than",
    "gte": "Greater Than or Equal",
    "lt": "Less Than",
    "lte": "Less Than or Equal",
    "like": "Like",
    "ilike": "Like, Any Case",
    "isEmpty": "Is Empty",
    "isNotEmpty": "Is Not Empty",
    "isTrue": "Is True",
    "isFalse": "Is False",
}
_FIXED: Mapping[str, tuple[Test, Any]] = {
    "isEmpty": ("eq", None),
    "isNotEmpty": ("neq", None),
    "isTrue": ("eq", True),
    "isFalse": ("eq", False),
}
_WRITING = ("insert", "update", "upsert", "deleteRows")
_FILTERED = ["get", "update", "upsert", "deleteRows", "rowExists", "rowNotExists"]
_MAPPED = ["insert", "update", "upsert"]
_OWN = ("id", "createdAt", "updatedAt")

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.dataTable",
    versions=(1, 1.1),
    title="Data Table",
    summary="Inserts, finds, updates and deletes rows of a data table, which the server keeps for its workflows.",
    group="input",
    works="list",
    per_item_parameters=True,
    effects=Effects.WRITES,
    aliases=("database", "table", "rows", "store", "memory"),
    parameters=[
        Options("resource", {"row": "Row"}, "Resource", "row"),
        Options("operation", _OPERATIONS, "Operation", "insert"),
        Parameter(
            name="dataTableId",
            display_name="Data Table",
            type="resourceLocator",
            default={"mode": "list", "value": ""},
            required=True,
            modes=[
                Mode(name="list", display_name="From List", type="list"),
                Mode(name="name", display_name="By Name"),
                Mode(name="id", display_name="By ID"),
            ],
        ),
        Options(
            "matchType",
            {"anyCondition": "Any Condition", "allConditions": "All Conditions"},
            "Must Match",
            "anyCondition",
            show={"operation": _FILTERED},
        ),
        FixedCollection(
            "filters",
            [
                Group(
                    name="conditions",
                    display_name="Conditions",
                    values=[
                        String("keyName", "Column"),
                        Options("condition", _TESTS, "Condition", "eq"),
                        String("keyValue", "Value", hide={"condition": list(_FIXED)}),
                    ],
                )
            ],
            "Conditions",
            multiple=True,
            show={"operation": _FILTERED},
        ),
        Parameter(
            name="columns",
            display_name="Columns",
            type="resourceMapper",
            default={"mappingMode": "defineBelow", "value": None},
            display_options=Display(show={"operation": _MAPPED}),
        ),
        Boolean("returnAll", "Return All", show={"operation": ["get"]}),
        Number("limit", "Limit", 50, minimum=1, show={"operation": ["get"], "returnAll": [False]}),
        Boolean("orderBy", "Order By", show={"operation": ["get"]}),
        String("orderByColumn", "Order By Column", "createdAt", show={"operation": ["get"], "orderBy": [True]}),
        Options(
            "orderByDirection",
            {"ASC": "Ascending", "DESC": "Descending"},
            "Order By Direction",
            "DESC",
            show={"operation": ["get"], "orderBy": [True]},
        ),
        Collection("options", [Boolean("optimizeBulk", "Optimize Bulk"), Boolean("dryRun", "Dry Run")], "Options"),
    ],
)


def effects(parameters: Mapping[str, Any]) -> Effects:
    return Effects.WRITES if parameters.get("operation") in _WRITING else Effects.READS


async def run(ctx: NodeContext) -> Outputs:
    if ctx.param("operation", 0, "insert") == "insert":
        return [await _insert_all(ctx)]
    found: list[Item] = []
    for index, item in enumerate(ctx.items):
        try:
            made = await _one(ctx, item, index)
        except NodeError as failure:
            if failure.item_index is None:
                failure.item_index = index
            if not ctx.node.continues_on_error:
                raise
            made = [error_item(failure, index)]
        found += made
    return [found]


async def _insert_all(ctx: NodeContext) -> list[Item]:
    """Insert a row for each item: all at once where they are for one table, which is much faster."""
    tables = {_table(ctx, index) for index in range(len(ctx.items))}
    if len(tables) == 1 and not ctx.node.continues_on_error:
        rows = await ctx.tables.insert(
            tables.pop(), [_values(ctx, item, index) for index, item in enumerate(ctx.items)]
        )
        return [_item(row, index) for index, row in enumerate(rows)]
    made: list[Item] = []
    for index, item in enumerate(ctx.items):
        try:
            rows = await ctx.tables.insert(_table(ctx, index), [_values(ctx, item, index)])
        except NodeError as failure:
            failure.item_index = index
            if not ctx.node.continues_on_error:
                raise
            made.append(error_item(failure, index))
            continue
        made += [_item(row, index) for row in rows]
    return made


async def _one(ctx: NodeContext, item: Item, index: int) -> list[Item]:
    table, where = _table(ctx, index), _where(ctx, index)
    dry_run = ctx.param("options.dryRun", index, default=False) is True
    match ctx.param("operation", index):
        case "get":
            limit = None if ctx.param("returnAll", index) else _limit(ctx.param("limit", index, 50))
            rows = await ctx.tables.find(table, where, order=_order(ctx, index), limit=limit)
        case "update":
            rows = await ctx.tables.update(table, where, _values(ctx, item, index), dry_run=dry_run)
        case "upsert":
            rows = await ctx.tables.upsert(table, where, _values(ctx, item, index), dry_run=dry_run)
        case "deleteRows":
            rows = await ctx.tables.delete(table, where, dry_run=dry_run)
        case "rowExists" | "rowNotExists" as wanted:
            there = bool(await ctx.tables.find(table, where, limit=1))
            passed = Item(json=item.json, binary=item.binary, paired_item=index)
            return [passed] if there == (wanted == "rowExists") else []
        case other:
            raise NodeError(f'The operation "{other}" is not supported')
    return [_item(row, index) for row in rows]


def _item(row: Row, index: int) -> Item:
    return Item(json=dict(row), paired_item=index)


def _table(ctx: NodeContext, index: int) -> TableRef:
    chosen = ctx.param("dataTableId", index)
    mode, value = "id", chosen
    if isinstance(chosen, Mapping):
        mode, value = str(chosen.get("mode")), chosen.get("value")
    if not isinstance(value, str) or not value:
        raise NodeError("No data table is chosen", item_index=index)
    return TableRef(value, by_name=mode == "name")


def _where(ctx: NodeContext, index: int) -> Where:
    filters = ctx.param("filters", index)
    drawn = filters.get("conditions") if isinstance(filters, Mapping) else None
    conditions = tuple(_condition(one) for one in drawn or () if isinstance(one, Mapping))
    return Where(conditions, every=ctx.param("matchType", index) == "allConditions")


def _condition(drawn: Mapping[str, Any]) -> Condition:
    name, column = str(drawn.get("condition", "eq")), str(drawn.get("keyName", ""))
    if name in _FIXED:
        return Condition(column, *_FIXED[name])
    if name not in _TESTS:
        raise NodeError(f'There is no condition "{name}"')
    return Condition(column, cast("Test", name), drawn.get("keyValue"))


def _order(ctx: NodeContext, index: int) -> Order | None:
    if not ctx.param("orderBy", index):
        return None
    return Order(str(ctx.param("orderByColumn", index)), descending=ctx.param("orderByDirection", index) == "DESC")


def _limit(value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise NodeError("The limit is no number") from wrong
    if number < 1:
        raise NodeError("The limit is 1 at least")
    return number


def _values(ctx: NodeContext, item: Item, index: int) -> dict[str, Any]:
    """Return what a row is to hold: the fields that are mapped, or all of the item."""
    mapper = ctx.param("columns", index)
    if not isinstance(mapper, Mapping):
        raise NodeError("The columns are not mapped", item_index=index)
    if mapper.get("mappingMode") == "autoMapInputData":
        return {name: value for name, value in item.json.items() if name not in _OWN}
    value = mapper.get("value")
    removed = _removed(mapper.get("schema"))
    fields = value.items() if isinstance(value, Mapping) else ()
    return {name: part for name, part in fields if name not in removed}


def _removed(schema: Any) -> Sequence[str]:
    fields = schema if isinstance(schema, list) else []
    return [str(field.get("id")) for field in fields if isinstance(field, Mapping) and field.get("removed")]
