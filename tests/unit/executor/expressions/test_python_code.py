"""What a Python call is told of other nodes: what its source names, and the rest when it asks."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headrace.executor.errors import NotLoaded
from headrace.executor.expressions.python_code import _MENTIONED, _Told
from headrace.sdk.items import Items
from tests.integration.executor.one_node import OneNode


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("_node['A'].all()", [("A", "all")]),
        ('_("A b").item.json', [("A b", "item")]),
        ("_( 'A' )\n  .first()", [("A", "first")]),
        ('_node["It\'s"]', [("It's", "")]),
        ("x = _('A'); y = _node [ 'B' ]", [("A", ""), ("B", "")]),
        ("foo_('A') + this._('B') + my_node['C']", []),
        ("_(name) + _node[f'A'] + _('a\\'b')", []),
    ],
)
def test_names_of_nodes_are_found_in_the_source(source: str, found: list[tuple[str, str]]) -> None:
    assert [(name, member) for _, name, member in _MENTIONED.findall(source)] == found


@pytest.mark.parametrize(
    ("member", "outputs", "links"),
    [("all", 1, 0), ("", 1, 0), ("json", 1, 0), ("item", 1, 1), ("params", 0, 0), ("isExecuted", 0, 0)],
)
def test_only_what_will_be_looked_at_is_sent_ahead(member: str, outputs: int, links: int) -> None:
    told = _Told(OneNode([{}, {}]))

    told.mention("Source", member)
    told.mention("Nowhere", member)

    assert (len(told.nodes), len(told.outputs), len(told.links)) == (1, outputs, links)


def test_a_node_that_has_not_run_sends_nothing_ahead() -> None:
    told = _Told(OneNode())

    told.mention("Here", "all")

    assert (told.nodes["Here"]["runs"], told.outputs) == (0, {})


async def ask(told: _Told, method: str, *args: Any) -> Any:
    return msgspec.json.decode(await told.answer(msgspec.json.encode({"method": method, "args": args})))


async def test_the_rest_is_told_when_it_is_asked_for() -> None:
    told = _Told(OneNode([{}, {}]))

    assert (await ask(told, "node", "Source"))["value"]["runs"] == 1
    assert await ask(told, "output", "Source", 0, 0) == {"value": [{"json": {"place": 0}}, {"json": {"place": 1}}]}
    assert await ask(told, "links", "Source") == {"value": [[0, 0, 0], [0, 0, 1]]}


@pytest.mark.parametrize(
    ("method", "args"),
    [("node", ["Nowhere"]), ("node", []), ("output", ["Source", "0", 0]), ("links", [["Source"]]), ("tenant", [])],
)
async def test_what_cannot_be_told_is_refused(method: str, args: list[Any]) -> None:
    assert "is not available in the sandbox" in (await ask(_Told(OneNode()), method, *args))["error"]


async def test_data_that_is_not_in_memory_is_remembered_to_be_loaded() -> None:
    class Far(OneNode):
        def items_of(self, node: str, output: int, run: int) -> Items:
            raise NotLoaded(node, run, output)

    told = _Told(Far())

    assert await ask(told, "output", "Source", 0, 0) == {"error": "this data is being loaded"}
    assert told.missing is not None
    assert told.missing.place == ("Source", 0, 0)
