"""Use cases: say what the clock will start, of workflows that are served and of triggers that are being drawn."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from headrace.kernel.ids import ProjectId, TenantId
from headrace.schedules.domain import Rule, occurrences, poll_rules_of, preview, rules_of, zone_of
from headrace.schedules.errors import BadSchedule
from headrace.schedules.ports import NodeTypes
from headrace.sdk.parameters import resolve_parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Clockwork:
    """The rules of one node of a workflow that is served."""

    workflow_id: str
    workflow_name: str
    project: ProjectId
    node: str
    kind: Literal["schedule", "poll"]
    """A schedule starts a run; a polling trigger looks for news, and starts one if there are some."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """What the clock will start, and when, UTC."""

    at: datetime
    of: Clockwork


class Served(Protocol):
    """What a server serves."""

    def clockworks(self, tenant: TenantId) -> Iterator[Clockwork]: ...


class Upcoming:
    """Looks ahead."""

    def __init__(self, *, served: Served, nodes: NodeTypes, now: Callable[[], datetime], timezone: str) -> None:
        self._served = served
        self._nodes = nodes
        self._now = now
        self._timezone = timezone

    def of_all(self, tenant: TenantId, *, project: ProjectId | None = None, count: int) -> list[Occurrence]:
        """Return what comes next, earliest first.

        Args:
            project: None: of all projects.
        """
        now = self._now()
        streams = [
            _of(clockwork, rule, now)
            for clockwork in self._served.clockworks(tenant)
            if project in (None, clockwork.project)
            for rule in clockwork.rules
        ]
        merged = heapq.merge(*streams, key=lambda one: one.at)
        return [occurrence for occurrence, _ in zip(merged, range(count), strict=False)]

    def preview(
        self,
        type_: str,
        version: float,
        parameters: Mapping[str, Any],
        *,
        settings: Mapping[str, Any],
        count: int,
        after: datetime | None = None,
    ) -> list[datetime]:
        """Return when a node would fire next if its workflow was published *after* that moment, now without one.

        Args:
            settings: The workflow's.

        Raises:
            BadSchedule: it makes no sense, or nothing of that type is started by the clock.
            NotFound: there is no such node type, or not in that version.
        """
        description = self._nodes.find(type_, version).DESCRIPTION
        moment = after or self._now()
        given = resolve_parameters(description.parameters, parameters, version=version)
        zone = zone_of(settings, self._timezone)
        match description.trigger:
            case "schedule":
                holidays = str(settings.get("holidays") or "")
                rules = rules_of(description.title, type_, given, zone=zone, anchor=moment, holidays=holidays)
            case "poll":
                rules = poll_rules_of(description.title, given, zone=zone, anchor=moment)
            case _:
                raise BadSchedule(f"{type_} is started by something else than the clock")
        return preview(rules, moment, count)


def _of(clockwork: Clockwork, rule: Rule, now: datetime) -> Iterator[Occurrence]:
    for moment in occurrences(rule, now):
        yield Occurrence(at=moment, of=clockwork)
