"""What every store of members does."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from headrace.tenancy.domain.permissions import Standing
from headrace.tenancy.errors import LastOwner, MemberNotFound, ProjectNotFound, TenantNotFound
from headrace.tenancy.public import Role
from tests.contract.tenancy.making import ANN, BEN, EVE, GONE, MINE, NOWHERE, OTHER, SALES, Kept, fill, later, member


async def test_a_standing_holds_the_roles_everywhere_in_the_tenant(kept: Kept) -> None:
    await fill(kept)
    await kept.members.put(member(BEN, Role.VIEWER))
    await kept.members.put(member(BEN, Role.EDITOR, SALES))

    assert await kept.members.standing(MINE, BEN) == Standing(roles={None: Role.VIEWER, SALES: Role.EDITOR})
    assert await kept.members.standing(MINE, BEN, SALES) == await kept.members.standing(MINE, BEN)
    assert await kept.members.standing(MINE, EVE) == Standing(roles={})


async def test_a_standing_says_that_the_tenant_is_suspended(kept: Kept) -> None:
    await fill(kept)
    await kept.tenants.change(MINE, lambda known: replace(known, suspended_at=later(1), suspended_why="unpaid"))

    found = await kept.members.standing(MINE, ANN)

    assert (found.suspended, found.suspended_why) == (True, "unpaid")


async def test_members_are_listed_by_user_the_tenants_role_first(kept: Kept) -> None:
    await fill(kept)
    roles = [member(BEN, Role.EDITOR, SALES), member(BEN, Role.VIEWER)]
    for one in roles:
        await kept.members.put(one)

    assert await kept.members.list(MINE) == [member(ANN, Role.OWNER), *reversed(roles)]
    assert await kept.members.list(MINE, SALES) == [roles[0]]


async def test_another_role_takes_the_place_of_the_first_and_keeps_its_moment(kept: Kept) -> None:
    await fill(kept)
    await kept.members.put(member(BEN, Role.EDITOR))

    given = await kept.members.put(member(BEN, Role.VIEWER, at=later(9)))

    assert given == member(BEN, Role.VIEWER)
    assert await kept.members.list(MINE) == [member(ANN, Role.OWNER), given]


async def test_joining_never_lowers_a_role(kept: Kept) -> None:
    await fill(kept)

    assert await kept.members.join(member(ANN, Role.VIEWER, at=later(1))) == member(ANN, Role.OWNER)
    assert await kept.members.join(member(BEN, Role.VIEWER)) == member(BEN, Role.VIEWER)
    assert await kept.members.join(member(BEN, Role.ADMIN, at=later(1))) == member(BEN, Role.ADMIN)


async def test_without_a_project_all_roles_are_taken_away(kept: Kept) -> None:
    await fill(kept)
    await kept.members.put(member(BEN, Role.VIEWER))
    await kept.members.put(member(BEN, Role.EDITOR, SALES))

    await kept.members.remove(MINE, BEN, SALES)
    assert await kept.members.standing(MINE, BEN) == Standing(roles={None: Role.VIEWER})
    await kept.members.put(member(BEN, Role.EDITOR, SALES))
    await kept.members.remove(MINE, BEN)

    assert await kept.members.standing(MINE, BEN) == Standing(roles={})
    with pytest.raises(MemberNotFound):
        await kept.members.remove(MINE, BEN)


async def test_the_last_owner_stays(kept: Kept) -> None:
    await fill(kept)
    await kept.members.put(member(BEN, Role.OWNER, SALES))

    with pytest.raises(LastOwner):
        await kept.members.put(member(ANN, Role.ADMIN))
    with pytest.raises(LastOwner):
        await kept.members.remove(MINE, ANN)

    assert (await kept.members.standing(MINE, ANN)).roles == {None: Role.OWNER}


async def test_of_two_owners_who_go_at_once_one_stays(kept: Kept) -> None:
    await fill(kept)
    await kept.members.put(member(BEN, Role.OWNER))

    outcomes = await asyncio.gather(
        kept.members.remove(MINE, ANN), kept.members.put(member(BEN, Role.VIEWER)), return_exceptions=True
    )

    assert [type(one) for one in outcomes].count(LastOwner) == 1
    assert [one.role for one in await kept.members.list(MINE)].count(Role.OWNER) == 1


async def test_a_role_needs_a_place_that_is_there(kept: Kept) -> None:
    await fill(kept)

    for write in (kept.members.put, kept.members.join):
        with pytest.raises(TenantNotFound):
            await write(member(BEN, Role.VIEWER, of=NOWHERE))
        with pytest.raises(ProjectNotFound):
            await write(member(BEN, Role.VIEWER, GONE))
    with pytest.raises(TenantNotFound):
        await kept.members.standing(NOWHERE, BEN)
    with pytest.raises(ProjectNotFound):
        await kept.members.standing(MINE, ANN, GONE)


async def test_another_tenant_sees_and_changes_nothing(kept: Kept) -> None:
    await fill(kept)
    await kept.members.put(member(BEN, Role.EDITOR, SALES))

    assert await kept.members.list(OTHER) == [member(EVE, Role.OWNER, of=OTHER)]
    assert await kept.members.list(OTHER, SALES) == []
    assert await kept.members.standing(OTHER, BEN) == Standing(roles={})
    with pytest.raises(ProjectNotFound):
        await kept.members.standing(OTHER, EVE, SALES)
    with pytest.raises(ProjectNotFound):
        await kept.members.put(member(EVE, Role.OWNER, SALES, of=OTHER))
    with pytest.raises(MemberNotFound):
        await kept.members.remove(OTHER, BEN)
    await kept.members.put(member(ANN, Role.VIEWER, of=OTHER))
    assert (await kept.members.standing(MINE, ANN)).roles == {None: Role.OWNER}
