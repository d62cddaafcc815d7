"""What every store of API keys does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headrace.identity.domain.limits import MAX_KEYS
from headrace.identity.errors import KeyNotFound, TooManyKeys
from headrace.identity.public import KeyId
from headrace.tenancy.public import Action
from tests.contract.identity.making import ANN, BEN, MINE, NOON, OTHER, Kept, fill, key, later


async def test_everything_about_a_key_is_kept(kept: Kept) -> None:
    await fill(kept)
    full = key("k1", scopes=frozenset({Action.WORKFLOW_READ, Action.TAG_READ}), expires_at=later(5))
    await kept.keys.add(full, "h1")
    await kept.keys.add(key("k2", scopes=frozenset()), "h2")
    await kept.keys.add(key("k3"), "h3")

    assert await kept.keys.find("h1") == (full, ANN)
    assert await kept.keys.find("h2") == (key("k2", scopes=frozenset()), ANN)
    assert await kept.keys.find("h3") == (key("k3"), ANN)
    assert await kept.keys.find("h4") is None


async def test_a_keys_user_is_as_they_are_now(kept: Kept) -> None:
    await fill(kept)
    await kept.keys.add(key("k1"), "h1")

    disabled = await kept.users.change(ANN.id, lambda known: replace(known, disabled_at=NOON))

    assert await kept.keys.find("h1") == (key("k1"), disabled)


async def test_keys_are_listed_the_newest_first(kept: Kept) -> None:
    await fill(kept)
    keys = [key("k1"), key("k2", BEN, at=later(1)), key("k3", at=later(2))]
    for one in keys:
        await kept.keys.add(one, one.id)

    assert await kept.keys.list(MINE, None) == [keys[2], keys[1], keys[0]]
    assert await kept.keys.list(MINE, ANN.id) == [keys[2], keys[0]]


async def test_the_use_of_a_key_is_noted(kept: Kept) -> None:
    await fill(kept)
    await kept.keys.add(key("k1"), "h1")

    await kept.keys.note(MINE, KeyId("k1"), later(3))
    await kept.keys.note(MINE, KeyId("gone"), later(3))

    assert await kept.keys.list(MINE, ANN.id) == [replace(key("k1"), used_at=later(3))]


async def test_a_key_is_revoked_by_its_user_or_by_anybody_who_may(kept: Kept) -> None:
    await fill(kept)
    for id_ in ("k1", "k2"):
        await kept.keys.add(key(id_), id_)

    with pytest.raises(KeyNotFound):
        await kept.keys.remove(MINE, KeyId("k1"), BEN.id)
    await kept.keys.remove(MINE, KeyId("k1"), ANN.id)
    await kept.keys.remove(MINE, KeyId("k2"), None)

    assert await kept.keys.list(MINE, None) == []
    assert await kept.keys.find("k1") is None
    with pytest.raises(KeyNotFound):
        await kept.keys.remove(MINE, KeyId("k1"), None)


async def test_a_user_has_so_many_keys_and_no_more(kept: Kept) -> None:
    await fill(kept)
    for number in range(MAX_KEYS):
        await kept.keys.add(key(f"k{number}"), f"h{number}")

    with pytest.raises(TooManyKeys):
        await kept.keys.add(key("more"), "more")
    await kept.keys.add(key("bens", BEN), "bens")
    await kept.keys.add(key("other", tenant=OTHER), "other")


async def test_another_tenant_sees_and_changes_nothing(kept: Kept) -> None:
    await fill(kept)
    await kept.keys.add(key("k1"), "h1")

    assert await kept.keys.list(OTHER, None) == await kept.keys.list(OTHER, ANN.id) == []
    with pytest.raises(KeyNotFound):
        await kept.keys.remove(OTHER, KeyId("k1"), None)
    await kept.keys.note(OTHER, KeyId("k1"), later(1))
    await kept.keys.add(key("k1", tenant=OTHER), "h2")
    await kept.keys.remove(OTHER, KeyId("k1"), ANN.id)
    assert await kept.keys.find("h1") == (key("k1"), ANN)
