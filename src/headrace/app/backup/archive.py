"""Archives: a tar of plain files, compressed with zstd. Written through `tarfile`, and read by hand.

What is read may come from anywhere. A tar can name files outside its folder, make links that later members are written
through, or announce headers of any size; this reader knows plain files with harmless names, and refuses all else.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Self

import zstandard

from headrace.app.backup.manifest import Entry

_BLOCK = 512
_CHUNK = 256 * 1024
_LEVEL = 3
_MAX_NAME = 1024
"""Bytes in a path; the data directory's own are far shorter, and people's files have to be reasonable."""

_WINDOW = 1 << 27
"""Memory that unpacking may take; what we pack takes far less."""


class Unreadable(Exception):
    """The archive is cut off, damaged, or holds what a backup never holds; the text says which."""


class _Hashing(io.RawIOBase):
    """Reads a file and remembers what went through."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data


class ArchiveWriter:
    """Packs files one after the other; nothing is held in memory.

    Raises:
        OSError: from all methods: the disk is full, or a file cannot be read.
    """

    def __init__(self, target: IO[bytes]) -> None:
        self._packer = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).stream_writer(target, closefd=False)
        self._tar = tarfile.open(fileobj=self._packer, mode="w|", format=tarfile.GNU_FORMAT)  # noqa: SIM115 - closed below

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._tar.close()
            self._packer.close()  # type: ignore[no-untyped-call]

    def add(self, name: str, source: Path, *, database: bool = False) -> Entry:
        """Pack a file that nobody writes to meanwhile.

        Raises:
            FileNotFoundError: it is gone; nothing was packed.
        """
        with source.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
            hashing = _Hashing(file)
            self._tar.addfile(_member(name, size), hashing)
        return Entry(name, size, hashing.digest.hexdigest(), database)

    def add_bytes(self, name: str, data: bytes) -> None:
        self._tar.addfile(_member(name, len(data)), io.BytesIO(data))


def _member(name: str, size: int) -> tarfile.TarInfo:
    # Owner, mode and time of the file stay behind: they mean nothing where it is restored.
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o600
    return member


class Member:
    """One file in an archive; read it before the next one is asked for, what is left is passed over."""

    def __init__(self, source: IO[bytes], name: str, size: int) -> None:
        self._source = source
        self.name = name
        self.size = size
        self._left = size

    def chunks(self) -> Iterator[bytes]:
        """Raises: Unreadable: the archive ends, or is damaged, inside this file."""
        while self._left:
            data = _read(self._source, min(self._left, _CHUNK))
            self._left -= len(data)
            yield data


def members(source: IO[bytes]) -> Iterator[Member]:
    """Read an archive's files in turn.

    Raises:
        Unreadable: it is damaged or cut off, or has a member that is no plain file with a harmless name.
    """
    with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(source, closefd=False) as unpacked:
        long_name: bytes | None = None
        while True:
            header = _read(unpacked, _BLOCK)
            if not header.strip(b"\0"):
                return
            try:
                info = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
            except (tarfile.HeaderError, UnicodeDecodeError) as damage:
                raise Unreadable("a header in it is damaged") from damage
            if info.size < 0:
                raise Unreadable("a file in it has a size below zero")
            if info.type == tarfile.GNUTYPE_LONGNAME and info.size <= _MAX_NAME + 1:
                long_name = _read(unpacked, info.size).rstrip(b"\0")
                _pass(unpacked, -info.size % _BLOCK)
                continue
            if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
                raise Unreadable(f"{info.name[:100]!r} in it is no plain file")
            try:
                name = long_name.decode() if long_name is not None else info.name
            except UnicodeDecodeError as odd:
                raise Unreadable("a name in it is no text") from odd
            long_name = None
            if not is_harmless(name):
                raise Unreadable(f"it holds a file with the name {name[:100]!r}")
            member = Member(unpacked, name, info.size)
            yield member
            for _ in member.chunks():
                pass
            _pass(unpacked, -info.size % _BLOCK)


def is_harmless(name: str) -> bool:
    """Whether a path leads to a file below the folder that it is put into, on every system."""
    parts = name.split("/")
    return (
        len(name.encode("utf-8", "surrogatepass")) <= _MAX_NAME
        and name.isprintable()
        and "\\" not in name
        and ":" not in parts[0]
        and not PurePosixPath(name).is_absolute()
        and not any(part in ("", ".", "..") for part in parts)
    )


def _read(source: IO[bytes], size: int) -> bytes:
    pieces: list[bytes] = []
    left = size
    while left:
        try:
            piece = source.read(left)
        except zstandard.ZstdError as damage:
            raise Unreadable("it is damaged, or was never a backup") from damage
        if not piece:
            raise Unreadable("it is cut off, or was never a backup")
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _pass(source: IO[bytes], size: int) -> None:
    _read(source, size)
