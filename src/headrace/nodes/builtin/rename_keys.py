"""Rename Keys: gives fields of items other names, one by one or by a pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.lists.fields import put_path
from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.description import Boolean, Collection, FixedCollection, Group, NodeDescription, Number, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, JsonObject
from headrace.sdk.js import to_number
from headrace.sdk.outcome import ItemResult
from headrace.sdk.paths import get_path, unset_path
from headrace.sdk.patterns import replace, search

_MAX_DEPTH = 100
_MAX_NAMES = 100_000
"""How many names one pattern is tried on in one item: each try has a time limit, all together need one, too."""

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.renameKeys",
    versions=(1,),
    title="Rename Keys",
    summary="Gives fields of items other names: one by one, or all that a regular expression matches.",
    group="transform",
    aliases=("field", "property", "edit", "map"),
    parameters=[
        FixedCollection(
            "keys",
            [
                Group(
                    name="key",
                    display_name="Key",
                    values=[
                        String("currentKey", "Current Key Name", description='Its name or path, such as "level1.old".'),
                        String("newKey", "New Key Name", description='The new name or path, such as "level1.new".'),
                    ],
                )
            ],
            "Keys",
            multiple=True,
            type_options={"sortable": True},
        ),
        Collection(
            "additionalOptions",
            [
                FixedCollection(
                    "regexReplacement",
                    [
                        Group(
                            name="replacements",
                            display_name="Replacement",
                            values=[
                                String(
                                    "searchRegex",
                                    "Regular Expression",
                                    description="What to look for in the names of fields.",
                                ),
                                String(
                                    "replaceRegex",
                                    "Replace With",
                                    description="The text for the match; $1, $2 stand for its groups.",
                                ),
                                Collection(
                                    "options",
                                    [
                                        Boolean("caseInsensitive", "Case Insensitive"),
                                        Number(
                                            "depth",
                                            "Max Depth",
                                            -1,
                                            description="How deep to go: -1 without limit, 0 for the top level only.",
                                        ),
                                    ],
                                    "Options",
                                ),
                            ],
                        )
                    ],
                    "Regex",
                    multiple=True,
                    type_options={"sortable": True},
                )
            ],
            "Additional Options",
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    json = dict(item.json)
    for entry in ctx.param("keys.key", index, []) or []:
        current, new = entry.get("currentKey", ""), entry.get("newKey", "")
        if not current or not new or current == new:
            continue
        value = get_path(item.json, current, UNDEFINED)
        if value is not UNDEFINED:
            put_path(json, new, value)
            unset_path(json, current)
    for replacement in ctx.param("additionalOptions.regexReplacement.replacements", index, []) or []:
        json = _Renaming(replacement).of(json)
    return Item(json=json, binary=item.binary, paired_item=index)


class _Renaming:
    """The names of an object's fields, and of those inside it, changed by a pattern."""

    def __init__(self, replacement: Mapping[str, Any]) -> None:
        options = replacement.get("options") or {}
        depth = to_number(options.get("depth", -1))
        self._pattern = str(replacement.get("searchRegex", ""))
        self._new = str(replacement.get("replaceRegex", ""))
        self._flags = "i" if options.get("caseInsensitive") else ""
        self._depth = int(depth) if depth >= 0 and depth != float("inf") else None
        self._names: dict[str, str] = {}

    def of(self, json: JsonObject) -> JsonObject:
        """Return a renamed copy.

        Raises:
            NodeError: it is no pattern, or ran out of time, or the object is too deep or large.
        """
        renamed: JsonObject = self._renamed(json, 0)
        return renamed

    def _renamed(self, value: Any, level: int) -> Any:
        if level > _MAX_DEPTH:
            raise NodeError(f"Keys cannot be renamed deeper than {_MAX_DEPTH} levels")
        deeper = self._depth is None or level < self._depth
        if isinstance(value, list):
            return [self._renamed(part, level + 1) for part in value] if deeper else value
        if not isinstance(value, Mapping):
            return value
        made: JsonObject = dict(value)
        for key in value:
            if key not in made:
                continue
            part = self._renamed(made[key], level + 1) if deeper else made[key]
            name = self._name(key)
            made[key] = part
            if name != key:
                made[name] = part
                del made[key]
        return made

    def _name(self, key: str) -> str:
        known = self._names.get(key)
        if known is None:
            if len(self._names) >= _MAX_NAMES:
                raise NodeError(f"A pattern cannot be tried on more than {_MAX_NAMES} names")
            found = search(self._pattern, key, self._flags)
            known = self._names[key] = replace(self._pattern, self._new, key, self._flags) if found else key
        return known
