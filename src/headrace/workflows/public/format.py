"""The workflow as other contexts see it: typed to read, and kept whole to write back.

A `Workflow` holds the JSON it was read from, `raw`, beside typed views of it. Writing it gives `raw` again, so unknown
keys, node types and options survive.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import msgspec

from headrace.workflows.errors import WorkflowInvalid

OnError: TypeAlias = Literal["stopWorkflow", "continueRegularOutput", "continueErrorOutput"]

MAX_BYTES = 16 * 1024 * 1024
MAX_NODES = 10_000
MAX_DEPTH = 200
"""Nesting of the JSON; deeper is refused before anything walks it."""

_HOLDERS = (dict, list)
"""What decoded JSON nests in."""

_MAX_INPUT_INDEX = 1_000
"""A connection to input 10**9 must not make a list of that length."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The far end of a connection."""

    node: str
    type: str
    index: int


Connections: TypeAlias = Mapping[str, Mapping[str, Sequence[Sequence[Connection]]]]
"""source node -> connection type ("main", "ai_tool", ...) -> output -> far ends, in the order drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node as drawn."""

    id: str
    name: str
    type: str
    type_version: float
    position: tuple[float, float]
    parameters: Mapping[str, Any]
    credentials: Mapping[str, Any]
    disabled: bool
    execute_once: bool
    always_output_data: bool
    retry_on_fail: bool
    max_tries: int | None
    wait_between_tries: int | None
    """Milliseconds."""

    on_error: OnError
    webhook_id: str | None
    notes: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow: n8n's JSON, and what it says."""

    id: str
    name: str
    nodes: Mapping[str, Node]
    """By name, in file order."""

    connections: Connections
    settings: Mapping[str, Any]
    pin_data: Mapping[str, Any]
    static_data: Mapping[str, Any]
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def from_json(cls, source: bytes | str | msgspec.Raw | Mapping[str, Any]) -> Workflow:
        """Read a workflow.

        Raises:
            WorkflowInvalid: it is none; all that is wrong with it is named at once.
        """
        raw = source if isinstance(source, Mapping) else decode_json(source)
        return _Reader(raw).workflow()

    def to_json(self, *, indent: int = 0) -> bytes:
        """Return the workflow as it was read; with *indent*, laid out for people."""
        encoded = msgspec.json.encode(self.raw)
        return msgspec.json.format(encoded, indent=indent) if indent else encoded


@dataclass(frozen=True, slots=True)
class Issue:
    """Something wrong with a workflow."""

    message: str
    node: str | None = None
    parameter: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = "" if self.node is None else f'node "{self.node}"'
        if self.parameter is not None:
            place += f', parameter "{self.parameter}"'
        return f"{place}: {self.message}" if place else self.message


def decode_json(source: bytes | str | msgspec.Raw) -> Any:
    """Decode JSON from outside.

    Raises:
        WorkflowInvalid: too long, too deep, or not JSON; the message says where.
    """
    if len(source) > MAX_BYTES if isinstance(source, bytes | str) else len(bytes(source)) > MAX_BYTES:
        raise WorkflowInvalid([f"the text is longer than the limit of {MAX_BYTES // 1024 // 1024} MiB"])
    if isinstance(source, bytes):
        source = source.removeprefix(b"\xef\xbb\xbf")
    try:
        value = msgspec.json.decode(source)
    except (msgspec.DecodeError, UnicodeDecodeError) as malformed:
        raise WorkflowInvalid([f"not valid JSON: {malformed}"]) from malformed
    except RecursionError as deep:
        raise WorkflowInvalid([f"nested deeper than the limit of {MAX_DEPTH} levels"]) from deep
    if depth_exceeds(value, MAX_DEPTH):
        raise WorkflowInvalid([f"nested deeper than the limit of {MAX_DEPTH} levels"])
    return value


def depth_exceeds(value: Any, limit: int) -> bool:
    """Whether JSON containers are nested deeper than *limit*; walks with a list, not by recursion."""
    level = [value] if isinstance(value, _HOLDERS) else []
    for _ in range(limit):
        level = [
            part
            for holder in level
            for part in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(part, _HOLDERS) and part
        ]
        if not level:
            return False
    return True


