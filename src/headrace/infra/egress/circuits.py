"""Circuit breaking: a host that does not answer is left alone for a while, so that nobody waits for it in vain.

The rules are pure. A circuit is closed (requests pass, failures in a row are counted), open (none passes until a
moment) or half-open (one passes, and its outcome decides). What counts as a failure is that there was no answer, or one
that says that the service is not there; that a service says no is an answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

_UNAVAILABLE = frozenset((502, 503, 504))
_CIRCUITS = 10_000
"""Circuits with something to remember, at once; workflows reach hosts of people's choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitRules:
    """When a circuit opens, and for how long."""

    failures: int = 20
    """In a row, until it opens."""

    within: timedelta = timedelta(seconds=60)
    """A failure that is longer ago than this begins no row."""

    rest: timedelta = timedelta(seconds=30)
    """How long it stays open before one request is let through; doubled each time that fails, up to `longest_rest`."""

    longest_rest: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Circuit:
    """What is known of one host. Moments are seconds of a clock that never goes back."""

    failures: int = 0
    """In a row."""

    last_failure: float = 0.0
    open_until: float | None = None
    """None: it is closed."""

    rests: int = 0
    """How often in a row it was opened."""

    probing: bool = False
    """One request was let through, and its outcome is not known yet."""


CLOSED = Circuit()


def admit(circuit: Circuit, now: float) -> tuple[Circuit, timedelta | None]:
    """Decide about a request: return the circuit, and None if it may pass, else how long there is no use in asking."""
    if circuit.open_until is None:
        return circuit, None
    if now < circuit.open_until:
        return circuit, timedelta(seconds=circuit.open_until - now)
    if circuit.probing:
        return circuit, timedelta(seconds=1)
    return replace(circuit, probing=True), None


def failed(circuit: Circuit, now: float, rules: CircuitRules) -> Circuit:
    """The host did not answer."""
    if circuit.open_until is not None and not circuit.probing:
        return circuit  # it was sent before the circuit opened, and tells nothing new
    fresh = now - circuit.last_failure <= rules.within.total_seconds()
    failures = circuit.failures + 1 if fresh else 1
    if not circuit.probing and failures < rules.failures:
        return Circuit(failures, now)
    # Capped before the power: a host that stays away for weeks would overflow it.
    rest = min(rules.rest.total_seconds() * 2 ** min(circuit.rests, 20), rules.longest_rest.total_seconds())
    return Circuit(failures, now, open_until=now + rest, rests=circuit.rests + 1)


def undecided(circuit: Circuit) -> Circuit:
    """The request was given up before anything was known of the host."""
    return replace(circuit, probing=False) if circuit.probing else circuit


def says_unavailable(status: int) -> bool:
    """Whether an answer of this status means that nobody is there."""
    return status in _UNAVAILABLE


CircuitKey: TypeAlias = tuple[str, str]
"""Tenant and origin: what one tenant makes of a host is no other tenant's concern."""


class CircuitOpen(Exception):
    """The host has not answered lately, so it was not asked."""

    def __init__(self, host: str, failures: int, wait: timedelta) -> None:
        super().__init__(
            f"{host} has failed {failures} times in a row and is left alone for another {wait.total_seconds():.0f} s"
        )
        self.wait = wait


class Circuits:
    """The circuits of one process."""

    def __init__(self, rules: CircuitRules, clock: Callable[[], float]) -> None:
        self._rules = rules
        self._clock = clock
        self._known: OrderedDict[CircuitKey, Circuit] = OrderedDict()

    def enter(self, key: CircuitKey) -> None:
        """Ask whether a request may be sent; say afterwards how it went, whatever happened.

        Raises:
            CircuitOpen: it may not.
        """
        if key not in self._known:
            return
        circuit, wait = admit(self._known[key], self._clock())
        if wait is not None:
            raise CircuitOpen(key[1], circuit.failures, wait)
        self._keep(key, circuit)

    def succeeded(self, key: CircuitKey) -> None:
        self._known.pop(key, None)

    def failed(self, key: CircuitKey) -> None:
        self._keep(key, failed(self._known.get(key, CLOSED), self._clock(), self._rules))

    def undecided(self, key: CircuitKey) -> None:
        if key in self._known:
            self._keep(key, undecided(self._known[key]))

    def _keep(self, key: CircuitKey, circuit: Circuit) -> None:
        self._known[key] = circuit
        self._known.move_to_end(key)
        if len(self._known) > _CIRCUITS:
            self._known.popitem(last=False)
