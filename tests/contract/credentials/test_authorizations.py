"""What every store of expected users does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from headrace.credentials.domain.oauth2 import PendingAuthorization
from headrace.credentials.domain.records import Sealed
from tests.contract.credentials.making import MINE, NOON, OTHER, Safe

LATER = NOON + timedelta(minutes=5)
PENDING = PendingAuthorization(
    digest="d1",
    tenant=MINE,
    credential_id="a",
    user="ann",
    redirect_uri="https://here.example/callback",
    verifier=Sealed(key=3, blob=b"\x00v"),
    expires_at=LATER,
)


async def test_a_state_counts_once_even_if_many_come_with_it(safe: Safe) -> None:
    await safe.authorizations.add(PENDING, now=NOON)

    taken = await asyncio.gather(*(safe.authorizations.take("d1", now=NOON) for _ in range(5)))

    assert sorted(taken, key=lambda one: one is None) == [PENDING, None, None, None, None]


async def test_who_comes_late_or_with_another_state_is_not_expected(safe: Safe) -> None:
    await safe.authorizations.add(PENDING, now=NOON)

    assert await safe.authorizations.take("d2", now=NOON) is None
    assert await safe.authorizations.take("d1", now=LATER) is None
    assert await safe.authorizations.take("d1", now=NOON) is None


async def test_who_is_late_is_forgotten_when_another_is_expected(safe: Safe) -> None:
    await safe.authorizations.add(PENDING, now=NOON)
    await safe.authorizations.add(replace(PENDING, digest="d2", expires_at=LATER + (LATER - NOON)), now=LATER)

    assert await safe.authorizations.take("d1", now=NOON) is None


async def test_what_is_taken_says_whose_tenant_it_is(safe: Safe) -> None:
    theirs = replace(PENDING, digest="d2", tenant=OTHER)
    await safe.authorizations.add(PENDING, now=NOON)
    await safe.authorizations.add(theirs, now=NOON)

    assert await safe.authorizations.take("d2", now=NOON) == theirs
    assert await safe.authorizations.take("d1", now=NOON) == PENDING
