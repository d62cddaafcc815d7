"""The catalogue: all node types that are installed.

A package offers nodes through the entry point group `headrace.nodes`: the value names a package, whose modules with a
`DESCRIPTION` are nodes. The built-in nodes are such a package.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, cast

import msgspec

from headrace.nodes.errors import UnknownNodeType, UnknownNodeVersion
from headrace.sdk.description import NodeDescription
from headrace.sdk.outcome import NodeModule

log = logging.getLogger(__name__)

GROUP = "headrace.nodes"


class Catalogue:
    """Node modules by type and version."""

    def __init__(self, modules: Sequence[NodeModule]) -> None:
        self._by_type: dict[str, dict[float, NodeModule]] = {}
        for module in modules:
            versions = self._by_type.setdefault(module.DESCRIPTION.type, {})
            for version in module.DESCRIPTION.versions:
                if float(version) in versions:
                    log.warning("version %g of the node type %s comes twice", version, module.DESCRIPTION.type)
                versions[float(version)] = module

    @classmethod
    def installed(cls) -> Catalogue:
        """Return all nodes of all installed packages; a package that cannot be loaded is reported and left out."""
        found: list[NodeModule] = []
        # The built-in nodes come last, so that no package can take the place of one of them.
        points = sorted(entry_points(group=GROUP), key=lambda point: point.value.startswith("headrace."))
        for point in points:
            found.extend(_load(point))
        return cls(found)

    def find(self, type_: str, version: float) -> NodeModule:
        """Raises: UnknownNodeType, UnknownNodeVersion"""
        versions = self._by_type.get(type_)
        if versions is None:
            raise UnknownNodeType(type_)
        module = versions.get(float(version))
        if module is None:
            raise UnknownNodeVersion(type_, version, sorted(versions))
        return module

    def types(self) -> Sequence[NodeDescription]:
        """Return the newest description of every type, by type name."""
        return [versions[max(versions)].DESCRIPTION for _, versions in sorted(self._by_type.items())]

    def versions_of(self, type_: str) -> Sequence[float]:
        """Return the versions of a type, ascending; none when it is unknown."""
        return sorted(self._by_type.get(type_, ()))

    def named(self, name: str) -> Sequence[str]:
        """Return the types that a person may mean: the full name, its last part, or part of that."""
        wanted = name.lower()
        if name in self._by_type:
            return [name]
        short = [type_ for type_ in self._by_type if type_.rsplit(".", 1)[-1].lower() == wanted]
        return short or sorted(type_ for type_ in self._by_type if wanted in type_.rsplit(".", 1)[-1].lower())

    def describe_json(self, type_: str, version: float | None = None) -> dict[str, Any]:
        """Return a description as the editor gets it.

        Raises:
            UnknownNodeType, UnknownNodeVersion
        """
        known = self.versions_of(type_)
        if not known:
            raise UnknownNodeType(type_)
        module = self.find(type_, known[-1] if version is None else version)
        return cast("dict[str, Any]", msgspec.to_builtins(module.DESCRIPTION))


def _load(point: EntryPoint) -> Iterator[NodeModule]:
    try:
        package = point.load()
    except (Exception, SystemExit) as failure:  # noqa: BLE001 - code of strangers; it is reported
        _report("package", point.value, failure)
        return
    yield from walk(package)


def walk(package: Any) -> Iterator[NodeModule]:
    """Yield the nodes of a package (or the one of a module); what cannot be used is reported and left out."""
    if hasattr(package, "DESCRIPTION"):
        problem = _problem(package)
        if problem:
            log.error("the node %s cannot be used: %s", getattr(package, "__name__", package), problem)
        else:
            yield cast("NodeModule", package)
    # Not `walk_packages`: one package in it that cannot be imported would end the walk.
    for info in pkgutil.iter_modules(getattr(package, "__path__", ())):
        name = f"{package.__name__}.{info.name}"
        try:
            module: ModuleType = importlib.import_module(name)
        except (Exception, SystemExit) as failure:  # noqa: BLE001 - code of strangers; it is reported
            _report("module", name, failure)
            continue
        if info.ispkg or hasattr(module, "DESCRIPTION"):
            yield from walk(module)


def _report(kind: str, name: str, failure: BaseException) -> None:
    """Say in one line that a node is missing; the traceback is for those who ask for it."""
    log.error("the node %s %s could not be loaded: %s: %s", kind, name, type(failure).__name__, failure)
    log.debug("why", exc_info=failure)


def _problem(module: Any) -> str:
    """Return why a module is no node; empty when it is one."""
    description = module.DESCRIPTION
    if not isinstance(description, NodeDescription):
        return "its DESCRIPTION is not a NodeDescription"
    if not description.versions:
        return "it serves no version"
    needed = "run_item" if description.works == "item" else "run"
    return "" if callable(getattr(module, needed, None)) else f"it has no function {needed}"
