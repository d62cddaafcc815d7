"""The attacks, as data: one module for each class."""

from __future__ import annotations

from collections.abc import Sequence

from tests.security.sandbox.attack import Attack
from tests.security.sandbox.corpus import (
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

ATTACKS: Sequence[Attack] = (
    # By language, so that workers of one kind are not needed again and again.
    *constructor_chains.ATTACKS,
    *expressions.ATTACKS,
    *javascript_escapes.ATTACKS,
    *files_and_sockets.ATTACKS,
    *prototype_residue.ATTACKS,
    *bombs.ATTACKS,
    *python_escapes.ATTACKS,
    *python_programs.ATTACKS,
    *system_calls.ATTACKS,
    *leaks.ATTACKS,
    *system_leaks.ATTACKS,
    *protocol.ATTACKS,
    *python_bombs.ATTACKS,
)
