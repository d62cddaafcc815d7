"""What other contexts may know of users and of what they come in by. Nothing here holds a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from headrace.kernel.ids import ProjectId, TenantId, UserId
from headrace.tenancy.public import Action, Role

SESSION_COOKIE = "headrace_session"

SessionId = NewType("SessionId", str)
KeyId = NewType("KeyId", str)
InvitationId = NewType("InvitationId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who may log in, whatever tenants they belong to."""

    id: UserId
    email: str
    """In lower case; one user each."""

    name: str
    created_at: datetime
    disabled_at: datetime | None = None
    """None: they may log in, and what they came in by before counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that somebody has logged in with."""

    id: SessionId
    user: UserId
    created_at: datetime
    seen_at: datetime
    """When it was last used, or up to a minute before."""

    address: str
    """From where the log-in came."""

    agent: str
    """What the browser calls itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What a program comes in by, as a user, in one tenant."""

    id: KeyId
    tenant: TenantId
    user: UserId
    name: str
    start: str
    """Its first characters, to tell it from others."""

    scopes: frozenset[Action] | None
    """All that it may be used for, where the user's roles allow it; None: whatever they allow."""

    created_at: datetime
    expires_at: datetime | None
    """None: never."""

    used_at: datetime | None = None
    """When it was last used, or up to a minute before; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What lets the owner of an e-mail address into a tenant."""

    id: InvitationId
    tenant: TenantId
    email: str
    role: Role
    project: ProjectId | None
    """Where they get the role; None: in the whole tenant."""

    invited_by: UserId
    created_at: datetime
    expires_at: datetime
