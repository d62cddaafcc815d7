"""Credentials in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import apsw
import msgspec

from headrace.credentials.adapters.sqlite.schema import read, written
from headrace.credentials.domain.records import MAX_CREDENTIALS, Cursor, Sealed, SealedCredential, name_key
from headrace.credentials.errors import CredentialChanged, CredentialExists, CredentialLimit, CredentialNotFound
from headrace.credentials.public import Credential, CredentialQuery
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ProjectId, TenantId

_PLAIN = """c.id, c.project, c.name, c.type, c.revision, c.created_at, c.created_by, c.updated_at, c.updated_by,
    (SELECT json_group_array(project) FROM
        (SELECT project FROM credential_share s WHERE s.tenant = c.tenant AND s.credential_id = c.id ORDER BY project))
"""
_ALL = f"{_PLAIN}, c.sealed_revision, c.data_key, c.sealed"


class SqliteCredentials:
    """A `CredentialStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, record: SealedCredential) -> None:
        def work(db: apsw.Connection) -> None:
            row: Any = db.execute("SELECT count(*) FROM credential WHERE tenant = ?", (record.tenant,)).fetchone()
            if row[0] >= MAX_CREDENTIALS:
                raise CredentialLimit(f"there are {MAX_CREDENTIALS} credentials at most; delete one that is not used")
            try:
                db.execute(
                    "INSERT INTO credential (project, name, name_key, type, revision, created_at, created_by,"
                    " updated_at, updated_by, sealed_revision, data_key, sealed, tenant, id)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    _values(record),
                )
            except apsw.ConstraintError as exists:
                raise CredentialExists(record.id) from exists
            _share(db, record)

        await self._db.write(work)

    async def get(self, tenant: TenantId, credential_id: str) -> SealedCredential:
        row = await self._db.read(
            lambda db: db.execute(
                f"SELECT {_ALL} FROM credential c WHERE tenant = ? AND id = ?",  # noqa: S608 - our own columns
                (tenant, credential_id),
            ).fetchone()
        )
        if row is None:
            raise CredentialNotFound("", credential_id)
        return _sealed(tenant, row)

    async def replace(self, record: SealedCredential, *, expected: int) -> None:
        def work(db: apsw.Connection) -> None:
            row: Any = db.execute(
                "SELECT revision FROM credential WHERE tenant = ? AND id = ?", (record.tenant, record.id)
            ).fetchone()
            if row is None:
                raise CredentialNotFound("", record.id)
            if row[0] != expected:
                raise CredentialChanged(record.id)
            db.execute(
                "UPDATE credential SET project = ?, name = ?, name_key = ?, type = ?, revision = ?, created_at = ?,"
                " created_by = ?, updated_at = ?, updated_by = ?, sealed_revision = ?, data_key = ?, sealed = ?"
                " WHERE tenant = ? AND id = ?",
                _values(record),
            )
            db.execute(
                "DELETE FROM credential_share WHERE tenant = ? AND credential_id = ?", (record.tenant, record.id)
            )
            _share(db, record)

        await self._db.write(work)

    async def remove(self, tenant: TenantId, credential_id: str) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM credential WHERE tenant = ? AND id = ?", (tenant, credential_id))
            if not db.changes():
                raise CredentialNotFound("", credential_id)
            db.execute("DELETE FROM claim WHERE tenant = ? AND credential_id = ?", (tenant, credential_id))

        await self._db.write(work)

    async def find(
        self, tenant: TenantId, query: CredentialQuery, *, after: Cursor | None, limit: int
    ) -> Sequence[Credential]:
        conditions, values = ["c.tenant = ?"], [str(tenant)]
        if query.project is not None:
            conditions.append(
                "(c.project = ? OR EXISTS (SELECT 1 FROM credential_share s"
                " WHERE s.tenant = c.tenant AND s.credential_id = c.id AND s.project = ?))"
            )
            values += [query.project, query.project]
        if query.type is not None:
            conditions.append("c.type = ?")
            values.append(query.type)
        if query.name:
            conditions.append("instr(c.name_key, ?) > 0")
            values.append(name_key(query.name))
        if after is not None:
            conditions.append("(c.name_key, c.id) > (?, ?)")
            values += [after.name_key, after.id]
        rows = await self._db.read(
            lambda db: db.execute(
                f"SELECT {_PLAIN} FROM credential c WHERE {' AND '.join(conditions)}"  # noqa: S608 - values are bound
                " ORDER BY c.name_key, c.id LIMIT ?",
                (*values, limit),
            ).fetchall()
        )
        return [Credential(**_plain(tenant, row)) for row in rows]

    async def named(self, tenant: TenantId, type_: str, name: str) -> Sequence[Credential]:
        rows = await self._db.read(
            lambda db: db.execute(
                f"SELECT {_PLAIN} FROM credential c"  # noqa: S608 - our own columns
                " WHERE c.tenant = ? AND c.name_key = ? AND c.name = ? AND c.type = ? ORDER BY c.id",
                (tenant, name_key(name), name, type_),
            ).fetchall()
        )
        return [Credential(**_plain(tenant, row)) for row in rows]

    async def sealed_before(self, tenant: TenantId, key: int, *, limit: int) -> Sequence[SealedCredential]:
        rows = await self._db.read(
            lambda db: db.execute(
                f"SELECT {_ALL} FROM credential c WHERE tenant = ? AND data_key < ? LIMIT ?",  # noqa: S608
                (tenant, key, limit),
            ).fetchall()
        )
        return [_sealed(tenant, row) for row in rows]

    async def claim(self, tenant: TenantId, credential_id: str, *, now: datetime, until: datetime) -> bool:
        def work(db: apsw.Connection) -> bool:
            db.execute(
                "INSERT INTO claim (tenant, credential_id, until) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET until = excluded.until WHERE until <= ?",
                (tenant, credential_id, written(until), written(now)),
            )
            return db.changes() > 0

        return await self._db.write(work)

    async def release(self, tenant: TenantId, credential_id: str) -> None:
        await self._db.write(
            lambda db: db.execute("DELETE FROM claim WHERE tenant = ? AND credential_id = ?", (tenant, credential_id))
        )


def _values(record: SealedCredential) -> Sequence[Any]:
    return (
        record.project,
        record.name,
        name_key(record.name),
        record.type,
        record.revision,
        written(record.created_at),
        record.created_by,
        written(record.updated_at),
        record.updated_by,
        record.sealed_revision,
        record.sealed.key,
        record.sealed.blob,
        record.tenant,
        record.id,
    )


def _share(db: apsw.Connection, record: SealedCredential) -> None:
    db.executemany(
        "INSERT INTO credential_share (tenant, credential_id, project) VALUES (?, ?, ?)",
        [(record.tenant, record.id, project) for project in record.shared_with],
    )


def _plain(tenant: TenantId, row: Sequence[Any]) -> dict[str, Any]:
    id_, project, name, type_, revision, created_at, created_by, updated_at, updated_by, shares = row[:10]
    return {
        "id": id_,
        "tenant": tenant,
        "project": ProjectId(project),
        "name": name,
        "type": type_,
        "shared_with": tuple(ProjectId(one) for one in msgspec.json.decode(shares, type=list[str])),
        "revision": revision,
        "created_at": read(created_at),
        "created_by": created_by,
        "updated_at": read(updated_at),
        "updated_by": updated_by,
    }


def _sealed(tenant: TenantId, row: Sequence[Any]) -> SealedCredential:
    sealed_revision, key, blob = row[10:]
    return SealedCredential(
        **_plain(tenant, row), sealed_revision=sealed_revision, sealed=Sealed(key=key, blob=bytes(blob))
    )
