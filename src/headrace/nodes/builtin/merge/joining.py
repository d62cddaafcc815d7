"""Joining two inputs by the values of fields: inner, outer, left and right joins, and what does not match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headrace.nodes.builtin.merge.combining import MAX_ITEMS, Clashes, with_source, with_suffix
from headrace.sdk.description import Boolean, Choice, Options, Parameter
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.matching import FieldPair, Matcher

JOIN_MODES = [
    Choice(value="keepMatches", name="Keep Matches", description="Items that match, merged (inner join)."),
    Choice(value="keepNonMatches", name="Keep Non-Matches", description="Items that match no other."),
    Choice(value="keepEverything", name="Keep Everything", description="All items, matches merged (outer join)."),
    Choice(value="enrichInput1", name="Enrich Input 1", description="All of input 1, with matches of 2 (left join)."),
    Choice(value="enrichInput2", name="Enrich Input 2", description="All of input 2, with matches of 1 (right join)."),
]


@dataclass
class _Matches:
    """Which items of two inputs belong together."""

    merged: list[tuple[Item, Item]] = field(default_factory=list)
    first: list[Item] = field(default_factory=list)
    """Items of input 1 that match any of input 2."""

    second: list[Item] = field(default_factory=list)
    only_first: list[Item] = field(default_factory=list)
    only_second: list[Item] = field(default_factory=list)


def join(
    first: Sequence[Item],
    second: Sequence[Item],
    pairs: Sequence[FieldPair],
    *,
    mode: str,
    take: str,
    options: Mapping[str, Any],
) -> list[Item]:
    """Return the joined items.

    Args:
        mode: One of `JOIN_MODES`.
        take: Of which input the matching or not matching items are: "both", "input1" or "input2".
        options: The node's options.

    Raises:
        NodeError: there are too many matches.
    """
    if not first or not second:
        return _one_sided(first, second, mode, take)
    if not pairs:
        return [] if mode in ("keepMatches", "keepEverything", "enrichInput2") else list(first)
    matches = _match(first, second, pairs, options)
    clashes = Clashes.read(options)
    only_first, only_second = matches.only_first, matches.only_second
    if mode == "keepNonMatches":
        if take == "input1":
            return only_first
        if take == "input2":
            return only_second
        return [*with_source(only_first, "input1"), *with_source(only_second, "input2")]
    if clashes.resolve == "addSuffix":
        only_first, only_second = with_suffix(only_first, 1), with_suffix(only_second, 2)
    if mode in ("keepMatches", "keepEverything"):
        matched = {"input1": matches.first, "input2": matches.second}.get(take)
        joined = _merge(matches.merged, clashes, mode) if matched is None else matched
        return joined if mode == "keepMatches" else [*joined, *only_first, *only_second]
    return [*_merge(matches.merged, clashes, mode), *(only_first if mode == "enrichInput1" else only_second)]


def _one_sided(first: Sequence[Item], second: Sequence[Item], mode: str, take: str) -> list[Item]:
    """Return what is left of a join with an empty input."""
    if mode == "keepMatches":
        return []
    if not first and (mode == "enrichInput1" or (mode == "keepNonMatches" and take == "input1")):
        return []
    if not second and mode == "keepNonMatches" and take == "input2":
        return []
    if not second and mode == "enrichInput2":
        return []
    return [*first, *second]


def _match(
    first: Sequence[Item], second: Sequence[Item], pairs: Sequence[FieldPair], options: Mapping[str, Any]
) -> _Matches:
    matcher = Matcher(
        [item.json for item in second],
        pairs,
        dots=not options.get("disableDotNotation"),
        fuzzy=bool(options.get("fuzzyCompare")),
    )
    only_one = (options.get("multipleMatches") or "all") != "all"
    found = _Matches()
    seen: set[int] = set()
    for item in first:
        places = matcher.matches(item.json)
        if only_one:
            places = places[:1]
        seen.update(places)
        if not places:
            found.only_first.append(item)
            continue
        found.first.append(item)
        if len(found.merged) + len(places) > MAX_ITEMS:
            raise NodeError(f"The inputs have more than {MAX_ITEMS} matching pairs, which is the limit")
        found.merged.extend((item, second[place]) for place in places)
    for place, item in enumerate(second):
        (found.second if place in seen else found.only_second).append(item)
    return found


def _merge(merged: Sequence[tuple[Item, Item]], clashes: Clashes, mode: str) -> list[Item]:
    if clashes.resolve == "addSuffix":
        return [clashes.combined((*with_suffix([one], 1), *with_suffix([other], 2))) for one, other in merged]
    resolve = clashes.resolve or ("preferInput1" if mode == "enrichInput2" else "preferLast")
    if resolve == "preferInput1":
        return [clashes.combined((other, one)) for one, other in merged]
    return [clashes.combined((one, other)) for one, other in merged]


def fuzzy_parameter(**rest: Any) -> Parameter:
    return Boolean(
        "fuzzyCompare",
        "Fuzzy Compare",
        description='Whether small differences of type are tolerated, such as 3 and "3".',
        **rest,
    )


def dots_parameter(**rest: Any) -> Parameter:
    return Boolean(
        "disableDotNotation",
        "Disable Dot Notation",
        description='Whether "a.b" is the name of a field and not the field b of a.',
        **rest,
    )


def multiple_parameter(default: str = "all", **rest: Any) -> Parameter:
    return Options(
        "multipleMatches",
        {"all": "Include All Matches", "first": "Include First Match Only"},
        "Multiple Matches",
        default,
        **rest,
    )


def source_parameters(**show: list[Any]) -> list[Parameter]:
    """Return the two forms of the parameter `outputDataFrom`."""
    return [
        Options(
            "outputDataFrom",
            {"both": label, "input1": "Input 1", "input2": "Input 2"},
            "Output Data From",
            "both",
            show={**show, "joinMode": [mode]},
        )
        for mode, label in (
            ("keepMatches", "Both Inputs Merged Together"),
            ("keepNonMatches", "Both Inputs Appended Together"),
        )
    ]
