"""Archives keep what they are given, and refuse what a backup never holds."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from headrace.app.backup.archive import ArchiveWriter, Unreadable, is_harmless, members


def packed(*found: tuple[tarfile.TarInfo, bytes], kind: int = tarfile.GNU_FORMAT) -> io.BytesIO:
    """An archive as somebody else might make it."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=kind) as tar:
        for info, data in found:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return io.BytesIO(zstandard.compress(plain.getvalue()))


def member(name: str, type_: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = type_
    info.linkname = target
    return info


def read(source: io.BytesIO) -> Sequence[tuple[str, bytes]]:
    return [(one.name, b"".join(one.chunks())) for one in members(source)]


@given(files=st.dictionaries(st.from_regex(r"[a-zé]{1,9}(/[a-z0-9 .]{0,150}[a-z]){0,3}", fullmatch=True), st.binary()))
def test_what_was_packed_comes_out_again(files: dict[str, bytes]) -> None:
    target = io.BytesIO()
    with ArchiveWriter(target) as archive:
        for name, data in files.items():
            archive.add_bytes(name, data)

    assert dict(read(io.BytesIO(target.getvalue()))) == files


def test_a_files_hash_and_size_are_known_when_it_is_packed(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"abc")
    with ArchiveWriter(io.BytesIO()) as archive:
        entry = archive.add("one", tmp_path / "one")

    assert (entry.size, entry.sha256[:8]) == (3, "ba7816bf")


def test_files_that_nobody_reads_are_passed_over() -> None:
    source = packed((member("one"), b"x" * 70_000), (member("two"), b"y"))

    assert [one.name for one in members(source)] == ["one", "two"]


@pytest.mark.parametrize(
    "name",
    ["../etc/passwd", "a/../../b", "/etc/passwd", "a//b", "./a", "a/", "C:/a", "a\\..\\b", "a\nb", "x" * 1025, "."],
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert not is_harmless(name)
    with pytest.raises(Unreadable):
        read(packed((member(name), b"evil")))


@pytest.mark.parametrize(
    "type_",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE],
    ids=["symlink", "hardlink", "folder", "character device", "block device", "pipe"],
)
def test_what_is_no_plain_file_is_refused(type_: bytes) -> None:
    with pytest.raises(Unreadable, match="no plain file"):
        read(packed((member("link", type_, "/etc/passwd"), b"")))


def test_headers_that_other_programs_put_before_files_are_refused() -> None:
    info = member("x" * 300)
    with pytest.raises(Unreadable, match="no plain file"):
        read(packed((info, b""), kind=tarfile.PAX_FORMAT))


def test_a_long_name_of_any_size_is_not_read() -> None:
    with pytest.raises(Unreadable, match="no plain file"):
        read(packed((member("a" * 100_000), b"")))


@given(data=st.binary(max_size=2_000))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(io.BytesIO(data))
    with pytest.raises(Unreadable):
        read(io.BytesIO(zstandard.compress(b"\x01" + data)))


@given(cut=st.integers(min_value=0, max_value=10_000))
def test_an_archive_that_is_cut_off_is_refused(cut: int) -> None:
    whole = packed((member("one"), bytes(range(256)) * 40)).getvalue()

    with pytest.raises(Unreadable):
        read(io.BytesIO(whole[: cut % (len(whole) - 40)]))


def test_a_changed_byte_is_noticed() -> None:
    target = io.BytesIO()
    with ArchiveWriter(target) as archive:
        archive.add_bytes("one", bytes(1000))
    damaged = bytearray(target.getvalue())
    damaged[len(damaged) // 2] ^= 1

    with pytest.raises(Unreadable):
        read(io.BytesIO(bytes(damaged)))
