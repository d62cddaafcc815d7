"""Keys of payloads, and who has some."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from headrace.kernel.ids import TenantId
from headrace.payloads.errors import BadKey

PayloadKey = NewType("PayloadKey", str)
"""`owner/hash`: the execution that owns the payload, and the SHA-256 of its bytes."""


@dataclass(frozen=True, slots=True)
class StoredOwner:
    """An execution that has payloads."""

    tenant: TenantId
    owner: str
    changed_at: datetime
    """When the last of them was put."""


_KEY = re.compile(r"[0-9A-Za-z_-]{1,64}/[0-9a-f]{64}")
_OWNER = re.compile(r"[0-9A-Za-z_-]{1,64}")


def key_for(owner: str, data: bytes) -> PayloadKey:
    """Return the key of *data* for *owner*; the same bytes of one owner are stored once.

    Raises:
        BadKey: the owner's name could not be part of a path.
    """
    return key_of_digest(owner, hashlib.sha256(data).hexdigest())


def key_of_digest(owner: str, digest: str) -> PayloadKey:
    """Return the key of bytes with that SHA-256; raises as `key_for`."""
    if not _OWNER.fullmatch(owner):
        raise BadKey(owner)
    return PayloadKey(f"{owner}/{digest}")


def check_key(key: str) -> PayloadKey:
    """Return *key* if it has the form of one: keys come back from workflows, so they are hostile input.

    Raises:
        BadKey: it has not.
    """
    if not _KEY.fullmatch(key):
        raise BadKey(key)
    return PayloadKey(key)
