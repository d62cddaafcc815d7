"""Members in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ProjectId, TenantId, UserId
from headrace.tenancy.adapters.sqlite.projects import check_place
from headrace.tenancy.adapters.sqlite.schema import read, written
from headrace.tenancy.domain.permissions import Standing
from headrace.tenancy.domain.rules import check_owner_stays, given, joined
from headrace.tenancy.errors import MemberNotFound
from headrace.tenancy.public import Membership, Role

_SELECT = "SELECT tenant, user_id, project, role, since FROM member WHERE tenant = :tenant"


class SqliteMembers:
    """A `MemberStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def standing(self, tenant: TenantId, user: UserId, project: ProjectId | None = None) -> Standing:
        def work(db: apsw.Connection) -> Standing:
            check_place(db, tenant, project)
            suspended: Any = db.execute("SELECT suspended_at, suspended_why FROM tenant WHERE id = ?", (tenant,))
            at, why = suspended.fetchone()
            held: Any = db.execute("SELECT project, role FROM member WHERE tenant = ? AND user_id = ?", (tenant, user))
            roles = {ProjectId(place) if place else None: Role(role) for place, role in held}
            return Standing(roles=roles, suspended=at is not None, suspended_why=why)

        return await self._db.read(work)

    async def list(self, tenant: TenantId, project: ProjectId | None = None) -> Sequence[Membership]:
        rows = await self._db.read(
            lambda db: db.execute(
                _SELECT + " AND (:project IS NULL OR project = :project) ORDER BY user_id, project",
                {"tenant": tenant, "project": project},
            ).fetchall()
        )
        return [_membership(row) for row in rows]

    async def put(self, membership: Membership) -> Membership:
        def work(db: apsw.Connection) -> Membership:
            check_place(db, membership.tenant, membership.project)
            if membership.project is None:
                check_owner_stays(_owners(db, membership.tenant), membership.user, membership.role)
            return put_member(db, given(_held(db, membership), membership))

        return await self._db.write(work)

    async def join(self, membership: Membership) -> Membership:
        def work(db: apsw.Connection) -> Membership:
            check_place(db, membership.tenant, membership.project)
            return put_member(db, joined(_held(db, membership), membership))

        return await self._db.write(work)

    async def remove(self, tenant: TenantId, user: UserId, project: ProjectId | None = None) -> None:
        def work(db: apsw.Connection) -> None:
            if project is None:
                check_owner_stays(_owners(db, tenant), user, None)
            db.execute(
                "DELETE FROM member WHERE tenant = :tenant AND user_id = :user"
                " AND (:project IS NULL OR project = :project)",
                {"tenant": tenant, "user": user, "project": project},
            )
            if not db.changes():
                raise MemberNotFound(user)

        await self._db.write(work)


def put_member(db: apsw.Connection, membership: Membership) -> Membership:
    db.execute(
        "INSERT OR REPLACE INTO member (tenant, user_id, project, role, since) VALUES (?, ?, ?, ?, ?)",
        (
            membership.tenant,
            membership.user,
            membership.project or "",
            membership.role,
            written(membership.since),
        ),
    )
    return membership


def _held(db: apsw.Connection, membership: Membership) -> Membership | None:
    row = db.execute(
        _SELECT + " AND user_id = :user AND project = :project",
        {"tenant": membership.tenant, "user": membership.user, "project": membership.project or ""},
    ).fetchone()
    return None if row is None else _membership(row)


def _owners(db: apsw.Connection, tenant: TenantId) -> Sequence[UserId]:
    rows: Any = db.execute(
        "SELECT user_id FROM member WHERE tenant = ? AND project = '' AND role = ?", (tenant, Role.OWNER)
    )
    return [user for (user,) in rows]


def _membership(row: Sequence[Any]) -> Membership:
    tenant, user, project, role, since = row
    return Membership(tenant=tenant, user=user, project=project or None, role=Role(role), since=read(since))
