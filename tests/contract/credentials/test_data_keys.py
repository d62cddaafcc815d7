"""What every store of data keys does."""

from __future__ import annotations

from dataclasses import replace

from headrace.credentials.domain.records import Sealed, WrappedKey
from tests.contract.credentials.making import MINE, OTHER, Safe, data_key, record


async def test_keys_come_back_as_they_were_kept_and_the_highest_is_the_latest(safe: Safe) -> None:
    for number in (1, 2):
        assert await safe.keys.add(data_key(number))

    assert await safe.keys.get(MINE, 1) == data_key(1)
    assert await safe.keys.latest(MINE) == data_key(2)
    assert await safe.keys.get(MINE, 3) is None


async def test_a_number_is_taken_once(safe: Safe) -> None:
    await safe.keys.add(data_key(1))

    assert not await safe.keys.add(data_key(1, kek="k2"))

    assert await safe.keys.get(MINE, 1) == data_key(1)


async def test_a_key_is_wrapped_anew_only_as_it_was_read(safe: Safe) -> None:
    key = data_key(1)
    await safe.keys.add(key)
    moved = replace(key, wrapped=WrappedKey(kek="k2", blob=b"other"))

    assert await safe.keys.rewrap(moved, before=key.wrapped)
    assert not await safe.keys.rewrap(key, before=key.wrapped)
    assert not await safe.keys.rewrap(data_key(2), before=key.wrapped)

    assert await safe.keys.all() == [moved]


async def test_old_keys_are_removed_unless_something_is_sealed_with_them(safe: Safe) -> None:
    for number in (1, 2, 3):
        await safe.keys.add(data_key(number))
    await safe.credentials.add(record("a", sealed=Sealed(key=1, blob=b"x")))

    assert await safe.keys.remove_before(MINE, 3) == 1

    assert [key.number for key in await safe.keys.all()] == [1, 3]


async def test_another_tenant_sees_and_changes_nothing(safe: Safe) -> None:
    await safe.keys.add(data_key(1))

    assert await safe.keys.get(OTHER, 1) is None
    assert await safe.keys.latest(OTHER) is None
    assert await safe.keys.remove_before(OTHER, 9) == 0
    assert not await safe.keys.rewrap(data_key(1, tenant=OTHER, kek="k2"), before=data_key(1).wrapped)
    assert await safe.keys.add(data_key(1, tenant=OTHER, kek="k3"))
    assert await safe.keys.get(MINE, 1) == data_key(1)
