"""Which parameters of a node count, and with what values: defaults filled in where nothing is set.

A parameter counts when its display options match the values of others. Source of the rules: n8n's behaviour.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from headrace.sdk.description import Display, Group, Parameter

_MISSING = object()
_MAX_ROUNDS = 20
"""Parameters may depend on each other; more rounds than this to settle them is a circle in the description."""


def resolve_parameters(
    parameters: Sequence[Parameter],
    values: Mapping[str, Any],
    *,
    version: float = 1,
    defaults: bool = True,
    hidden: bool = False,
    keep_unknown: bool = True,
) -> dict[str, Any]:
    """Return the values of the parameters that count.

    Args:
        values: As drawn; expressions are not evaluated and compare as the text they are.
        defaults: Whether values that equal the default are part of the result.
        hidden: Whether parameters that do not count are part of it, too.
        keep_unknown: Whether values that the description does not know are handed on.

    Raises:
        ValueError: the display options of some parameters depend on each other in a circle.
    """
    resolved = _Resolver(version, defaults, hidden).level(parameters, values, None, is_root=True)
    if keep_unknown:
        known = {parameter.name for parameter in parameters}
        for name, value in values.items():
            if name not in known:
                resolved[name] = value
    return resolved


class _Resolver:
    def __init__(self, version: float, defaults: bool, hidden: bool) -> None:
        self._version = version
        self._defaults = defaults
        self._hidden = hidden
        self._root: Mapping[str, Any] = {}

    def level(
        self,
        parameters: Sequence[Parameter],
        values: Mapping[str, Any],
        root: Mapping[str, Any] | None,
        *,
        is_root: bool,
    ) -> dict[str, Any]:
        """Resolve the parameters that lie beside each other."""
        # What others are compared with: values with their defaults, settled in rounds, since what counts depends on it.
        full = self._settle(parameters, values, root)
        seen_root = full if is_root else (root or {})
        result: dict[str, Any] = {}
        shown = [self._counts(parameter, full, seen_root) for parameter in parameters]
        counting = {parameter.name for parameter, counts in zip(parameters, shown, strict=True) if counts}
        for parameter, counts in zip(parameters, shown, strict=True):
            name = parameter.name
            if not counts and (not self._hidden or name in counting or name in result):
                continue
            given = values.get(name, _MISSING)
            if parameter.type in ("collection", "fixedCollection"):
                self._container(result, parameter, given, seen_root)
                continue
            if given is _MISSING:
                if self._defaults:
                    result[name] = parameter.default
                continue
            if not self._defaults and _same(given, parameter.default):
                continue
            result[name] = given
        return result

    def _settle(
        self, parameters: Sequence[Parameter], values: Mapping[str, Any], root: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        full: dict[str, Any] = {}
        waiting = list(parameters)
        for _ in range(_MAX_ROUNDS):
            later: list[Parameter] = []
            pending = {parameter.name for parameter in waiting}
            for parameter in waiting:
                if any(
                    name in pending and name not in full and name != parameter.name for name in _dependencies(parameter)
                ):
                    later.append(parameter)
                    continue
                seen_root = full if root is None else root
                if self._counts(parameter, full, seen_root):
                    given = values.get(parameter.name, _MISSING)
                    full[parameter.name] = parameter.default if given is _MISSING else given
                pending.discard(parameter.name)
            if not later:
                return full
            if len(later) == len(waiting):
                names = ", ".join(sorted({parameter.name for parameter in later}))
                raise ValueError(
                    f"Could not resolve parameter dependencies. The display options of {names} depend on each other."
                )
            waiting = later
        return full

    def _container(self, result: dict[str, Any], parameter: Parameter, given: Any, root: Mapping[str, Any]) -> None:
        name = parameter.name
        many = bool(parameter.type_options.get("multipleValues"))
        if parameter.type == "collection":
            members = [part for part in parameter.options or () if isinstance(part, Parameter)]
            if many:
                if given is not _MISSING:
                    result[name] = given
                elif self._defaults:
                    result[name] = [] if parameter.default in (None, {}, "") else parameter.default
            elif isinstance(given, Mapping):
                inner = self._members(members, given, root)
                if inner or self._defaults or given:
                    result[name] = inner
            elif given is not _MISSING:
                result[name] = given
            elif self._defaults:
                result[name] = parameter.default
            return
        if given is _MISSING:
            if self._defaults:
                result[name] = parameter.default
            return
        if not isinstance(given, Mapping):
            result[name] = given  # an expression for the whole collection
            return
        groups = {group.name: group for group in parameter.options or () if isinstance(group, Group)}
        collected: dict[str, Any] = {}
        for key, value in given.items():
            group = groups.get(key)
            if group is None:
                collected[key] = value
            elif isinstance(value, list):
                collected[key] = [
                    self.level(group.values, part, root, is_root=False) if isinstance(part, Mapping) else part
                    for part in value
                ]
            elif isinstance(value, Mapping):
                inner = self.level(group.values, value, root, is_root=False)
                if inner or self._defaults:
                    collected[key] = inner
            else:
                collected[key] = value
        if collected or self._defaults:
            result[name] = collected
        if not collected and not self._defaults and many and parameter.default == {}:
            result[name] = collected

    def _members(
        self, members: Sequence[Parameter], given: Mapping[str, Any], root: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Resolve the members of a collection: only those that were added exist, whatever their default."""
        by_name: dict[str, Parameter] = {}
        for member in members:
            if self._counts(member, given, root) or member.name not in by_name:
                by_name[member.name] = member
        inner: dict[str, Any] = {}
        for key, value in given.items():
            found = by_name.get(key)
            if found is None:
                inner[key] = value
            elif not self._hidden and not self._counts(found, given, root):
                continue
            elif found.type in ("collection", "fixedCollection"):
                self._container(inner, found, value, root)
            elif self._defaults or not _same(value, found.default):
                inner[key] = value
        return inner

    def _counts(self, parameter: Parameter, beside: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
        display = parameter.display_options
        return display is None or matches(display, beside, root, self._version)


def _dependencies(parameter: Parameter) -> set[str]:
    display = parameter.display_options
    if display is None:
        return set()
    return {key.split(".", 1)[0] for key in (*display.show, *display.hide) if not key.startswith(("/", "@"))}


def matches(display: Display, beside: Mapping[str, Any], root: Mapping[str, Any], version: float) -> bool:
    """Whether display options are met by the values *beside* a parameter, and those of the *root* for "/name"."""
    for key, accepted in display.show.items():
        values = _values_of(key, beside, root, version)
        if any(isinstance(value, str) and value.startswith("=") for value in values):
            # An expression may become anything, so a parameter that hangs on it stays visible.
            return True
        if not values or not _accepts(accepted, values):
            return False
    for key, refused in display.hide.items():
        values = _values_of(key, beside, root, version)
        if values and _accepts(refused, values):
            return False
    return True


def _values_of(key: str, beside: Mapping[str, Any], root: Mapping[str, Any], version: float) -> list[Any]:
    if key == "@version":
        return [version]
    if key.startswith("@"):
        return [False]
    holder, path = (root, key[1:]) if key.startswith("/") else (beside, key)
    value: Any = holder
    for part in path.split("."):
        value = value.get(part, _MISSING) if isinstance(value, Mapping) else _MISSING
    if isinstance(value, Mapping) and value.get("__rl"):
        value = value.get("value")
    return list(value) if isinstance(value, list) else [value]


def _accepts(accepted: Sequence[Any], values: Sequence[Any]) -> bool:
    """Whether one of the accepted values is there, or a condition holds for all values."""
    for wanted in accepted:
        if isinstance(wanted, Mapping) and isinstance(wanted.get("_cnd"), Mapping):
            if all(_condition(wanted["_cnd"], value) for value in values):
                return True
        elif any(_same(wanted, value) for value in values):
            return True
    return False


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    return bool(one == other)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def check(value: Any, wanted: Any) -> bool:
        comparable = (_number(value) and _number(wanted)) or (isinstance(value, str) and isinstance(wanted, str))
        return comparable and test(value, wanted)

    return check


def _between(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return False
    low, high = wanted.get("from"), wanted.get("to")
    return _ordered(lambda a, b: a >= b)(value, low) and _ordered(lambda a, b: a <= b)(value, high)


def _matches_pattern(value: Any, wanted: Any) -> bool:
    try:
        return isinstance(value, str) and re.search(str(wanted), value) is not None
    except re.error:
        return False


_CONDITIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": _same,
    "not": lambda value, wanted: not _same(value, wanted),
    "gte": _ordered(lambda value, wanted: value >= wanted),
    "lte": _ordered(lambda value, wanted: value <= wanted),
    "gt": _ordered(lambda value, wanted: value > wanted),
    "lt": _ordered(lambda value, wanted: value < wanted),
    "between": _between,
    "startsWith": lambda value, wanted: isinstance(value, str) and value.startswith(str(wanted)),
    "endsWith": lambda value, wanted: isinstance(value, str) and value.endswith(str(wanted)),
    "includes": lambda value, wanted: isinstance(value, str) and str(wanted) in value,
    "regex": _matches_pattern,
    "exists": lambda value, _: value is not None and value is not _MISSING and value != "",
}


def _condition(condition: Mapping[str, Any], value: Any) -> bool:
    return all(name in _CONDITIONS and _CONDITIONS[name](value, wanted) for name, wanted in condition.items())


def has_expression(value: Any) -> bool:
    """Whether a raw parameter value holds an expression anywhere."""
    if isinstance(value, str):
        return value.startswith("=")
    if isinstance(value, dict):
        return any(has_expression(part) for part in value.values())
    if isinstance(value, list):
        return any(has_expression(part) for part in value)
    return False
