"""Which execution runs next: limits, priorities, pauses, and turns between tenants. Pure rules over what waits."""

from __future__ import annotations

import heapq
from collections import Counter, OrderedDict
from collections.abc import Set
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from headrace.executions.public import Ticket
from headrace.kernel.ids import ExecutionId, TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionLimits:
    server: int = 20
    """Executions that run at once here."""

    tenant: int | None = None
    """Of one tenant; None: as many as the server."""


_Key = TypeVar("_Key")
_Lane: TypeAlias = tuple[TenantId, str, str]


@dataclass(slots=True)
class _Waiting:
    """A tenant's queue: lanes with work that may start, and those that may not."""

    ready: list[tuple[int, int, _Lane]] = field(default_factory=list)
    """A heap of (-priority, number, lane), one entry for each lane's first ticket."""


class Admission:
    """What waits and what runs. `add` what should run, take with `admit`, and give back with `done`."""

    def __init__(self, limits: AdmissionLimits | None = None) -> None:
        self.limits = limits or AdmissionLimits()
        self._tenants: OrderedDict[TenantId, _Waiting] = OrderedDict()
        self._lanes: dict[_Lane, list[tuple[int, int, Ticket]]] = {}
        self._running: dict[ExecutionId, Ticket] = {}
        self._running_of: Counter[TenantId] = Counter()
        self._running_in: Counter[_Lane] = Counter()
        self._known: set[ExecutionId] = set()
        self._paused: set[tuple[TenantId, str]] = set()
        self._limit_of: dict[TenantId, int] = {}
        self._number = 0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._known) - len(self._running)

    @property
    def running(self) -> int:
        return len(self._running)

    def add(self, ticket: Ticket) -> bool:
        """Queue an execution; False when it waits or runs already."""
        if ticket.execution_id in self._known:
            return False
        self._known.add(ticket.execution_id)
        self._number += 1
        lane = _lane_of(ticket)
        queue = self._lanes.setdefault(lane, [])
        heapq.heappush(queue, (-ticket.priority, self._number, ticket))
        self._offer(lane)
        return True

    def admit(self) -> Ticket | None:
        """Take the next execution that may run now; None when none may."""
        if len(self._running) >= self.limits.server:
            return None
        for tenant in list(self._tenants):
            if self._running_of[tenant] >= self._most_of(tenant):
                continue
            ticket = self._next_of(tenant)
            if ticket is None:
                continue
            if tenant in self._tenants:
                # The next one goes to the next tenant.
                self._tenants.move_to_end(tenant)
            self._running[ticket.execution_id] = ticket
            self._running_of[tenant] += 1
            self._running_in[_lane_of(ticket)] += 1
            self._offer(_lane_of(ticket))
            return ticket
        return None

    def done(self, execution_id: ExecutionId) -> None:
        """An admitted execution has ended, was put aside, or could not be run."""
        ticket = self._running.pop(execution_id, None)
        if ticket is None:
            return
        self._known.discard(execution_id)
        _one_less(self._running_of, ticket.tenant)
        _one_less(self._running_in, _lane_of(ticket))
        self._offer(_lane_of(ticket))

    def drop(self, execution_id: ExecutionId) -> bool:
        """Forget an execution that waits; False when it does not."""
        for lane, queue in self._lanes.items():
            for place, (_, _, ticket) in enumerate(queue):
                if ticket.execution_id == execution_id:
                    del queue[place]
                    heapq.heapify(queue)
                    self._known.discard(execution_id)
                    self._offer(lane)
                    return True
        return False

    def pause(self, tenant: TenantId, workflow_id: str) -> None:
        """Start no more executions of a workflow; those that run go on."""
        self._paused.add((tenant, workflow_id))

    def resume(self, tenant: TenantId, workflow_id: str) -> None:
        self._paused.discard((tenant, workflow_id))
        for lane in list(self._lanes):
            if lane[:2] == (tenant, workflow_id):
                self._offer(lane)

    def keep_paused(self, paused: Set[tuple[TenantId, str]]) -> None:
        """Pause these workflows, and no others."""
        for tenant, workflow_id in self._paused - paused:
            self.resume(tenant, workflow_id)
        self._paused |= paused

    def limit(self, tenant: TenantId, at_once: int | None) -> None:
        """Let a tenant run so many executions at once from now on; None: as many as any tenant."""
        if at_once is None:
            self._limit_of.pop(tenant, None)
        else:
            self._limit_of[tenant] = at_once

    def waiting_of(self, tenant: TenantId, workflow_id: str | None = None) -> list[Ticket]:
        """Return a tenant's executions that wait, in the order they were queued."""
        found = [
            (number, ticket)
            for lane, queue in self._lanes.items()
            if lane[0] == tenant and workflow_id in (None, lane[1])
            for _, number, ticket in queue
        ]
        return [ticket for _, ticket in sorted(found, key=lambda one: one[0])]

    def _most_of(self, tenant: TenantId) -> int:
        limits = (self.limits.server, self.limits.tenant, self._limit_of.get(tenant))
        return min(limit for limit in limits if limit is not None)

    def _next_of(self, tenant: TenantId) -> Ticket | None:
        waiting = self._tenants[tenant]
        while waiting.ready:
            priority, number, lane = heapq.heappop(waiting.ready)
            queue = self._lanes.get(lane)
            # An entry may be out of date: its ticket was taken, dropped, or overtaken by one of higher priority.
            if queue and queue[0][:2] == (priority, number) and self._open(lane):
                ticket = heapq.heappop(queue)[2]
                if not queue:
                    del self._lanes[lane]
                if not waiting.ready:
                    del self._tenants[tenant]
                return ticket
        del self._tenants[tenant]
        return None

    def _open(self, lane: _Lane) -> bool:
        if lane[:2] in self._paused:
            return False
        limit = self._lanes[lane][0][2].lane_limit
        return limit is None or self._running_in[lane] < limit

    def _offer(self, lane: _Lane) -> None:
        """Put a lane's first ticket where `admit` looks, if it may start."""
        queue = self._lanes.get(lane)
        if queue is None:
            return
        if not queue:
            del self._lanes[lane]
            return
        if self._open(lane):
            priority, number, _ = queue[0]
            waiting = self._tenants.setdefault(lane[0], _Waiting())
            heapq.heappush(waiting.ready, (priority, number, lane))


def _lane_of(ticket: Ticket) -> _Lane:
    return ticket.tenant, ticket.workflow_id, ticket.lane


def _one_less(counter: Counter[_Key], key: _Key) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]  # else one entry would stay for every key that ever was
