"""The attacks, as data: one module for each class."""

from __future__ import annotations

from collections.abc import Sequence

from tests.security.sandbox.attack import Attack, Language
from tests.security.sandbox.corpus import (
    asked_of_the_server,
    bombs,
    constructor_chains,
    expressions,
    files_and_sockets,
    javascript_escapes,
    leaks,
    protocol,
    prototype_residue,
    python_bombs,
    python_escapes,
    python_programs,
    system_calls,
    system_leaks,
)

_ALL = (
    *constructor_chains.ATTACKS,
    *expressions.ATTACKS,
    *javascript_escapes.ATTACKS,
    *prototype_residue.ATTACKS,
    *files_and_sockets.ATTACKS,
    *asked_of_the_server.ATTACKS,
    *bombs.ATTACKS,
    *protocol.ATTACKS,
    *python_escapes.ATTACKS,
    *python_programs.ATTACKS,
    *system_calls.ATTACKS,
    *leaks.ATTACKS,
    *system_leaks.ATTACKS,
    *python_bombs.ATTACKS,
)


def _spread(attacks: Sequence[Attack]) -> Sequence[Attack]:
    """Return them with the deadly ones in equal distances: while others run, there is time to replace a worker."""
    calm = [attack for attack in attacks if not attack.stopped_by]
    deadly = [attack for attack in attacks if attack.stopped_by]
    places = {round((place + 1) * len(attacks) / len(deadly)) - 1: attack for place, attack in enumerate(deadly)}
    others = iter(calm)
    return [places[place] if place in places else next(others) for place in range(len(attacks))]


ATTACKS: Sequence[Attack] = (
    *_spread([attack for attack in _ALL if attack.language is not Language.PYTHON]),
    *_spread([attack for attack in _ALL if attack.language is Language.PYTHON]),
)