class _Reader:
    """Reads the typed views and collects what is wrong on the way."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._problems: list[str] = []

    def workflow(self) -> Workflow:
        raw = self._raw
        if not isinstance(raw, Mapping):
            raise WorkflowInvalid([f"a workflow is a JSON object, not {_kind(raw)}"])
        listed = raw.get("nodes")
        if not isinstance(listed, list):
            found = "there is none" if "nodes" not in raw else f"it is {_kind(listed)}"
            raise WorkflowInvalid([f'a workflow has a list "nodes"; {found}'])
        if len(listed) > MAX_NODES:
            raise WorkflowInvalid([f"{len(listed)} nodes are more than the limit of {MAX_NODES}"])
        nodes: dict[str, Node] = {}
        for place, value in enumerate(listed):
            node = self._node(place, value)
            if node is None:
                continue
            nodes[node.name] = node  # of two with one name n8n takes the last; validation says so
        connections = self._connections(raw.get("connections", {}))
        if self._problems:
            raise WorkflowInvalid(self._problems)
        return Workflow(
            id=_text(raw.get("id")),
            name=_text(raw.get("name")),
            nodes=nodes,
            connections=connections,
            settings=_mapping(raw.get("settings")),
            pin_data=_mapping(raw.get("pinData")),
            static_data=_mapping(raw.get("staticData")),
            raw=raw,
        )

    def _node(self, place: int, value: Any) -> Node | None:
        if not isinstance(value, Mapping):
            self._problems.append(f"nodes[{place}] is {_kind(value)}, not an object")
            return None
        name = value.get("name")
        label = f'node "{name}"' if isinstance(name, str) and name else f"nodes[{place}]"
        before = len(self._problems)
        if not isinstance(name, str) or not name:
            self._problems.append(f'{label} has no "name"')
        type_ = value.get("type")
        if not isinstance(type_, str) or not type_:
            self._problems.append(f'{label} has no "type"')
        version = value.get("typeVersion", 1)
        if isinstance(version, bool) or not isinstance(version, int | float) or not math.isfinite(version):
            self._problems.append(f'{label}: "typeVersion" is {_kind(version)}, not a number')
        parameters = value.get("parameters")
        if parameters is not None and not isinstance(parameters, Mapping):
            self._problems.append(f'{label}: "parameters" is {_kind(parameters)}, not an object')
        if len(self._problems) > before:
            return None
        return Node(
            id=_text(value.get("id")),
            name=str(name),
            type=str(type_),
            type_version=float(version),
            position=_position(value.get("position")),
            parameters=_mapping(parameters),
            credentials=_mapping(value.get("credentials")),
            disabled=value.get("disabled") is True,
            execute_once=value.get("executeOnce") is True,
            always_output_data=value.get("alwaysOutputData") is True,
            retry_on_fail=value.get("retryOnFail") is True,
            max_tries=_whole(value.get("maxTries")),
            wait_between_tries=_whole(value.get("waitBetweenTries")),
            on_error=_on_error(value),
            webhook_id=value["webhookId"] if isinstance(value.get("webhookId"), str) else None,
            notes=_text(value.get("notes")),
            raw=value,
        )

    def _connections(self, value: Any) -> Connections:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._problems.append(f'"connections" is {_kind(value)}, not an object')
            return {}
        return {
            source: {
                type_: [self._targets(source, targets) for targets in outputs]
                for type_, outputs in by_type.items()
                if self._is_list(source, outputs)
            }
            for source, by_type in value.items()
            if self._is_object(source, by_type)
        }

    def _is_object(self, source: str, value: Any) -> bool:
        if isinstance(value, Mapping):
            return True
        self._problems.append(f'the connections of "{source}" are {_kind(value)}, not an object')
        return False

    def _is_list(self, source: str, value: Any) -> bool:
        if isinstance(value, list):
            return True
        if value is not None:
            self._problems.append(f'the connections of "{source}" hold {_kind(value)} where a list of outputs belongs')
        return False

    def _targets(self, source: str, targets: Any) -> Sequence[Connection]:
        if targets is None:
            return ()
        found: list[Connection] = []
        for target in targets if isinstance(targets, list) else [targets]:
            node = target.get("node") if isinstance(target, Mapping) else None
            index = target.get("index", 0) if isinstance(target, Mapping) else None
            if not isinstance(node, str) or not isinstance(index, int) or not 0 <= index <= _MAX_INPUT_INDEX:
                self._problems.append(f'a connection of "{source}" names no node and input')
                continue
            found.append(Connection(node, _text(target.get("type")) or "main", index))
        return found


def _kind(value: Any) -> str:
    """Name a JSON value's kind for people."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value)


def _position(value: Any) -> tuple[float, float]:
    if (
        isinstance(value, list)
        and len(value) >= 2
        and all(isinstance(part, int | float) and not isinstance(part, bool) for part in value[:2])
    ):
        return float(value[0]), float(value[1])
    return 0.0, 0.0


def _on_error(value: Mapping[str, Any]) -> OnError:
    chosen = value.get("onError")
    if chosen == "continueRegularOutput":
        return "continueRegularOutput"
    if chosen == "continueErrorOutput":
        return "continueErrorOutput"
    if chosen is None and value.get("continueOnFail") is True:
        return "continueRegularOutput"
    return "stopWorkflow"
