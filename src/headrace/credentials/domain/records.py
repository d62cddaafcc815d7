"""What is kept of a credential, and what may be done with it."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

import msgspec

from headrace.credentials.errors import BadCredential, BadCursor
from headrace.credentials.public import Credential
from headrace.kernel.ids import TenantId

MAX_NAME = 128
MAX_CREDENTIALS = 10_000
"""Of one tenant."""

MAX_SHARES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Something encrypted with a data key of its tenant."""

    key: int
    """Number of the data key."""

    blob: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCredential(Credential):
    """A credential as it is stored."""

    sealed: Sealed
    sealed_revision: int = 1
    """The revision at which the fields were sealed; bound to what is sealed, as are tenant, id and type."""

    @property
    def binding(self) -> Sequence[str]:
        """What the seal holds to: it opens for this credential of this tenant, in this state, and for nothing else."""
        return ("credential", self.id, self.type, str(self.sealed_revision))

    @property
    def plain(self) -> Credential:
        return Credential(**{one.name: getattr(self, one.name) for one in fields(Credential)})


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """A data key, encrypted with a key-encryption key."""

    kek: str
    """Id of the key-encryption key."""

    blob: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """The key of one tenant that its secrets are sealed with."""

    tenant: TenantId
    number: int
    """From 1; the highest is used for what is sealed from now on."""

    wrapped: WrappedKey
    created_at: datetime

    @property
    def binding(self) -> Sequence[str]:
        return self.binding_of(self.tenant, self.number)

    @staticmethod
    def binding_of(tenant: TenantId, number: int) -> Sequence[str]:
        return ("data key", tenant, str(number))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list by name goes on: after this row."""

    name_key: str
    id: str


def name_key(name: str) -> str:
    """Return what names are sorted and searched by, however they are capitalised."""
    return name.casefold()


def write_cursor(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([cursor.name_key, cursor.id])).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """Raises: BadCursor"""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        key, id_ = msgspec.json.decode(raw, type=tuple[str, str])
    except (ValueError, msgspec.DecodeError):
        raise BadCursor from None
    return Cursor(key, id_)


def check_name(name: str) -> str:
    """Return the name without spaces around it.

    Raises:
        BadCredential: it is empty, too long, or holds control characters.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME or re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", name):
        raise BadCredential(f"a credential's name has 1 to {MAX_NAME} characters, none of them control characters")
    return name
