"""API keys in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import apsw
import msgspec

from headrace.identity.adapters.sqlite.schema import read, read_or_none, written, written_or_none
from headrace.identity.adapters.sqlite.users import COLUMNS, user_from
from headrace.identity.domain.limits import check_key_count
from headrace.identity.errors import KeyNotFound
from headrace.identity.public import ApiKey, KeyId, User
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId, UserId
from headrace.tenancy.public import Action

_KEY = (
    "api_key.id, api_key.tenant, api_key.user_id, api_key.name, api_key.start, api_key.scopes, api_key.created_at,"
    " api_key.expires_at, api_key.used_at"
)
_FIND = (
    f"SELECT {_KEY}, {COLUMNS} FROM api_key JOIN user ON user.id = api_key.user_id"  # noqa: S608 - constants
    " WHERE api_key.token_hash = ?"
)
_LIST = (
    f"SELECT {_KEY} FROM api_key WHERE tenant = :tenant AND (:user IS NULL OR user_id = :user)"  # noqa: S608 - constants
    " ORDER BY created_at DESC, id DESC"
)


class SqliteKeys:
    """A `KeyStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, key: ApiKey, token_hash: str) -> None:
        scopes = None if key.scopes is None else msgspec.json.encode(sorted(key.scopes)).decode()

        def work(db: apsw.Connection) -> None:
            row: Any = db.execute(
                "SELECT count(*) FROM api_key WHERE tenant = ? AND user_id = ?", (key.tenant, key.user)
            ).fetchone()
            check_key_count(row[0])
            db.execute(
                "INSERT INTO api_key (token_hash, id, tenant, user_id, name, start, scopes, created_at, expires_at,"
                " used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    token_hash,
                    key.id,
                    key.tenant,
                    key.user,
                    key.name,
                    key.start,
                    scopes,
                    written(key.created_at),
                    written_or_none(key.expires_at),
                    written_or_none(key.used_at),
                ),
            )

        await self._db.write(work)

    async def find(self, token_hash: str) -> tuple[ApiKey, User] | None:
        row = await self._db.read(lambda db: db.execute(_FIND, (token_hash,)).fetchone())
        return None if row is None else (_key(row[:9]), user_from(row[9:]))

    async def note(self, tenant: TenantId, key: KeyId, used_at: datetime) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("UPDATE api_key SET used_at = ? WHERE tenant = ? AND id = ?", (written(used_at), tenant, key))

        await self._db.write(work)

    async def list(self, tenant: TenantId, user: UserId | None) -> Sequence[ApiKey]:
        rows = await self._db.read(lambda db: db.execute(_LIST, {"tenant": tenant, "user": user}).fetchall())
        return [_key(row) for row in rows]

    async def remove(self, tenant: TenantId, key: KeyId, user: UserId | None) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(
                "DELETE FROM api_key WHERE tenant = :tenant AND id = :id AND (:user IS NULL OR user_id = :user)",
                {"tenant": tenant, "id": key, "user": user},
            )
            if not db.changes():
                raise KeyNotFound(key)

        await self._db.write(work)


def _key(row: Sequence[Any]) -> ApiKey:
    id_, tenant, user, name, start, scopes, created_at, expires_at, used_at = row
    return ApiKey(
        id=id_,
        tenant=tenant,
        user=user,
        name=name,
        start=start,
        scopes=None if scopes is None else msgspec.json.decode(scopes, type=frozenset[Action]),
        created_at=read(created_at),
        expires_at=read_or_none(expires_at),
        used_at=read_or_none(used_at),
    )
