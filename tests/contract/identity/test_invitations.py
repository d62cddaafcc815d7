"""What every store of invitations does."""

from __future__ import annotations

import pytest

from headrace.identity.domain.limits import MAX_INVITATIONS
from headrace.identity.errors import InvitationNotFound, TooManyInvitations
from headrace.identity.public import InvitationId
from tests.contract.identity.making import MINE, OTHER, Kept, fill, invitation, later


async def test_an_invitation_is_found_by_its_link(kept: Kept) -> None:
    await fill(kept)
    full = invitation("i1", "größe@example.com", project="sales")
    await kept.invitations.add(full, "h1")

    assert await kept.invitations.find("h1") == full
    with pytest.raises(InvitationNotFound):
        await kept.invitations.find("h2")


async def test_another_invitation_to_the_same_place_ends_the_first(kept: Kept) -> None:
    await fill(kept)
    await kept.invitations.add(invitation("i1", "zoe@example.com"), "h1")
    await kept.invitations.add(invitation("i2", "zoe@example.com", project="sales", at=later(1)), "h2")

    await kept.invitations.add(invitation("i3", "zoe@example.com", at=later(2)), "h3")

    assert [one.id for one in await kept.invitations.list(MINE)] == ["i3", "i2"]
    with pytest.raises(InvitationNotFound):
        await kept.invitations.find("h1")


async def test_what_has_expired_goes_when_another_is_made(kept: Kept) -> None:
    await fill(kept)
    await kept.invitations.add(invitation("i1", "zoe@example.com", expires_at=later(5)), "h1")

    await kept.invitations.add(invitation("i2", "yan@example.com", at=later(5)), "h2")

    assert [one.id for one in await kept.invitations.list(MINE)] == ["i2"]


async def test_an_invitation_is_gone_once(kept: Kept) -> None:
    await fill(kept)
    await kept.invitations.add(invitation("i1", "zoe@example.com"), "h1")

    await kept.invitations.remove(MINE, InvitationId("i1"))

    with pytest.raises(InvitationNotFound):
        await kept.invitations.find("h1")
    with pytest.raises(InvitationNotFound):
        await kept.invitations.remove(MINE, InvitationId("i1"))


async def test_a_tenant_has_so_many_invitations_and_no_more(kept: Kept) -> None:
    await fill(kept)
    for number in range(MAX_INVITATIONS):
        await kept.invitations.add(invitation(f"i{number}", f"u{number}@example.com"), f"h{number}")

    with pytest.raises(TooManyInvitations):
        await kept.invitations.add(invitation("more", "more@example.com"), "more")
    await kept.invitations.add(invitation("other", "more@example.com", tenant=OTHER), "other")
    await kept.invitations.add(invitation("again", "u1@example.com", at=later(1)), "again")


async def test_another_tenant_sees_and_changes_nothing(kept: Kept) -> None:
    await fill(kept)
    await kept.invitations.add(invitation("i1", "zoe@example.com"), "h1")

    assert await kept.invitations.list(OTHER) == []
    with pytest.raises(InvitationNotFound):
        await kept.invitations.remove(OTHER, InvitationId("i1"))
    await kept.invitations.add(invitation("i1", "zoe@example.com", tenant=OTHER), "h2")
    assert await kept.invitations.find("h1") == invitation("i1", "zoe@example.com")
