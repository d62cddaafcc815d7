"""What the suites put into a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from headrace.identity.adapters.memory import MemoryIdentity
from headrace.identity.adapters.sqlite import SqliteIdentity
from headrace.identity.public import ApiKey, Invitation, InvitationId, KeyId, Session, SessionId, User
from headrace.kernel.ids import ProjectId, TenantId, UserId
from headrace.tenancy.public import Action, Role

Kept = MemoryIdentity | SqliteIdentity

MINE, OTHER = TenantId("mine"), TenantId("other")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=365)


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes, microseconds=1)


def user(id_: str, *, email: str | None = None, at: datetime = NOON) -> User:
    return User(id=UserId(id_), email=email or f"{id_}@example.com", name=id_.title(), created_at=at)


ANN, BEN, EVE = user("ann"), user("ben"), user("eve")


def session(id_: str, of: User = ANN, *, at: datetime = NOON, seen_at: datetime | None = None) -> Session:
    return Session(
        id=SessionId(id_), user=of.id, created_at=at, seen_at=seen_at or at, address="192.0.2.1", agent="Größe/1.0"
    )


def key(
    id_: str,
    of: User = ANN,
    *,
    tenant: TenantId = MINE,
    at: datetime = NOON,
    scopes: frozenset[Action] | None = None,
    expires_at: datetime | None = None,
) -> ApiKey:
    return ApiKey(
        id=KeyId(id_),
        tenant=tenant,
        user=of.id,
        name=f"Key {id_}",
        start="hr_abcd",
        scopes=scopes,
        created_at=at,
        expires_at=expires_at,
    )


def invitation(
    id_: str,
    email: str,
    *,
    tenant: TenantId = MINE,
    project: str | None = None,
    at: datetime = NOON,
    expires_at: datetime | None = None,
) -> Invitation:
    return Invitation(
        id=InvitationId(id_),
        tenant=tenant,
        email=email,
        role=Role.EDITOR,
        project=None if project is None else ProjectId(project),
        invited_by=ANN.id,
        created_at=at,
        expires_at=expires_at or at + timedelta(days=7),
    )


async def fill(kept: Kept) -> None:
    """Ann, Ben and Eve."""
    for one in (ANN, BEN, EVE):
        await kept.users.add(one, f"hash of {one.id}")


async def begin(kept: Kept, one: Session) -> None:
    """Begin a session whose token's hash is its id."""
    await kept.sessions.add(one, one.id, created_after=LONG_AGO, seen_after=LONG_AGO)
