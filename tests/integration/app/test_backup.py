"""Backups of a data directory that is being written to, and what a restore makes of them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from headrace.app.backup import restoring
from headrace.app.backup.archive import ArchiveWriter
from headrace.app.backup.errors import BackupDamaged, BackupImpossible, DirectoryInUse
from headrace.app.backup.manifest import FORMAT, MANIFEST, Entry, Manifest, encode
from headrace.app.backup.restoring import restore_backup, verify_backup
from headrace.app.backup.taking import take_backup
from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.executions.public import ExecutionRequested, ExecutionSucceeded, Mode, Output
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.payloads.adapters.files import FilePayloads
from headrace.schedules.adapters.sqlite import SqliteSchedules

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TENANT, OTHER = TenantId("default"), TenantId("other")


class Running:
    """A data directory in use."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.journal = SqliteJournal(home / "headrace.db")
        self.payloads = FilePayloads(home / "payloads")

    async def run(self, tenant: TenantId, execution_id: str, data: bytes = b"payload") -> ExecutionId:
        """Do what an execution does: payloads first, then the events that refer to them."""
        id_ = ExecutionId(execution_id)
        key = await self.payloads.put(tenant, id_, data)
        request = ExecutionRequested(
            execution_id=id_,
            tenant=tenant,
            workflow_id="w",
            workflow_name="W",
            workflow=msgspec.Raw(b"{}"),
            mode=Mode.WEBHOOK,
            start="Webhook",
            given=Output(items=1, payload=key),
            at=NOW,
        )
        await self.journal.append(tenant, id_, [request], expected_version=0)
        await self.journal.append(tenant, id_, [ExecutionSucceeded(at=NOW)], expected_version=1)
        return id_

    async def remove(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        for owner in await self.journal.remove(tenant, execution_id):
            await self.payloads.delete_owned(tenant, owner)

    async def whole(self, tenant: TenantId) -> dict[str, bytes]:
        """Return the payload of every execution; fails if one has none."""
        found = {}
        for summary in await self.journal.find(tenant, limit=1_000):
            first, *rest = await self.journal.read(tenant, summary.id)
            assert isinstance(first, ExecutionRequested)
            assert len(rest) <= 1
            assert first.given.payload is not None
            found[str(summary.id)] = await self.payloads.get(tenant, first.given.payload)
        return found


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(tmp_path / "home")
    yield running
    await running.journal.close()


async def restored(file: Path, home: Path) -> Running:
    await asyncio.to_thread(restore_backup, file, home, now=NOW)
    return Running(home)


async def test_every_execution_in_a_backup_is_whole_though_others_begin_and_are_removed_meanwhile(
    running: Running, tmp_path: Path
) -> None:
    before = [await running.run(TENANT, f"before{number:03}", b"x" * number) for number in range(100)]
    numbers = itertools.count()
    over = asyncio.Event()

    async def begin() -> None:
        while not over.is_set():
            number = next(numbers)
            await running.run(TENANT, f"during{number:05}", b"y" * number)

    async def remove() -> None:
        for execution_id in before[::2]:
            await running.remove(TENANT, execution_id)

    load = [asyncio.create_task(begin()) for _ in range(4)]
    removing = asyncio.create_task(remove())
    file = tmp_path / "backup.tar.zst"
    try:
        await asyncio.to_thread(take_backup, running.home, file, now=NOW, keys=False)
    finally:
        over.set()
        await asyncio.gather(removing, *load)

    again = await restored(file, tmp_path / "again")
    try:
        found = await again.whole(TENANT)
    finally:
        await again.journal.close()
    assert set(before[1::2]) <= found.keys()
    assert all(found[f"before{number:03}"] == b"x" * number for number in range(1, 100, 2))


async def test_executions_of_every_tenant_are_in_it_with_what_else_is_kept(running: Running, tmp_path: Path) -> None:
    for tenant in (TENANT, OTHER):
        await running.run(tenant, "e1", tenant.encode())
    schedules = SqliteSchedules(running.home / "schedules.db")
    await schedules.close()
    for name in ("static/default/w.json", "files/in/list.csv", "files/odd-wal", "files/mine.key"):
        path = running.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    file = tmp_path / "backup.tar.zst"

    manifest = take_backup(running.home, file, now=NOW, keys=False)

    again = await restored(file, tmp_path / "again")
    assert {tenant: await again.whole(tenant) for tenant in (TENANT, OTHER)} == {
        TENANT: {"e1": b"default"},
        OTHER: {"e1": b"other"},
    }
    await again.journal.close()
    for name in ("static/default/w.json", "files/in/list.csv", "files/odd-wal", "files/mine.key"):
        assert (again.home / name).read_text("utf-8") == name
    assert {entry.path for entry in manifest.entries if entry.database} == {"headrace.db", "schedules.db"}
    assert manifest.left_out == ()
    assert file.stat().st_mode & 0o777 == 0o600


async def test_payloads_that_no_execution_owns_stay_behind(running: Running, tmp_path: Path) -> None:
    await running.run(TENANT, "e1")
    await running.payloads.put(TENANT, "gone", b"left by a crash")

    manifest = take_backup(running.home, tmp_path / "b", now=NOW, keys=False)

    assert [entry.path.split("/")[3] for entry in manifest.entries if entry.path.startswith("payloads/")] == ["e1"]


@pytest.mark.parametrize("keys", [True, False])
async def test_keys_are_in_it_only_if_asked_for(running: Running, tmp_path: Path, keys: bool) -> None:
    (running.home / "credentials.key").write_text("secret", "utf-8")

    manifest = take_backup(running.home, tmp_path / "b", now=NOW, keys=keys)

    assert ("credentials.key" in [entry.path for entry in manifest.entries]) is keys
    assert manifest.secrets is keys
    assert any("credentials.key" in line for line in manifest.left_out) is not keys


async def test_links_are_not_followed(running: Running, tmp_path: Path) -> None:
    (running.home / "files").mkdir()
    (tmp_path / "outside").write_text("not ours", "utf-8")
    (running.home / "files" / "link").symlink_to(tmp_path / "outside")

    manifest = take_backup(running.home, tmp_path / "b", now=NOW, keys=False)

    assert manifest.left_out == ("files/link: no plain file",)


async def test_a_backup_replaces_no_file(running: Running, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("precious", "utf-8")

    with pytest.raises(BackupImpossible, match="exists already"):
        take_backup(running.home, tmp_path / "b", now=NOW, keys=False)

    assert (tmp_path / "b").read_text("utf-8") == "precious"


def test_a_directory_without_a_journal_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BackupImpossible, match="nothing to back up"):
        take_backup(tmp_path, tmp_path / "b", now=NOW, keys=False)

    assert list(tmp_path.iterdir()) == []


async def test_a_directory_in_use_is_not_restored_to_and_can_be_put_aside(running: Running, tmp_path: Path) -> None:
    await running.run(TENANT, "e1")
    file = tmp_path / "b"
    take_backup(running.home, file, now=NOW, keys=False)
    used = tmp_path / "used"
    used.mkdir()
    (used / "precious").write_text("old", "utf-8")

    with pytest.raises(DirectoryInUse):
        restore_backup(file, used, now=NOW)
    assert [path.name for path in used.iterdir()] == ["precious"]

    restore_backup(file, used, now=NOW, replace=True)
    restore_backup(file, used, now=NOW + timedelta(hours=1), replace=True)
    assert (used / "before-restore-20260301T120000Z" / "precious").read_text("utf-8") == "old"
    assert (used / "headrace.db").is_file()
    # What was put aside is no part of the next backup.
    manifest = take_backup(used, tmp_path / "next", now=NOW, keys=False)
    assert not any("precious" in entry.path for entry in manifest.entries)


def forged(path: Path, entries: dict[str, bytes], manifest: Manifest | None) -> Path:
    with path.open("wb") as target, ArchiveWriter(target) as archive:
        for name, data in entries.items():
            archive.add_bytes(name, data)
        if manifest is not None:
            archive.add_bytes(MANIFEST, encode(manifest))
    return path


def listing(*entries: Entry, version: int = FORMAT) -> Manifest:
    return Manifest(format=version, headrace="1", taken_at=NOW, secrets=False, entries=entries)


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("entries", "manifest", "why"),
    [
        ({"a": b""}, None, "table of contents is missing"),
        ({"a": b""}, listing(), "not in its table of contents"),
        ({}, listing(Entry("a", 0, EMPTY)), "missing from it"),
        ({"a": b"x"}, listing(Entry("a", 1, EMPTY)), "not what was written"),
        ({"a": b"", "a/b": b""}, listing(), "both as a file and as a folder"),
        ({"a": b""}, listing(Entry("a", 0, EMPTY, database=True)), "is none"),
        ({}, listing(version=FORMAT + 1), "newer Headrace"),
        ({MANIFEST: b"{}"}, None, "makes no sense"),
    ],
    ids=["cut", "added", "missing", "changed", "clash", "no database", "newer", "no contents"],
)
def test_a_file_that_is_not_right_restores_nothing(
    tmp_path: Path, entries: dict[str, bytes], manifest: Manifest | None, why: str
) -> None:
    file = forged(tmp_path / "b", entries, manifest)

    with pytest.raises(BackupDamaged, match=why):
        restore_backup(file, tmp_path / "home", now=NOW)
    with pytest.raises(BackupDamaged, match=why):
        verify_backup(file)

    assert list((tmp_path / "home").iterdir()) == []


def test_more_than_the_disk_has_room_for_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = forged(tmp_path / "b", {"a": bytes(5_000)}, listing(Entry("a", 5_000, EMPTY)))
    monkeypatch.setattr(restoring, "_free_bytes", lambda _: 4_999)

    with pytest.raises(BackupDamaged, match="no room"):
        restore_backup(file, tmp_path / "home", now=NOW)


async def test_a_damaged_database_is_noticed_though_its_hash_is_right(running: Running, tmp_path: Path) -> None:
    for number in range(200):
        await running.run(TENANT, f"e{number}")
    await running.journal.close()
    damaged = bytearray((running.home / "headrace.db").read_bytes())
    damaged[5 * 4096 : 9 * 4096] = b"\xff" * (4 * 4096)
    (tmp_path / "damaged").write_bytes(damaged)
    with (tmp_path / "b").open("wb") as target, ArchiveWriter(target) as archive:
        entry = archive.add("headrace.db", tmp_path / "damaged", database=True)
        archive.add_bytes(MANIFEST, encode(listing(entry)))

    with pytest.raises(BackupDamaged, match="is damaged"):
        verify_backup(tmp_path / "b")
