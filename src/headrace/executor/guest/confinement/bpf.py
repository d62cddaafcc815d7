"""A small assembler for seccomp filters.

Written here rather than taken from libseccomp: PyPI's `pyseccomp` is a shell over the system's libseccomp.so.2, which
slim images lack, and which numbers only the calls that its own release knows. What a filter needs is one page.

A filter is a list of jumps over the call's number; below each number stand the checks of its arguments.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from headrace.executor.guest.confinement.numbers import ARCHITECTURE, has, number_of

_LOAD = 0x20
_AND = 0x54
_JUMP_EQUAL = 0x15
_JUMP_AT_LEAST = 0x35
_RETURN = 0x06

_NUMBER_AT = 0
_ARCHITECTURE_AT = 4
_ARGUMENTS_AT = 16
_X32_CALLS = 0x40000000
"""x86_64 kernels may know every call by a second number, from here on."""

_WORD = 0xFFFFFFFF
_INSTRUCTION = struct.Struct("=HBBI")


class Action(IntEnum):
    """What the kernel does with a call."""

    ALLOW = 0x7FFF0000
    KILL = 0x80000000
    """The whole process, by SIGSYS that nobody can catch."""

    REFUSE = 0x00050000 | errno.EPERM
    UNKNOWN = 0x00050000 | errno.ENOSYS
    """As if the kernel were too old, so that a library does it the old way."""


@dataclass(frozen=True, slots=True)
class Check:
    """A call's argument must be one of some values."""

    argument: int
    """Its place, from 0."""

    values: Collection[int]
    mask: int = _WORD
    """Bits that count. Of the lower half only: where the kernel takes an int, it does not look at the rest."""

    pointer: bool = False
    """Whether the upper half counts too; it must be zero then."""


Alternative = Sequence[Check]
"""Checks that must all hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What to do with each call; one that is not named is refused with EPERM."""

    allowed: Mapping[str, Sequence[Alternative]]
    """Calls by name, each with the ways it may be called; no ways for any way."""

    killed: Collection[str]
    unknown: Collection[str] = ()

    def program(self) -> bytes:
        """Return the filter for this machine's architecture."""
        text = _Text()
        text.load(_ARCHITECTURE_AT)
        text.if_equal(ARCHITECTURE, "ours")
        text.give(Action.KILL)
        text.label("ours")
        text.load(_NUMBER_AT)
        # Compared as unsigned: numbers that are meant as negative are foreign too.
        text.unless_at_least(_X32_CALLS, "known")
        text.give(Action.KILL)
        text.label("known")
        for name, ways in self.allowed.items():
            if has(name):
                text.unless_equal(number_of(name), f"after {name}")
                _ways(text, name, ways)
                text.label(f"after {name}")
        for names, action in ((self.unknown, Action.UNKNOWN), (self.killed, Action.KILL)):
            for name in filter(has, names):
                text.unless_equal(number_of(name), f"after {name}")
                text.give(action)
                text.label(f"after {name}")
        text.give(Action.REFUSE)
        return text.assembled()


def _ways(text: _Text, name: str, ways: Sequence[Alternative]) -> None:
    for place, checks in enumerate(ways):
        otherwise = f"{name} {place} fails"
        for number, check in enumerate(checks):
            text.load(_ARGUMENTS_AT + 8 * check.argument)
            if check.mask != _WORD:
                text.mask(check.mask)
            holds = f"{name} {place} {number} holds"
            for value in check.values:
                text.if_equal(value, holds)
            text.go(otherwise)
            text.label(holds)
            if check.pointer:
                text.load(_ARGUMENTS_AT + 8 * check.argument + 4)
                text.unless_equal(0, otherwise)
        text.give(Action.ALLOW)
        text.label(otherwise)
    text.give(Action.REFUSE if ways else Action.ALLOW)


@dataclass(slots=True)
class _Text:
    """Instructions with names for the places to jump to; jumps go forward only."""

    _lines: list[tuple[int, str, str, int]] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def load(self, offset: int) -> None:
        self._lines.append((_LOAD, "", "", offset))

    def mask(self, bits: int) -> None:
        self._lines.append((_AND, "", "", bits))

    def if_equal(self, value: int, target: str) -> None:
        self._lines.append((_JUMP_EQUAL, target, "", value))

    def unless_equal(self, value: int, target: str) -> None:
        self._lines.append((_JUMP_EQUAL, "", target, value))

    def unless_at_least(self, value: int, target: str) -> None:
        self._lines.append((_JUMP_AT_LEAST, "", target, value))

    def go(self, target: str) -> None:
        self._lines.append((_JUMP_AT_LEAST, target, target, 0))

    def give(self, action: Action) -> None:
        self._lines.append((_RETURN, "", "", action))

    def label(self, name: str) -> None:
        self._places[name] = len(self._lines)

    def assembled(self) -> bytes:
        return b"".join(
            _INSTRUCTION.pack(code, self._distance(at, yes), self._distance(at, no), operand)
            for at, (code, yes, no, operand) in enumerate(self._lines)
        )

    def _distance(self, at: int, target: str) -> int:
        return self._places[target] - at - 1 if target else 0
