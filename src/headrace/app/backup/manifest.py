"""The table of contents of a backup: the last file in it, for only then is everything known."""

from __future__ import annotations

from datetime import datetime

import msgspec

MANIFEST = "headrace-backup.json"
FORMAT = 1
"""Grows when an older Headrace could no longer restore what a newer one wrote."""


class Entry(msgspec.Struct, frozen=True):
    """One file of the data directory."""

    path: str
    """Relative to the data directory, parts separated by "/"."""

    size: int
    sha256: str
    database: bool = False
    """A copy of a SQLite database, whole by itself."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds."""

    format: int
    headrace: str
    """Version of the program that wrote it."""

    taken_at: datetime
    secrets: bool
    """Whether the keys that open stored credentials are in it."""

    entries: tuple[Entry, ...]
    left_out: tuple[str, ...] = ()
    """Files that could not be part of it, each with the reason."""

    @property
    def bytes(self) -> int:
        return sum(entry.size for entry in self.entries)


def encode(manifest: Manifest) -> bytes:
    return msgspec.json.encode(manifest)


def decode(text: bytes) -> Manifest:
    """Raises: msgspec.DecodeError: it is no manifest."""
    return msgspec.json.decode(text, type=Manifest)
