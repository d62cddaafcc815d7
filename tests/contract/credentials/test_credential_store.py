"""What every store of credentials does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from headrace.credentials.domain.records import Cursor, Sealed
from headrace.credentials.errors import CredentialChanged, CredentialExists, CredentialNotFound
from headrace.credentials.public import CredentialQuery
from tests.contract.credentials.making import MINE, NOON, OTHER, P, Q, Safe, record

ALL = CredentialQuery()


async def names(safe: Safe, query: CredentialQuery, after: Cursor | None = None, limit: int = 10) -> list[str]:
    return [one.name for one in await safe.credentials.find(MINE, query, after=after, limit=limit)]


async def test_a_credential_comes_back_as_it_was_kept(safe: Safe) -> None:
    kept = record("a", shared_with=(Q,), sealed_revision=1)

    await safe.credentials.add(kept)

    assert await safe.credentials.get(MINE, "a") == kept
    assert await safe.credentials.find(MINE, ALL, after=None, limit=9) == [kept.plain]


async def test_an_id_is_taken_once(safe: Safe) -> None:
    await safe.credentials.add(record("a"))

    with pytest.raises(CredentialExists):
        await safe.credentials.add(record("a", "Two"))

    assert (await safe.credentials.get(MINE, "a")).name == "One"


async def test_of_two_who_change_the_same_revision_one_is_refused(safe: Safe) -> None:
    first = record("a")
    await safe.credentials.add(first)
    changes = [replace(first, name=name, revision=2, shared_with=(Q,)) for name in ("Two", "Three")]

    outcomes = await asyncio.gather(
        *(safe.credentials.replace(one, expected=1) for one in changes), return_exceptions=True
    )

    assert [type(outcome) is CredentialChanged for outcome in outcomes].count(True) == 1
    assert await safe.credentials.get(MINE, "a") in changes


async def test_what_is_gone_cannot_be_changed_or_removed(safe: Safe) -> None:
    await safe.credentials.add(record("a", shared_with=(Q,)))
    await safe.credentials.remove(MINE, "a")

    with pytest.raises(CredentialNotFound):
        await safe.credentials.get(MINE, "a")
    with pytest.raises(CredentialNotFound):
        await safe.credentials.replace(record("a", revision=2), expected=1)
    with pytest.raises(CredentialNotFound):
        await safe.credentials.remove(MINE, "a")
    await safe.credentials.add(record("a"))
    assert (await safe.credentials.get(MINE, "a")).shared_with == ()


async def test_a_list_is_by_name_however_capitalised_and_goes_on_after_a_row(safe: Safe) -> None:
    for id_, name in (("1", "pear"), ("2", "Apple"), ("3", "Äpfel"), ("4", "apple")):
        await safe.credentials.add(record(id_, name))

    assert await names(safe, ALL) == ["Apple", "apple", "pear", "Äpfel"]
    assert await names(safe, ALL, limit=2) == ["Apple", "apple"]
    assert await names(safe, ALL, after=Cursor("apple", "2"), limit=2) == ["apple", "pear"]


async def test_a_list_is_narrowed_by_project_type_and_part_of_the_name(safe: Safe) -> None:
    await safe.credentials.add(record("1", "Own"))
    await safe.credentials.add(record("2", "Shared", project=Q, shared_with=(P,)))
    await safe.credentials.add(record("3", "Foreign 100%", project=Q, type="oAuth2Api"))

    assert await names(safe, CredentialQuery(project=P)) == ["Own", "Shared"]
    assert await names(safe, CredentialQuery(project=Q)) == ["Foreign 100%", "Shared"]
    assert await names(safe, CredentialQuery(type="oAuth2Api")) == ["Foreign 100%"]
    assert await names(safe, CredentialQuery(name="sHar")) == ["Shared"]
    assert await names(safe, CredentialQuery(name="0%")) == ["Foreign 100%"]
    assert await names(safe, CredentialQuery(name="_")) == []


async def test_a_name_is_found_exactly_with_its_type(safe: Safe) -> None:
    await safe.credentials.add(record("2"))
    await safe.credentials.add(record("1"))
    await safe.credentials.add(record("3", "ONE"))
    await safe.credentials.add(record("4", type="oAuth2Api"))

    assert [one.id for one in await safe.credentials.named(MINE, "httpBasicAuth", "One")] == ["1", "2"]
    assert await safe.credentials.named(MINE, "httpBasicAuth", "Two") == []


async def test_what_is_sealed_with_an_older_key_is_found(safe: Safe) -> None:
    await safe.credentials.add(record("1"))
    await safe.credentials.add(record("2", sealed=Sealed(key=2, blob=b"x")))

    assert [one.id for one in await safe.credentials.sealed_before(MINE, 2, limit=9)] == ["1"]
    assert len(await safe.credentials.sealed_before(MINE, 3, limit=1)) == 1


async def test_one_at_a_time_has_the_right_to_renew_until_it_is_given_back_or_over(safe: Safe) -> None:
    store, soon, later = safe.credentials, NOON + timedelta(seconds=30), NOON + timedelta(seconds=60)

    taken = await asyncio.gather(*(store.claim(MINE, "a", now=NOON, until=soon) for _ in range(5)))

    assert sorted(taken) == [False, False, False, False, True]
    assert await store.claim(MINE, "b", now=NOON, until=soon)
    assert await store.claim(OTHER, "a", now=NOON, until=soon)
    assert await store.claim(MINE, "a", now=soon, until=later)
    assert not await store.claim(MINE, "a", now=soon, until=later)
    await store.release(MINE, "a")
    await store.release(MINE, "a")
    assert await store.claim(MINE, "a", now=soon, until=later)


async def test_another_tenant_sees_and_changes_nothing(safe: Safe) -> None:
    mine = record("a")
    await safe.credentials.add(mine)

    with pytest.raises(CredentialNotFound):
        await safe.credentials.get(OTHER, "a")
    with pytest.raises(CredentialNotFound):
        await safe.credentials.replace(replace(mine, tenant=OTHER, revision=2), expected=1)
    with pytest.raises(CredentialNotFound):
        await safe.credentials.remove(OTHER, "a")
    assert await safe.credentials.find(OTHER, ALL, after=None, limit=9) == []
    assert await safe.credentials.named(OTHER, mine.type, mine.name) == []
    assert await safe.credentials.sealed_before(OTHER, 9, limit=9) == []
    await safe.credentials.add(record("a", "Theirs", tenant=OTHER))
    assert await safe.credentials.get(MINE, "a") == mine
