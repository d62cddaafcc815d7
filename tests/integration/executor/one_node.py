"""A scope for tests: a node with input items, and a finished node "Source" before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headrace.executor.ports import Linked, LinkFailure
from headrace.kernel.ids import TenantId
from headrace.sdk.items import NO_ITEMS, Item, ItemList, Items


class OneNode:
    inputs_cut = False
    has_parents = True
    timezone = "Europe/Lisbon"
    node_name = "Here"
    node_names: Sequence[str] = ("Here", "Source")

    def __init__(self, data: Sequence[Mapping[str, Any]] = ({},), *, key: str = "tenant/1", run: int = 0) -> None:
        self.key = key
        self.tiers: set[str] = set()
        self.tenant = TenantId(key.partition("/")[0])
        self.inputs: Sequence[Items | None] = [ItemList([Item(json=dict(json)) for json in data])]
        self.input_places: Sequence[tuple[str, int, int] | None] = [("Before", run, 0)]
        self.variables: Mapping[str, Any] = {"$runIndex": run, "$parameter": {}, "$execution": {"id": "1"}}
        self.static_data: Mapping[str, Any] = {"global": {}, "node": {}}
        self.binary_data: Mapping[str, str] = {}
        self.source = ItemList([Item(json={"place": place}) for place in range(len(data))])

    def input_json(self, place: int) -> bytes | None:
        return None

    def runs_of(self, node: str) -> int:
        return 1 if node == "Source" else 0

    def items_of(self, node: str, output: int, run: int) -> Items:
        return self.source if node == "Source" else NO_ITEMS

    def output_towards(self, node: str) -> int:
        return 0

    def links(self, node: str) -> Sequence[Linked | LinkFailure]:
        return [Linked(0, 0, place) for place in range(len(self.source))]

    def parameters_of(self, node: str) -> Mapping[str, Any]:
        return {}

    def context_of(self, node: str) -> Mapping[str, Any]:
        return {}
