"""Users in SQLite."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import apsw
import msgspec

from headrace.identity.adapters.sqlite.schema import read, read_or_none, written, written_or_none
from headrace.identity.errors import EmailTaken, SetupDone, UserNotFound
from headrace.identity.public import SessionId, User
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import UserId
from headrace.tenancy.errors import LastOwner

COLUMNS = "user.id, user.email, user.name, user.created_at, user.disabled_at"

_SELECT = f"SELECT {COLUMNS} FROM user"  # noqa: S608 - constants, all of them
_AMONG = _SELECT + " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY email"  # noqa: S608 - constants
_ABLE = "SELECT id FROM user WHERE id IN (SELECT value FROM json_each(?)) AND disabled_at IS NULL"


class SqliteUsers:
    """A `UserStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, user: User, password: str) -> None:
        def work(db: apsw.Connection) -> None:
            if db.execute("SELECT 1 FROM user WHERE email = ?", (user.email,)).fetchone() is not None:
                raise EmailTaken(user.email)
            _add(db, user, password)

        await self._db.write(work)

    async def add_first(self, user: User, password: str) -> None:
        def work(db: apsw.Connection) -> None:
            if db.execute("SELECT 1 FROM user LIMIT 1").fetchone() is not None:
                raise SetupDone
            _add(db, user, password)

        await self._db.write(work)

    async def first(self) -> User | None:
        row = await self._db.read(lambda db: db.execute(_SELECT + " ORDER BY created_at, id LIMIT 1").fetchone())
        return None if row is None else user_from(row)

    async def get(self, user: UserId) -> User:
        return await self._db.read(lambda db: _get(db, user))

    async def with_email(self, email: str) -> tuple[User, str] | None:
        row = await self._db.read(
            lambda db: db.execute(f"SELECT {COLUMNS}, password FROM user WHERE email = ?", (email,)).fetchone()  # noqa: S608
        )
        return None if row is None else (user_from(row[:-1]), row[-1])

    async def list(self, users: Collection[UserId]) -> Sequence[User]:
        ids = msgspec.json.encode(list(users)).decode()
        rows = await self._db.read(lambda db: db.execute(_AMONG, (ids,)).fetchall())
        return [user_from(row) for row in rows]

    async def page(self, *, after: str, limit: int) -> Sequence[User]:
        rows = await self._db.read(
            lambda db: db.execute(_SELECT + " WHERE email > ? ORDER BY email LIMIT ?", (after, limit)).fetchall()
        )
        return [user_from(row) for row in rows]

    async def change(self, user: UserId, change: Callable[[User], User]) -> User:
        return await self._db.write(lambda db: _put(db, change(_get(db, user))))

    async def disable(self, user: UserId, at: datetime, *, owners: Collection[UserId]) -> User:
        ids = msgspec.json.encode(list(owners)).decode()

        def work(db: apsw.Connection) -> User:
            known = _get(db, user)
            able = db.execute(_ABLE, (ids,)).fetchall()
            if able == [(user,)]:
                raise LastOwner
            _end_sessions(db, user, keep=None)
            return _put(db, replace(known, disabled_at=known.disabled_at or at))

        return await self._db.write(work)

    async def set_password(self, user: UserId, password: str, *, keep: SessionId | None) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("UPDATE user SET password = ? WHERE id = ?", (password, user))
            if not db.changes():
                raise UserNotFound(user)
            _end_sessions(db, user, keep=keep)

        await self._db.write(work)

    async def rehash(self, user: UserId, old: str, new: str) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("UPDATE user SET password = ? WHERE id = ? AND password = ?", (new, user, old))

        await self._db.write(work)


def user_from(row: Sequence[Any]) -> User:
    id_, email, name, created_at, disabled_at = row
    return User(id=id_, email=email, name=name, created_at=read(created_at), disabled_at=read_or_none(disabled_at))


def _get(db: apsw.Connection, user: UserId) -> User:
    row = db.execute(_SELECT + " WHERE id = ?", (user,)).fetchone()
    if row is None:
        raise UserNotFound(user)
    return user_from(row)


def _add(db: apsw.Connection, user: User, password: str) -> None:
    db.execute(
        "INSERT INTO user (id, email, name, created_at, disabled_at, password) VALUES (?, ?, ?, ?, ?, ?)",
        (user.id, user.email, user.name, written(user.created_at), written_or_none(user.disabled_at), password),
    )


def _put(db: apsw.Connection, user: User) -> User:
    db.execute(
        "UPDATE user SET name = ?, disabled_at = ? WHERE id = ?",
        (user.name, written_or_none(user.disabled_at), user.id),
    )
    return user


def _end_sessions(db: apsw.Connection, user: UserId, *, keep: SessionId | None) -> None:
    db.execute("DELETE FROM session WHERE user_id = ? AND id <> ?", (user, keep or ""))
