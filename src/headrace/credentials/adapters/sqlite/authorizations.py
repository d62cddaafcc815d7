"""Expected users in SQLite."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import apsw

from headrace.credentials.adapters.sqlite.schema import read, written
from headrace.credentials.domain.oauth2 import PendingAuthorization
from headrace.credentials.domain.records import Sealed
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId


class SqliteAuthorizations:
    """`Authorizations` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, pending: PendingAuthorization, *, now: datetime) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM authorization WHERE expires_at <= ?", (written(now),))
            db.execute(
                "INSERT INTO authorization (digest, tenant, credential_id, user, redirect_uri, data_key, verifier,"
                " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    pending.digest,
                    pending.tenant,
                    pending.credential_id,
                    pending.user,
                    pending.redirect_uri,
                    pending.verifier.key,
                    pending.verifier.blob,
                    written(pending.expires_at),
                ),
            )

        await self._db.write(work)

    async def take(self, digest: str, *, now: datetime) -> PendingAuthorization | None:
        def work(db: apsw.Connection) -> Any:
            return db.execute(
                "DELETE FROM authorization WHERE digest = ?"
                " RETURNING tenant, credential_id, user, redirect_uri, data_key, verifier, expires_at",
                (digest,),
            ).fetchone()

        row = await self._db.write(work)
        if row is None:
            return None
        tenant, credential_id, user, redirect_uri, key, verifier, expires_at = row
        pending = PendingAuthorization(
            digest=digest,
            tenant=TenantId(tenant),
            credential_id=credential_id,
            user=user,
            redirect_uri=redirect_uri,
            verifier=Sealed(key=key, blob=bytes(verifier)),
            expires_at=read(expires_at),
        )
        return pending if pending.expires_at > now else None
