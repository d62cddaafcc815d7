"""What users, sessions, keys and invitations look like from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from headrace.identity.public import ApiKey, Invitation, Session, User
from headrace.infra.http.injected import Given
from headrace.tenancy.public import Action, Caller, Role

_Row = TypeVar("_Row")

Who = Given[Caller]


class Rows(msgspec.Struct, Generic[_Row], rename="camel"):
    """A list, or a page of one."""

    data: Sequence[_Row]
    next_cursor: str | None = None
    """Send it back as `cursor` for the next page; null on the last."""


class UserShape(msgspec.Struct, rename="camel"):
    id: str
    email: str
    name: str
    disabled: bool
    created_at: datetime


class MemberShape(msgspec.Struct, rename="camel"):
    """A user, as a member of the tenant."""

    id: str
    email: str
    name: str
    disabled: bool
    created_at: datetime
    role: Role | None
    """In the whole tenant; null for a member of single projects."""


class SessionShape(msgspec.Struct, rename="camel"):
    id: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    current: bool
    """Whether the request came in by it."""


class KeyShape(msgspec.Struct, rename="camel"):
    id: str
    user_id: str
    name: str
    start: str
    """The key's first characters."""

    scopes: list[Action] | None
    """Null: all that the user may do."""

    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class InvitationShape(msgspec.Struct, rename="camel"):
    id: str
    email: str
    role: Role
    project_id: str | None
    """Null: in the whole tenant."""

    invited_by: str
    created_at: datetime
    expires_at: datetime


def user_shape(user: User) -> UserShape:
    return UserShape(user.id, user.email, user.name, user.disabled_at is not None, user.created_at)


def member_shape(user: User, role: Role | None) -> MemberShape:
    return MemberShape(user.id, user.email, user.name, user.disabled_at is not None, user.created_at, role)


def session_shape(session: Session, *, current: bool) -> SessionShape:
    return SessionShape(
        session.id, session.created_at, session.seen_at, session.address, session.agent, current=current
    )


def key_shape(key: ApiKey) -> KeyShape:
    scopes = None if key.scopes is None else sorted(key.scopes)
    return KeyShape(key.id, key.user, key.name, key.start, scopes, key.created_at, key.expires_at, key.used_at)


def invitation_shape(invitation: Invitation) -> InvitationShape:
    return InvitationShape(
        invitation.id,
        invitation.email,
        invitation.role,
        invitation.project,
        invitation.invited_by,
        invitation.created_at,
        invitation.expires_at,
    )
