"""Copies of SQLite databases that others write to meanwhile, and whether a database file is sound."""

from __future__ import annotations

from pathlib import Path

import apsw

from headrace.infra.sqlite import SqliteUnavailable

_MAGIC = b"SQLite format 3\0"
_BUSY_MS = 30_000


def is_database(path: Path) -> bool:
    """Raises: OSError: it cannot be read."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, in one file that needs no journal beside it.

    Writers go on: the copy is one read transaction, and in WAL mode readers and writers leave each other alone.

    Raises:
        SqliteUnavailable: it cannot be read, or the copy cannot be written.
    """
    try:
        reader = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READWRITE)
        copy = apsw.Connection(str(target))
        try:
            reader.set_busy_timeout(_BUSY_MS)
            with copy.backup("main", reader, "main") as backup:
                # All pages in one step: with several, each write between two of them begins the copy anew.
                while not backup.done:
                    backup.step(-1)
            copy.execute("PRAGMA journal_mode=DELETE").fetchall()
        finally:
            copy.close()
            reader.close()
    except apsw.Error as failure:
        raise SqliteUnavailable(f"the database {source} cannot be copied: {failure}") from failure


def damage_of(path: Path) -> str | None:
    """Return what is wrong inside a database file, in SQLite's words; None if nothing is."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
        finally:
            connection.close()
    except apsw.Error as failure:
        return str(failure)
    return None if found == ["ok"] else "; ".join(found)
