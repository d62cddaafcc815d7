"""Making one item of several: whose value counts where fields clash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headrace.sdk.description import Boolean, FixedCollection, Group, Options, Parameter
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Items, JsonObject, Link

MAX_ITEMS = 1_000_000
"""More combined items than this are refused: two inputs of 100,000 items have 10,000,000,000 combinations."""


def linked(items: Items | Sequence[Item], input_: int) -> list[Item]:
    """Return the items of an input, each linked to itself there."""
    return [
        Item(
            json=item.json,
            binary=item.binary,
            paired_item=Link(item=place, input=input_) if input_ else place,
            error=item.error,
        )
        for place, item in enumerate(items)
    ]


def links(items: Sequence[Item]) -> list[Link]:
    """Return the links of items that `linked` made, or that were combined of such."""
    found: list[Link] = []
    for item in items:
        if isinstance(item.paired_item, int):
            found.append(Link(item=item.paired_item))
        elif isinstance(item.paired_item, Link):
            found.append(item.paired_item)
        elif item.paired_item is not None:
            found.extend(item.paired_item)
    return found


def with_suffix(items: Sequence[Item], suffix: int) -> list[Item]:
    """Return the items with "_<suffix>" after each field's name."""
    return [
        Item(
            json={f"{key}_{suffix}": value for key, value in item.json.items()},
            binary=item.binary,
            paired_item=item.paired_item,
        )
        for item in items
    ]


def with_source(items: Sequence[Item], source: str) -> list[Item]:
    """Return the items with a field that says which input they came from."""
    return [
        Item(json={**item.json, "_source": source}, binary=item.binary, paired_item=item.paired_item) for item in items
    ]


@dataclass(frozen=True, slots=True)
class Clashes:
    """What to do where several items have the same field."""

    resolve: str | None = None
    """"preferInput1", ..., "preferLast", "addSuffix"; None where nobody has said."""

    deep: bool = True
    """Whether objects and lists are merged too; otherwise one item's replaces the other's."""

    keep_filled: bool = False
    """Whether null and empty text replace nothing."""

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> Clashes:
        values = (options.get("clashHandling") or {}).get("values") or {}
        return cls(
            resolve=values.get("resolveClash") or None,
            deep=values.get("mergeMode") != "shallowMerge",
            keep_filled=bool(values.get("overrideEmpty")),
        )

    def combined(self, items: Sequence[Item]) -> Item:
        """Return one item of all: later ones win over earlier ones."""
        json: JsonObject = {}
        binary: dict[str, Binary] = {}
        for item in items:
            self._add(json, item.json)
            binary.update(item.binary or {})
        return Item(json=json, binary=binary or None, paired_item=links(items))

    def _add(self, target: JsonObject, source: Mapping[str, Any]) -> None:
        """Put the fields of *source* into *target*, whose inner values may be shared and are not changed."""
        for key, value in source.items():
            if key not in target:
                target[key] = value
            elif not (self.keep_filled and (value is None or value == "")):
                target[key] = self._merged(target[key], value) if self.deep else value

    def _merged(self, old: Any, new: Any) -> Any:
        if isinstance(new, dict):
            if isinstance(old, dict):
                merged = dict(old)
                self._add(merged, new)
                return merged
            # Names have no place in a list, so nothing of the object is left to see.
            return old if isinstance(old, list) else new
        if isinstance(new, list) and isinstance(old, list):
            return [
                *(self._element(one, other) for one, other in zip(old, new, strict=False)),
                *(new[len(old) :] or old[len(new) :]),
            ]
        return new

    def _element(self, old: Any, new: Any) -> Any:
        return old if self.keep_filled and (new is None or new == "") else self._merged(old, new)


def cross(first: Sequence[Item], second: Sequence[Item], combine: Callable[[Sequence[Item]], Item]) -> list[Item]:
    """Return every pair as one item, the first input in the outer loop.

    Raises:
        NodeError: there are too many pairs.
    """
    if len(first) * len(second) > MAX_ITEMS:
        raise NodeError(f"Combining all items would give {len(first) * len(second)} of them; the limit is {MAX_ITEMS}")
    return [combine((one, other)) for one in first for other in second]


def clash_parameter(choices: Mapping[str, str], **rest: Any) -> Parameter:
    """Return the description of the option `clashHandling`."""
    unless_suffix = {"resolveClash": [{"_cnd": {"not": "addSuffix"}}]}
    return FixedCollection(
        "clashHandling",
        [
            Group(
                name="values",
                display_name="Values",
                values=[
                    Options(
                        "resolveClash",
                        choices,
                        "When Field Values Clash",
                        "",
                        type_options={
                            "loadOptionsMethod": "getResolveClashOptions",
                            "loadOptionsDependsOn": ["numberInputs"],
                        },
                    ),
                    Options(
                        "mergeMode",
                        {"deepMerge": "Deep Merge", "shallowMerge": "Shallow Merge"},
                        "Merging Nested Fields",
                        "deepMerge",
                        show=unless_suffix,
                    ),
                    Boolean(
                        "overrideEmpty",
                        "Minimize Empty Fields",
                        show=unless_suffix,
                        description="Whether a value that is null or empty text gives way to the other one.",
                    ),
                ],
            )
        ],
        "Clash Handling",
        **rest,
    )
