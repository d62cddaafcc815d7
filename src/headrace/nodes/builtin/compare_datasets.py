"""Compare Datasets: which items of two inputs are the same, differ, or are in one of them only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from headrace.nodes.builtin.merge.combining import linked
from headrace.nodes.builtin.merge.joining import dots_parameter, fuzzy_parameter, multiple_parameter
from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.description import (
    Collection,
    FixedCollection,
    Group,
    NodeDescription,
    Notice,
    Options,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import NO_ITEMS, Item, JsonObject
from headrace.sdk.js import deep_equal, truthy
from headrace.sdk.matching import FieldPair, Matcher, fuzzily_equal, read_pairs, require_fields
from headrace.sdk.outcome import Outputs
from headrace.sdk.paths import get_path, set_path, unset_path

_RESOLVE = {
    "preferInput1": "Use Input A Version",
    "preferInput2": "Use Input B Version",
    "mix": "Use a Mix of Versions",
    "includeBoth": "Include Both Versions",
}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.compareDatasets",
    versions=(1, 2, 2.1, 2.2, 2.3),
    title="Compare Datasets",
    summary="Compares the items of two inputs: those in one only, those that are the same, and those that differ.",
    group="flow",
    aliases=("diff", "changes", "sync"),
    works="list",
    inputs=("main", "main"),
    outputs=("main",) * 4,
    output_names=("In A only", "Same", "Different", "In B only"),
    required_inputs=1,
    parameters=[
        Notice("infoBox", "Items whose fields below match are compared in all their other fields."),
        FixedCollection(
            "mergeByFields",
            [
                Group(
                    name="values",
                    display_name="Values",
                    values=[String("field1", "Input A Field"), String("field2", "Input B Field")],
                )
            ],
            "Fields to Match",
            multiple=True,
            default={"values": [{"field1": "", "field2": ""}]},
        ),
        Options("resolve", _RESOLVE, "When There Are Differences", "preferInput2", show={"@version": [1, 2]}),
        Options("resolve", _RESOLVE, "When There Are Differences", "includeBoth", hide={"@version": [1, 2]}),
        fuzzy_parameter(hide={"@version": [1]}),
        Options(
            "preferWhenMix",
            {"input1": "Input A Version", "input2": "Input B Version"},
            "Prefer",
            "input1",
            show={"resolve": ["mix"]},
        ),
        String(
            "exceptWhenMix",
            "For Everything Except",
            placeholder="e.g. id, country",
            show={"resolve": ["mix"]},
        ),
        Collection(
            "options",
            [
                String("skipFields", "Fields to Skip Comparing", placeholder="e.g. updated_at, updated_by"),
                fuzzy_parameter(show={"@version": [1]}),
                dots_parameter(),
                multiple_parameter("first"),
            ],
            "Options",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    pairs = read_pairs(ctx.param("mergeByFields.values", 0, []))
    options = ctx.param("options", 0, {}) or {}
    version = ctx.node.version
    comparison = _Comparison(
        pairs=pairs,
        version=version,
        fuzzy=bool(ctx.param("fuzzyCompare", 0, False) if version >= 2 else options.get("fuzzyCompare")),
        dots=not options.get("disableDotNotation"),
        skipped=[name.strip() for name in str(options.get("skipFields") or "").split(",")],
        resolve=ctx.param("resolve"),
        prefer=ctx.param("preferWhenMix", 0, "input1"),
        exceptions=_names(ctx.param("exceptWhenMix", 0, "")),
    )
    inputs = [*ctx.inputs, None, None][:2]
    first, second = (
        # Empty items are no data: other nodes send one where they found nothing.
        [item for item in linked(items or NO_ITEMS, place) if item.json]
        for place, items in enumerate(inputs)
    )
    if version < 2.2:
        for items, place, label in ((first, 0, "Input A"), (second, 1, "Input B")):
            if items:
                fields = [pair[place] for pair in pairs]
                require_fields([item.json for item in items], fields, dots=comparison.dots, label=label)
    return comparison.outputs(first, second, only_first_match=(options.get("multipleMatches") or "first") != "all")


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(name) for name in value]
    return [name.strip() for name in value.split(",")] if value else []


class _Comparison:
    """What is compared, how, and what becomes of differences."""

    def __init__(
        self,
        *,
        pairs: Sequence[FieldPair],
        version: float,
        fuzzy: bool,
        dots: bool,
        skipped: Sequence[str],
        resolve: str,
        prefer: str,
        exceptions: Sequence[str],
    ) -> None:
        dotted = next((name for name in skipped if "." in name), None)
        if not dots and dotted is not None:
            raise NodeError(f"Dot notation is disabled, but field to skip comparing '{dotted}' contains dot")
        self.pairs = pairs
        self.version = version
        self.fuzzy = fuzzy
        self.dots = dots
        self.skipped = skipped
        self.skips_paths = dots and dotted is not None
        self.resolve = resolve
        self.prefer = prefer
        self.exceptions = exceptions
        self.names = ("inputA", "inputB") if version >= 2 else ("input1", "input2")
        self.equal: Callable[[Any, Any], bool] = self._fuzzily if fuzzy else deep_equal

    def _fuzzily(self, one: Any, other: Any) -> bool:
        return fuzzily_equal(one, other, version=self.version)

    def outputs(self, first: Sequence[Item], second: Sequence[Item], *, only_first_match: bool) -> Outputs:
        """Return the items that are in A only, the same, different, and in B only."""
        matcher = Matcher(
            [item.json for item in second], self.pairs, dots=self.dots, fuzzy=self.fuzzy, version=self.version
        )
        only_first: list[Item] = []
        same: list[Item] = []
        different: list[Item] = []
        matched: set[int] = set()
        for item in first:
            places = matcher.matches(item.json)
            if only_first_match:
                places = places[:1]
            if not places:
                only_first.append(item)
                continue
            matched.update(places)
            equal: Item | None = None
            for place in places:
                other = second[place]
                if not self._same(item.json, other.json):
                    different.append(self._difference(item, other))
                elif equal is None:
                    equal = other if self.fuzzy and self.resolve == "preferInput2" else item
            if equal is not None:
                same.append(equal)
        only_second = [item for place, item in enumerate(second) if place not in matched]
        return [only_first, same, different, only_second]

    def _same(self, one: JsonObject, other: JsonObject) -> bool:
        one, other = self._without_skipped(one), self._without_skipped(other)
        if not self.fuzzy:
            return deep_equal(one, other)
        # Fields that only B has do not count here; n8n looks at A's alone.
        return all(self.equal(value, other.get(key, UNDEFINED)) for key, value in one.items())

    def _without_skipped(self, json: JsonObject) -> JsonObject:
        if self.skips_paths:
            json = dict(json)
            for name in self.skipped:
                unset_path(json, name)
            return json
        if not any(name in json for name in self.skipped):
            return json
        return {key: value for key, value in json.items() if key not in self.skipped}

    def _difference(self, item: Item, other: Item) -> Item:
        if self.resolve == "preferInput1":
            return item
        if self.resolve == "preferInput2":
            return other
        if self.resolve == "mix":
            return self._mixed(item, other)
        return Item(json=self._both(item.json, other.json))

    def _mixed(self, item: Item, other: Item) -> Item:
        chosen, exception = (item, other) if self.prefer == "input1" else (other, item)
        json = dict(chosen.json)
        for name in self.exceptions:
            value = exception.json.get(name, UNDEFINED)
            if self.dots:
                # With paths, n8n makes every false value null: 0, "", false.
                value = get_path(exception.json, name, None)
                _set(json, name, value if truthy(value) else None)
            elif value is UNDEFINED:
                json.pop(name, None)
            else:
                json[name] = value
        return Item(json=json, binary=chosen.binary, paired_item=chosen.paired_item)

    def _both(self, one: JsonObject, other: JsonObject) -> JsonObject:
        """Return what is the same in both, and the two values of all that is not."""
        keys = list(dict.fromkeys((*one, *other)))
        compared = keys if self.fuzzy and self.version >= 2.1 else [key for key in one if key in other]
        same = {
            key: one.get(key, UNDEFINED)
            for key in compared
            if self.equal(one.get(key, UNDEFINED), other.get(key, UNDEFINED))
        }
        different: JsonObject = {}
        skipped: JsonObject = {}
        for place, key in enumerate(key for key in keys if key not in same):
            values = (self._value(one, key), self._value(other, key))
            if key in self.skipped:
                skipped[key] = dict(zip(self.names, values, strict=True))
                continue
            paths = [name for name in self.skipped if name.startswith(key) and "." in name] if self.dots else []
            if self.version >= 2.1 and paths:
                values, skipped[key] = self._without_paths(key, values, paths, place)
            different[key] = dict(zip(self.names, values, strict=True))
        result: JsonObject = {
            "keys": {name: one[name] for name, _ in self.pairs if name in one},
            "same": {key: value for key, value in same.items() if value is not UNDEFINED},
            "different": different,
        }
        if skipped:
            result["skipped"] = skipped
        return result

    def _value(self, json: Mapping[str, Any], key: str) -> Any:
        value = json.get(key)
        return value if self.version >= 2 or truthy(value) else None

    def _without_paths(
        self, key: str, values: tuple[Any, Any], paths: Sequence[str], place: int
    ) -> tuple[tuple[Any, Any], JsonObject]:
        """Return the two values without the skipped paths below *key*, and what was there."""
        if any(value is not None and not isinstance(value, dict | list) for value in values):
            raise NodeError(
                f"The field '{key}' in item {place} is not an object. It is not possible to use dot notation."
            )
        left: list[Any] = []
        skipped: JsonObject = {}
        for name, value in zip(self.names, values, strict=True):
            holder: JsonObject = {"": value}
            taken: JsonObject = {}
            for path in paths:
                inner = path.replace(f"{key}.", "", 1)
                found = get_path(value, inner, UNDEFINED)
                if found is not UNDEFINED:
                    _set(taken, inner, found)
                if isinstance(holder[""], dict):
                    holder[""] = dict(holder[""])
                    unset_path(holder[""], inner)
            left.append(holder[""])
            skipped[name] = taken
        return (left[0], left[1]), skipped


def _set(json: JsonObject, path: str, value: Any) -> None:
    try:
        set_path(json, path, value)
    except ValueError as too_far:
        raise NodeError(f"The field '{path}' cannot be set: {too_far}") from too_far
