"""Invitations in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw

from headrace.identity.adapters.sqlite.schema import read, written
from headrace.identity.domain.limits import check_invitation_count
from headrace.identity.errors import InvitationNotFound
from headrace.identity.public import Invitation, InvitationId
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId
from headrace.tenancy.public import Role

_SELECT = "SELECT id, tenant, email, role, project, invited_by, created_at, expires_at FROM invitation"


class SqliteInvitations:
    """An `InvitationStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, invitation: Invitation, token_hash: str) -> None:
        place = (invitation.tenant, invitation.email, invitation.project or "")

        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM invitation WHERE expires_at <= ?", (written(invitation.created_at),))
            db.execute("DELETE FROM invitation WHERE tenant = ? AND email = ? AND project = ?", place)
            row: Any = db.execute("SELECT count(*) FROM invitation WHERE tenant = ?", (invitation.tenant,)).fetchone()
            check_invitation_count(row[0])
            db.execute(
                "INSERT INTO invitation (tenant, email, project, token_hash, id, role, invited_by, created_at,"
                " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *place,
                    token_hash,
                    invitation.id,
                    invitation.role,
                    invitation.invited_by,
                    written(invitation.created_at),
                    written(invitation.expires_at),
                ),
            )

        await self._db.write(work)

    async def find(self, token_hash: str) -> Invitation:
        row = await self._db.read(lambda db: db.execute(_SELECT + " WHERE token_hash = ?", (token_hash,)).fetchone())
        if row is None:
            raise InvitationNotFound
        return _invitation(row)

    async def list(self, tenant: TenantId) -> Sequence[Invitation]:
        rows = await self._db.read(
            lambda db: db.execute(_SELECT + " WHERE tenant = ? ORDER BY created_at DESC, id DESC", (tenant,)).fetchall()
        )
        return [_invitation(row) for row in rows]

    async def remove(self, tenant: TenantId, invitation: InvitationId) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM invitation WHERE tenant = ? AND id = ?", (tenant, invitation))
            if not db.changes():
                raise InvitationNotFound

        await self._db.write(work)


def _invitation(row: Sequence[Any]) -> Invitation:
    id_, tenant, email, role, project, invited_by, created_at, expires_at = row
    return Invitation(
        id=id_,
        tenant=tenant,
        email=email,
        role=Role(role),
        project=project or None,
        invited_by=invited_by,
        created_at=read(created_at),
        expires_at=read(expires_at),
    )
