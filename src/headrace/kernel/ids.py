"""Identifiers that cross contexts."""

from __future__ import annotations

import secrets
import time
from datetime import datetime
from typing import NewType

TenantId = NewType("TenantId", str)
ProjectId = NewType("ProjectId", str)
UserId = NewType("UserId", str)
WorkflowId = NewType("WorkflowId", str)
ExecutionId = NewType("ExecutionId", str)

DEFAULT_TENANT = TenantId("default")
"""The one tenant of a server that has not been told of any other."""

DEFAULT_PROJECT = ProjectId("default")
"""The project that every tenant has."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """Return a fresh, unguessable, roughly time-ordered id: 24 lower-case letters and digits.

    The first nine digits are the milliseconds since 1970 (Crockford base 32), so that
    rows written together lie together; the other fifteen are 75 random bits.
    """
    return _id(time.time_ns() // 1_000_000, secrets.token_bytes(15))


def id_at(moment: datetime, digest: bytes) -> str:
    """Return an id of that form for a moment and at least 15 bytes: the same for the same, whoever asks."""
    return _id(int(moment.timestamp() * 1000), digest[:15])


def _id(milliseconds: int, rest: bytes) -> str:
    stamp = "".join(_ALPHABET[milliseconds >> shift & 31] for shift in range(40, -1, -5))
    return stamp + "".join(_ALPHABET[byte & 31] for byte in rest)
