"""Putting a backup back: unpacked beside, checked to the last byte, and only then moved into place."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from headrace.app.backup.archive import Member, Unreadable, members
from headrace.app.backup.errors import BackupDamaged, DirectoryInUse
from headrace.app.backup.manifest import FORMAT, MANIFEST, Entry, Manifest, decode
from headrace.app.backup.taking import PUT_ASIDE
from headrace.infra.sqlite_copies import damage_of, is_database

_UNPACKING = ".restore-"
_MAX_MANIFEST_BYTES = 1 << 30


def restore_backup(file: Path, data_dir: Path, *, now: datetime, replace: bool = False) -> Manifest:
    """Make a data directory of a backup. Until all of it is known to be right, the directory is not touched.

    Args:
        replace: Put aside what is in the directory, in a folder inside it; else it has to be empty.

    Raises:
        BackupDamaged: the file is no backup or not all of one; nothing was restored.
        DirectoryInUse: there is something in the directory.
        OSError: the file cannot be read, or the directory cannot be written.
    """
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = [path for path in sorted(data_dir.iterdir()) if not path.name.startswith((_UNPACKING, PUT_ASIDE))]
    if held and not replace:
        raise DirectoryInUse(data_dir)
    # Inside the directory, so that moving is renaming: it may be a file system of its own.
    with _unpacked(file, data_dir) as (manifest, unpacked):
        os.sync()  # once for all of them: payloads are many, and waiting for each takes long
        if held:
            aside = data_dir / f"{PUT_ASIDE}{now:%Y%m%dT%H%M%SZ}"
            aside.mkdir(mode=0o700)
            for path in held:
                path.rename(aside / path.name)
        for path in sorted(unpacked.iterdir()):
            path.rename(data_dir / path.name)
        _sync(data_dir)
    return manifest


def verify_backup(file: Path) -> Manifest:
    """Check a backup as a restore does, and leave nothing behind.

    Raises:
        BackupDamaged: it could not be restored.
        OSError: the file cannot be read, or there is no room to unpack it.
    """
    with _unpacked(file, None) as (manifest, _):
        return manifest


@contextmanager
def _unpacked(file: Path, inside: Path | None) -> Iterator[tuple[Manifest, Path]]:
    folder = Path(tempfile.mkdtemp(prefix=_UNPACKING, dir=inside))
    try:
        try:
            manifest = _unpack(file, folder)
        except Unreadable as damage:
            raise BackupDamaged(file, str(damage)) from damage
        yield manifest, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(file: Path, folder: Path) -> Manifest:
    found: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    with file.open("rb") as source:
        for member in members(source):
            if manifest is not None:
                raise Unreadable("something follows its table of contents")
            if member.name == MANIFEST:
                manifest = _read_manifest(member)
            elif member.name in found:
                raise Unreadable(f"{member.name!r} is in it twice")
            else:
                found[member.name] = (member.size, _write(member, folder))
    if manifest is None:
        raise Unreadable("its table of contents is missing")
    _compare(manifest, found)
    for entry in manifest.entries:
        _check_database(entry, folder)
    return manifest


def _read_manifest(member: Member) -> Manifest:
    if member.size > _MAX_MANIFEST_BYTES:
        raise Unreadable("its table of contents is too large")
    text = b"".join(member.chunks())
    try:
        version = msgspec.json.decode(text, type=_Version).format
        if version > FORMAT:
            raise Unreadable(f"it was written by a newer Headrace (format {version}; this one knows {FORMAT})")
        return decode(text)
    except msgspec.DecodeError as damage:
        raise Unreadable(f"its table of contents makes no sense: {damage}") from damage


class _Version(msgspec.Struct):
    format: int


def _write(member: Member, folder: Path) -> str:
    """Write a file of the archive below *folder* and return the hash of its bytes."""
    if member.size > _free_bytes(folder):
        raise Unreadable(f"{member.name!r} in it has {member.size} bytes, and the disk has no room for them")
    path = folder / member.name
    digest = hashlib.sha256()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Nothing is there yet, and nothing that this makes is a link.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except (FileExistsError, NotADirectoryError) as clash:
        raise Unreadable(f"{member.name!r} is in it both as a file and as a folder") from clash
    with os.fdopen(handle, "wb") as target:
        for chunk in member.chunks():
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _compare(manifest: Manifest, found: dict[str, tuple[int, str]]) -> None:
    expected = {entry.path: (entry.size, entry.sha256) for entry in manifest.entries}
    for path in sorted(expected.keys() | found.keys()):
        if path not in found:
            raise Unreadable(f"{path!r} is missing from it")
        if path not in expected:
            raise Unreadable(f"{path!r} is in it, and not in its table of contents")
        if found[path] != expected[path]:
            raise Unreadable(f"{path!r} in it is not what was written")


def _check_database(entry: Entry, folder: Path) -> None:
    path = folder / entry.path
    if entry.database:
        if not is_database(path):
            raise Unreadable(f"the database {entry.path!r} in it is none")
        if (damage := damage_of(path)) is not None:
            raise Unreadable(f"the database {entry.path!r} in it is damaged: {damage}")


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
