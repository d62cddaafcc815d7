"""Programs grown from a grammar: lines of alternatives, in which words after § stand for other rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

_RULE = re.compile(r"§(\w+)")


def rules(text: str) -> Sequence[str]:
    """Return the alternatives of a rule, one a line."""
    return [line.strip() for line in text.strip().splitlines()]


def words(text: str) -> Sequence[str]:
    """Return the alternatives of a rule of single words."""
    return text.split()


class Grammar:
    """Grows texts; the same random numbers give the same.

    Args:
        alternatives: Each rule's, by its name.
        ends: What rules that would grow for ever become when a text is large enough.
    """

    def __init__(self, alternatives: Mapping[str, Sequence[str]], ends: Mapping[str, Sequence[str]]) -> None:
        self._alternatives = alternatives
        self._ends = ends

    def grow(self, rule: str, random: Random, size: int) -> str:
        """Return a text of the rule, from about *size* rules."""
        room = size

        def grown(name: str) -> str:
            nonlocal room
            room -= 1
            choices = self._ends[name] if room < 0 and name in self._ends else self._alternatives[name]
            return _RULE.sub(one, random.choice(choices))

        one: Callable[[re.Match[str]], str] = lambda match: grown(match.group(1))  # noqa: E731 - it calls its caller
        return grown(rule)
