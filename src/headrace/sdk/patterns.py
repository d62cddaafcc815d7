"""JavaScript regular expressions, run with a time limit.

A pattern from a workflow meets text from outside: one that backtracks for ever must not take the worker with it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from headrace.sdk.errors import NodeError

if TYPE_CHECKING:
    import regex

TIMEOUT_SECONDS = 2.0
"""For one search of one text."""

MAX_PATTERN = 10_000


@lru_cache(maxsize=1_000)
def compile_pattern(pattern: str, flags: str = "") -> regex.Pattern[str]:
    """Compile a JavaScript pattern.

    Args:
        flags: JavaScript's letters; g, y and d change nothing here.

    Raises:
        NodeError: it is not a regular expression.
    """
    import regex  # late: it takes longer to import than most nodes, and most workflows have no pattern

    if len(pattern) > MAX_PATTERN:
        raise NodeError(f"The regular expression is longer than the limit of {MAX_PATTERN} characters")
    options = regex.V1
    for letter, option in (("i", regex.IGNORECASE), ("m", regex.MULTILINE), ("s", regex.DOTALL)):
        if letter in flags:
            options |= option
    try:
        return regex.compile(_translate(pattern), options)
    except (regex.error, ValueError, OverflowError) as malformed:
        raise NodeError(f"Invalid regular expression: /{pattern}/: {malformed}") from malformed


def _translate(pattern: str) -> str:
    """Rewrite what the two languages spell differently: classes are ASCII, and sets have no operators."""
    out: list[str] = []
    in_class = False
    place = 0
    while place < len(pattern):
        char = pattern[place]
        pair = pattern[place : place + 2]
        if char == "\\" and len(pair) == 2:
            letter = pair[1]
            inner = {"d": "0-9", "w": "A-Za-z0-9_"}.get(letter)
            if inner is not None:
                out.append(inner if in_class else f"[{inner}]")
            elif letter in "DW" and not in_class:
                out.append("[^0-9]" if letter == "D" else "[^A-Za-z0-9_]")
            elif letter == "/":
                out.append("/")
            elif letter == "u" and pattern[place + 2 : place + 3] == "{":
                end = pattern.find("}", place)
                out.append(f"\\U{int(pattern[place + 3 : end] or '0', 16):08x}" if end > 0 else pair)
                place = end + 1 if end > 0 else place + 2
                continue
            else:
                out.append(pair)
            place += 2
            continue
        if in_class:
            # In the other language "[", "--", "&&", "||" and "~~" inside a class are set operators.
            out.append("\\" + char if char in "[&|~" else char)
            if char == "]":
                in_class = False
        elif char == "[":
            in_class = True
            out.append(char)
            if pattern[place + 1 : place + 2] == "^":
                out.append("^")
                place += 1
        else:
            out.append(char)
        place += 1
    return "".join(out)


def search(pattern: str, text: str, flags: str = "") -> Any | None:
    """Return the first match in *text*, or None.

    Raises:
        NodeError: no regular expression, or it ran out of time.
    """
    return _timed(compile_pattern(pattern, flags).search, text)


def replace(pattern: str, replacement: str, text: str, flags: str = "") -> str:
    """Return *text* with the first match replaced (all with the flag g); "$1", "$<name>" and "$&" stand for groups.

    Raises:
        NodeError: no regular expression, or it ran out of time.
    """
    compiled = compile_pattern(pattern, flags)

    def fill(match: Any) -> str:
        def group(reference: Any) -> str:
            which = reference.group(1)
            if which == "$":
                return "$"
            if which == "&":
                return str(match.group())
            try:
                return match.group(int(which) if which.isdecimal() else which[1:-1]) or ""
            except (IndexError, KeyError):
                return str(reference.group())

        return str(re.sub(r"\$(\$|&|\d{1,2}|<\w+>)", group, replacement))

    def run(subject: str, **options: Any) -> str:
        return str(compiled.sub(fill, subject, count=0 if "g" in flags else 1, **options))

    result: str = _timed(run, text)
    return result


def _timed(work: Any, text: str) -> Any:
    try:
        return work(text, timeout=TIMEOUT_SECONDS)
    except TimeoutError as slow:
        raise NodeError(
            f"The regular expression took longer than the limit of {TIMEOUT_SECONDS:g} seconds",
            description="Simplify it: nested repetitions such as (a+)+ take exponential time.",
        ) from slow


def split_literal(text: str) -> tuple[str, str]:
    """Return ("fo{2}", "g") for "/fo{2}/g", and plain text as a pattern without flags."""
    match = re.fullmatch(r"/(.*)/([dgimsuyv]*)", text, re.DOTALL)
    return (match.group(1), match.group(2)) if match else (text, "")
