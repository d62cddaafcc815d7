"""What code sees by name: the node's input, other nodes' data, the run, static data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from headrace.executor.guest.python.asking import Ask, Helpers
from headrace.executor.guest.python.records import Record

_MAX_CUSTOM_DATA = 10
_CUSTOM_KEY = re.compile(r"[A-Za-z0-9_]+")


class DataNotFound(Exception):
    """Code asked for data that is not there."""


class Names:
    """All names of one call."""

    def __init__(self, request: Mapping[str, Any], ask: Ask) -> None:
        self.items: list[Any] = request["items"]
        self.static: dict[str, Any] = request["static"]
        self.custom = CustomData()
        self.index = 0
        self._nodes = Nodes(self, request, ask)
        self._request = request
        self._helpers = Helpers(self.items, ask)
        for index, item in enumerate(self.items):
            # What code passes on comes from this node's input, whatever it came from before.
            item["pairedItem"] = index

    def of_all(self, source: str) -> dict[str, Any]:
        """Return the names of code that runs once for all items."""
        return {**self._common(source), "_items": self.items, "items": self.items}

    def of_each(self, source: str) -> dict[str, Any]:
        """Return the names of code that runs once for each item; `at` gives those of one."""
        return {**self._common(source), **(self.at(0) if self.items else {})}

    def at(self, index: int) -> dict[str, Any]:
        """Go on to an item; return the names that differ from item to item."""
        self.index = index
        item = self.items[index]
        return {"_item": item, "item": item, "_json": item.json, "_binary": item.get("binary"), "_itemIndex": index}

    def current(self) -> Any:
        if not self.items:
            raise DataNotFound("No execution data available: the node has no input items here")
        return self.items[self.index]

    def _common(self, source: str) -> dict[str, Any]:
        request = self._request
        named: dict[str, Any] = {
            f"_{name.removeprefix('$')}": value for name, value in request["vars"].items() if name.startswith("$")
        }
        named["_execution"] = Record(named.get("_execution") or {}, customData=self.custom)
        named |= {
            "__name__": "__main__",
            "__builtins__": __builtins__,
            "_": self._nodes,
            "_node": self._nodes,
            "_input": Input(self, request),
            "_itemIndex": self.index,
            "_helpers": self._helpers,
            "_getWorkflowStaticData": self._static_data,
        }
        if self.items:
            named["_json"] = self.items[0].json
        if "_now" in source or "_today" in source:
            # Zones take a moment to load.
            now = dt.datetime.now(ZoneInfo(request["zone"]))
            named |= {"_now": now, "_today": now.replace(hour=0, minute=0, second=0, microsecond=0)}
        return named

    def _static_data(self, kind: str) -> Any:
        if kind not in ("global", "node"):
            raise DataNotFound(f'The context type "{kind}" is not known. Only "global" and "node" are supported!')
        return self.static[kind]


class Input:
    """`_input`: the items that came in."""

    def __init__(self, names: Names, request: Mapping[str, Any]) -> None:
        self._names = names
        self.params = request["vars"].get("$parameter") or {}
        self.context = request["context"]

    def all(self) -> list[Any]:
        self._names.current()
        return self._names.items

    def first(self) -> Any:
        self._names.current()
        return self._names.items[0]

    def last(self) -> Any:
        self._names.current()
        return self._names.items[-1]

    @property
    def item(self) -> Any:
        return self._names.current()


class Nodes:
    """`_node["Name"]` and `_("Name")`: other nodes of the workflow.

    What the executor could tell from the source comes with the call; it is asked for the rest.
    """

    def __init__(self, names: Names, request: Mapping[str, Any], ask: Ask) -> None:
        self.names = names
        self._known: Sequence[str] = request["names"]
        self._about: dict[str, Any] = request["nodes"]
        self._links: dict[str, Any] = request["links"]
        self._outputs: dict[str, Any] = request["outputs"]
        self._ask = ask

    def __call__(self, name: str) -> NodeData:
        if name not in self._known:
            raise DataNotFound(f"Referenced node doesn't exist: the node '{name}' is not in this workflow")
        if name not in self._about:
            self._about[name] = self._ask("node", [name])["value"]
        return NodeData(self, name, self._about[name])

    def __getitem__(self, name: str) -> NodeData:
        return self(name)

    def __getattr__(self, name: str) -> NodeData:
        if name.startswith("__"):
            raise AttributeError(name)
        return self(name)

    def output(self, name: str, run: int, output: int) -> list[Any]:
        key = f"{name}\0{run}\0{output}"
        if key not in self._outputs:
            self._outputs[key] = self._ask("output", [name, run, output])["value"]
        items: list[Any] = self._outputs[key]
        return items

    def links(self, name: str) -> Sequence[Any]:
        if name not in self._links:
            self._links[name] = self._ask("links", [name])["value"]
        links: Sequence[Any] = self._links[name]
        return links


class NodeData:
    """What one node put out."""

    def __init__(self, nodes: Nodes, name: str, about: Mapping[str, Any]) -> None:
        self._nodes = nodes
        self._name = name
        self._runs: int = about["runs"]
        self._branch: int = about["branch"]
        self.params = about["params"]
        self.context = about["context"]

    @property
    def isExecuted(self) -> bool:  # noqa: N802 - n8n's name, as all of these are
        return self._runs > 0

    @property
    def runIndex(self) -> int:  # noqa: N802
        return self._runs - 1

    def all(self, branch: int | None = None, run: int | None = None) -> list[Any]:
        if not self._runs:
            raise DataNotFound(f"Node '{self._name}' hasn't been executed")
        place = self._runs - 1 if run is None or run == -1 else run
        if not 0 <= place < self._runs:
            raise DataNotFound(f'Run {run} of node "{self._name}" not found')
        return self._nodes.output(self._name, place, self._branch if branch is None else branch)

    def first(self, branch: int | None = None, run: int | None = None) -> Any:
        return next(iter(self.all(branch, run)), None)

    def last(self, branch: int | None = None, run: int | None = None) -> Any:
        return next(reversed(self.all(branch, run)), None)

    def itemMatching(self, index: int) -> Any:  # noqa: N802
        """Return the item that the input item of that index descends from."""
        if not self._runs:
            raise DataNotFound(f"Node '{self._name}' hasn't been executed")
        links = self._nodes.links(self._name)
        if not 0 <= index < len(links):
            raise DataNotFound(f"There is no item {index}")
        link = links[index]
        if not isinstance(link, list):
            raise DataNotFound(f"{link['message']}: {link['description']}" if link["description"] else link["message"])
        run, output, item = link
        return self._nodes.output(self._name, run, output)[item]

    def pairedItem(self, index: int | None = None) -> Any:  # noqa: N802
        return self.itemMatching(self._nodes.names.index if index is None else index)

    @property
    def item(self) -> Any:
        return self.itemMatching(self._nodes.names.index)

    @property
    def json(self) -> Any:
        return self._at_index()["json"]

    @property
    def binary(self) -> Any:
        return self._at_index().get("binary") or {}

    def _at_index(self) -> Any:
        items, index = self.all(), self._nodes.names.index
        if index >= len(items):
            raise DataNotFound(f'No data found for item-index: "{index}": the node has {len(items)} items')
        return items[index]


class CustomData:
    """`_execution.customData`: facts by which people find the execution later."""

    def __init__(self) -> None:
        self._facts: dict[str, str] = {}

    def set(self, key: str, value: Any) -> None:
        if not _CUSTOM_KEY.fullmatch(str(key)):
            raise ValueError(f'Custom data key can only contain characters "A-Za-z0-9_" (key "{key}")')
        # More than ten are not kept, and that is no error: they are for finding the execution.
        if key in self._facts or len(self._facts) < _MAX_CUSTOM_DATA:
            self._facts[str(key)] = str(value)

    def setAll(self, facts: Mapping[str, Any]) -> None:  # noqa: N802
        for key, value in facts.items():
            self.set(key, value)

    def get(self, key: str) -> str | None:
        return self._facts.get(key)

    def getAll(self) -> dict[str, str]:  # noqa: N802
        return dict(self._facts)
