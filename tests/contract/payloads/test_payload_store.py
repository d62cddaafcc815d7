"""What every payload store does."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.payloads.adapters.files import FilePayloads
from headrace.payloads.adapters.memory import MemoryPayloads
from headrace.payloads.errors import BadKey, PayloadDamaged, PayloadNotFound
from headrace.payloads.public import check_key

Store = MemoryPayloads | FilePayloads
OTHER = TenantId("other")


@pytest.fixture(params=["memory", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryPayloads() if request.param == "memory" else FilePayloads(tmp_path)


@pytest.mark.parametrize("data", [b"", b"x", b"abc" * 100_000])
async def test_bytes_come_back_as_they_were_put(store: Store, data: bytes) -> None:
    key = await store.put(DEFAULT_TENANT, "e1", data)

    assert await store.get(DEFAULT_TENANT, key) == data


async def in_parts(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_stream_is_stored_as_its_bytes_are(store: Store) -> None:
    parts = [b"abc" * 100_000, b"", b"end"]

    key, size = await store.put_stream(DEFAULT_TENANT, "e1", in_parts(*parts))

    assert size == 300_003
    assert key == await store.put(DEFAULT_TENANT, "e1", b"".join(parts))
    assert b"".join([chunk async for chunk in store.stream(DEFAULT_TENANT, key)]) == b"".join(parts)


async def test_a_stream_that_breaks_off_leaves_nothing(store: Store, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"begun"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.put_stream(DEFAULT_TENANT, "e1", broken())

    assert await store.delete_owned(DEFAULT_TENANT, "e1") == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_a_stream_of_another_tenant_is_not_there(store: Store) -> None:
    key, _ = await store.put_stream(DEFAULT_TENANT, "e1", in_parts(b"x"))

    with pytest.raises(PayloadNotFound):
        await anext(store.stream(OTHER, key))


async def test_the_same_bytes_of_one_owner_have_one_key(store: Store) -> None:
    assert await store.put(DEFAULT_TENANT, "e1", b"x") == await store.put(DEFAULT_TENANT, "e1", b"x")
    assert await store.put(DEFAULT_TENANT, "e2", b"x") != await store.put(DEFAULT_TENANT, "e1", b"x")


async def test_another_tenant_sees_nothing(store: Store) -> None:
    key = await store.put(DEFAULT_TENANT, "e1", b"x")

    with pytest.raises(PayloadNotFound):
        await store.get(OTHER, key)
    assert await store.delete_owned(OTHER, "e1") == 0
    assert await store.get(DEFAULT_TENANT, key) == b"x"


async def test_deleting_an_owner_takes_its_payloads_and_no_others(store: Store) -> None:
    mine = await store.put(DEFAULT_TENANT, "e1", b"x")
    other = await store.put(DEFAULT_TENANT, "e2", b"x")

    assert await store.delete_owned(DEFAULT_TENANT, "e1") == 1

    with pytest.raises(PayloadNotFound):
        await store.get(DEFAULT_TENANT, mine)
    assert await store.get(DEFAULT_TENANT, other) == b"x"


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "e1/../../x", "e1/" + "0" * 63, "/e1/" + "0" * 64, "e1\0/" + "0" * 64]
)
async def test_what_is_no_key_is_refused(store: Store, key: str) -> None:
    with pytest.raises(BadKey):
        await store.get(DEFAULT_TENANT, key)


async def test_an_owner_that_would_be_a_path_is_refused(store: Store) -> None:
    with pytest.raises(BadKey):
        await store.put(DEFAULT_TENANT, "../e1", b"x")


@given(key=st.text(max_size=120))
def test_no_text_passes_as_a_key_that_leaves_the_folder(key: str) -> None:
    try:
        checked = check_key(key)
    except BadKey:
        return
    assert ".." not in checked
    assert not checked.startswith("/")


async def test_damage_is_noticed(tmp_path: Path) -> None:
    store = FilePayloads(tmp_path)
    key = await store.put(DEFAULT_TENANT, "e1", b"abc" * 1000)
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    file.write_bytes(file.read_bytes()[:-5])

    with pytest.raises(PayloadDamaged):
        await store.get(DEFAULT_TENANT, key)


async def test_what_a_tenant_keeps_is_counted_for_it_alone(store: Store) -> None:
    assert await store.kept_bytes(DEFAULT_TENANT) == 0
    await store.put(DEFAULT_TENANT, "e1", os.urandom(10_000))
    once = await store.kept_bytes(DEFAULT_TENANT)
    await store.put(DEFAULT_TENANT, "e2", os.urandom(10_000))
    await store.put(OTHER, "e1", os.urandom(10_000))

    # Packed, so that what cannot be packed is a little larger.
    assert 10_000 <= once <= 10_100
    assert 20_000 <= await store.kept_bytes(DEFAULT_TENANT) <= 20_200
    await store.delete_owned(DEFAULT_TENANT, "e2")
    assert await store.kept_bytes(DEFAULT_TENANT) == once


async def test_everybody_who_has_payloads_is_listed(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    for tenant, owner in ((DEFAULT_TENANT, "e1"), (DEFAULT_TENANT, "e2"), (OTHER, "e1")):
        await store.put(tenant, owner, b"x")
        await store.put(tenant, owner, b"y")
    await store.delete_owned(DEFAULT_TENANT, "e2")

    found = [one async for one in store.owners()]

    assert sorted((one.tenant, one.owner) for one in found) == [(DEFAULT_TENANT, "e1"), (OTHER, "e1")]
    assert all(one.changed_at >= before for one in found)
