"""Replies to code's questions, kept so that code which runs again gets the same: in memory while they are small."""

from __future__ import annotations

import tempfile
import weakref
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec

from headrace.executor.code_requests import HelpRefused

_IN_MEMORY_BYTES = 4 * 1024 * 1024
_MAX_BYTES = 1024 * 1024 * 1024
"""Of all replies of one run of a node."""

Reply = Mapping[str, Any]


class KeptReplies:
    """The replies of one run, by question and in order; beyond a few MiB in a file that goes with this object."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - closed with this object
        weakref.finalize(self, self._file.close)
        self._places: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
        self._end = 0

    def keep(self, question: bytes, reply: Reply) -> None:
        """Raises: HelpRefused: all replies together are too large."""
        text = msgspec.json.encode(reply)
        if self._end + len(text) > _MAX_BYTES:
            raise HelpRefused(f"code may be given {_MAX_BYTES >> 30} GiB by all its questions together")
        self._file.seek(self._end)
        self._file.write(text)
        self._places[question].append((self._end, len(text)))
        self._end += len(text)

    def again(self) -> Again:
        """Return what gives the replies kept until now, once each."""
        return Again(self, {question: len(places) for question, places in self._places.items()})

    def reply(self, question: bytes, number: int) -> Reply:
        start, size = self._places[question][number]
        self._file.seek(start)
        found: Reply = msgspec.json.decode(self._file.read(size), type=dict[str, Any])
        return found


class Again:
    """Gives replies a second time, in their order."""

    def __init__(self, kept: KeptReplies, until: Mapping[bytes, int]) -> None:
        self._kept = kept
        self._until = until
        self._given: dict[bytes, int] = defaultdict(int)

    def next(self, question: bytes) -> Reply | None:
        """Return the next reply to a question; None when it was not asked as often before."""
        number = self._given[question]
        if number >= self._until.get(question, 0):
            return None
        self._given[question] += 1
        return self._kept.reply(question, number)
