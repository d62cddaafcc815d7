"""Taking a backup, while the server works.

The order makes it consistent. What only remembers that something was begun (a schedule that fired) is copied before
the journal: then a restored server may find such a thing in the journal already, which is no harm, but never miss one.
Payloads are copied after it: they are written before the journal refers to them, and removed after it has forgotten
them. What was removed in between is removed from the copy as well.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from headrace import __version__
from headrace.app.backup.archive import ArchiveWriter, is_harmless
from headrace.app.backup.errors import BackupImpossible
from headrace.app.backup.manifest import FORMAT, MANIFEST, Entry, Manifest, encode
from headrace.executions.adapters.sqlite.copies import drop_removed, payload_owners
from headrace.infra.sqlite_copies import copy_database, is_database
from headrace.kernel.errors import HeadraceError

JOURNAL = "headrace.db"
PAYLOADS = "payloads"
PUT_ASIDE = "before-restore-"
"""How the folder begins that a restore puts aside what it replaces."""

_FILES = "files"
_PASSING = ("canary", "sandboxes", MANIFEST)
"""What every process makes anew; and a name that means something else in a backup."""

_BESIDE_DATABASES = ("-wal", "-shm", "-journal")
_UNFINISHED = (".put-", ".key-")
_SECRETS = ".key"


def take_backup(data_dir: Path, file: Path, *, now: datetime, keys: bool, files: bool = True) -> Manifest:
    """Write what is in a data directory to a new file, and return what it holds.

    Args:
        keys: Whether to include the keys that open stored credentials. Who has the file can then read them all.
        files: Whether to include the folder that workflows read and write.

    Raises:
        BackupImpossible: the directory holds no journal or cannot be read, or the file exists or cannot be written.
    """
    if not (data_dir / JOURNAL).is_file():
        raise BackupImpossible(f"there is nothing to back up in {data_dir}: it has no {JOURNAL}")
    if file.exists():
        raise BackupImpossible(f"{file} exists already; backups replace nothing")
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with (
            tempfile.TemporaryDirectory(prefix=".backup-", dir=data_dir) as staging,
            open(unfinished, "xb", opener=_owner_only) as target,
        ):
            with ArchiveWriter(target) as archive:
                manifest = _Taking(data_dir, Path(staging), archive, keys=keys, files=files).take(now)
                archive.add_bytes(MANIFEST, encode(manifest))
            target.flush()
            os.fsync(target.fileno())
        # Not `replace`: somebody may have made the file meanwhile.
        os.link(unfinished, file)
    except (OSError, HeadraceError) as failure:
        raise BackupImpossible(f"the backup could not be taken: {failure}") from failure
    finally:
        with contextlib.suppress(FileNotFoundError):
            unfinished.unlink()
    return manifest


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class _Taking:
    """One backup on its way."""

    def __init__(self, data_dir: Path, staging: Path, archive: ArchiveWriter, *, keys: bool, files: bool) -> None:
        self._data_dir = data_dir
        self._staging = staging
        self._archive = archive
        self._keys = keys
        self._files = files
        self._entries: list[Entry] = []
        self._left_out: list[str] = []

    def take(self, now: datetime) -> Manifest:
        for path in self._found():
            self._copy(path)
        journal = self._staging / JOURNAL
        copy_database(self._data_dir / JOURNAL, journal)
        self._copy_payloads(payload_owners(journal))
        if removed := drop_removed(journal, self._data_dir / JOURNAL):
            self._left_out.append(f"{removed} executions that were removed while the backup was taken")
        self._entries.append(self._archive.add(JOURNAL, journal, database=True))
        return Manifest(
            format=FORMAT,
            headrace=__version__,
            taken_at=now,
            secrets=self._keys,
            entries=tuple(self._entries),
            left_out=tuple(self._left_out),
        )

    def _found(self) -> Iterator[str]:
        """Yield everything but the journal and the payloads."""
        for folder, folders, names in os.walk(self._data_dir):
            place = Path(folder).relative_to(self._data_dir)
            if place == Path():
                folders[:] = [name for name in folders if self._wanted_folder(name)]
                names = [name for name in names if name not in (JOURNAL, *_PASSING)]
            folders.sort()
            ours = place.parts[:1] != (_FILES,)
            for name in sorted(names):
                if not (ours and (name.endswith(_BESIDE_DATABASES) or name.startswith(_UNFINISHED))):
                    yield (place / name).as_posix()

    def _wanted_folder(self, name: str) -> bool:
        if name in (PAYLOADS, *_PASSING) or name.startswith((".backup-", PUT_ASIDE)):
            return False
        return self._files or name != _FILES

    def _copy(self, name: str) -> None:
        path = self._data_dir / name
        ours = not name.startswith(f"{_FILES}/")  # the other files are people's, and mean nothing to us
        if not is_harmless(name):
            self._left_out.append(f"{name!r}: no name that every system can restore")
        elif path.is_symlink() or not path.is_file():
            self._left_out.append(f"{name}: no plain file")
        elif ours and name.endswith(_SECRETS) and not self._keys:
            self._left_out.append(f"{name}: a key; credentials cannot be opened without it")
        else:
            copy = self._staging / "copy"
            try:
                database = ours and is_database(path)
                if database:
                    copy_database(path, copy)
                else:
                    shutil.copyfile(path, copy, follow_symlinks=False)
                self._entries.append(self._archive.add(name, copy, database=database))
            except FileNotFoundError:
                self._left_out.append(f"{name}: it was removed while the backup was taken")
            finally:
                copy.unlink(missing_ok=True)

    def _copy_payloads(self, owners: frozenset[tuple[str, str]]) -> None:
        root = self._data_dir / PAYLOADS
        for tenant, owner in sorted(owners):
            folder = root / tenant / owner[-2:] / owner
            with contextlib.suppress(FileNotFoundError):  # it has none, or they are gone with it
                for path in sorted(folder.iterdir()):
                    if not path.name.startswith("."):
                        # Payloads never change, so they are read where they are.
                        name = path.relative_to(self._data_dir).as_posix()
                        self._entries.append(self._archive.add(name, path))
