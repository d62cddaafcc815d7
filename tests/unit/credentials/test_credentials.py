"""Keeping credentials, and opening them."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
from pathlib import Path

import pytest

from headrace.credentials.adapters.keys import FileKeys
from headrace.credentials.adapters.sealing import AesGcmSealer
from headrace.credentials.errors import (
    BadCredential,
    BadCursor,
    CredentialAmbiguous,
    CredentialChanged,
    CredentialInUse,
    CredentialNotForNodes,
    CredentialNotFound,
    SecretUnavailable,
)
from headrace.credentials.public import CredentialQuery
from headrace.credentials.service.credentials import Credentials
from headrace.credentials.service.opening import CredentialOpener, check_shown
from headrace.credentials.service.rotation import Rotation
from headrace.kernel.errors import NotFound
from headrace.kernel.ids import DEFAULT_PROJECT, ProjectId
from tests.unit.credentials.making import MINE, OTHER, TYPES, NoRenewal, Service

OURS, THEIRS = DEFAULT_PROJECT, ProjectId("theirs")


@pytest.fixture
def service() -> Service:
    return Service()


def by_id(id_: str) -> dict[str, str]:
    return {"id": id_, "name": "whatever"}


async def test_what_is_kept_can_be_opened_by_whoever_names_it(service: Service) -> None:
    made = await service.basic()

    for reference in (by_id(made.id), {"id": None, "name": "Shop"}, {"id": "of another server", "name": "Shop"}):
        opened = await service.opener.open(MINE, "httpBasicAuth", reference)
        assert dict(opened) == {"user": "ann", "password": "s3cret-canary"}


async def test_no_text_of_anything_holds_the_secret(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = await service.basic()
    opened = await service.opener.open(MINE, "httpBasicAuth", by_id(made.id))
    stored = await service.safe.credentials.get(MINE, made.id)
    page = await service.credentials.list(MINE, CredentialQuery())
    shown = await service.credentials.show(MINE, made.id)
    keys = await service.safe.keys.all()

    text = f"{made!r}{made}{opened!r}{opened}{stored!r}{page!r}{shown!r}{keys!r}{stored.sealed.blob!r}{caplog.text}"

    assert "canary" not in text
    assert "canary" not in f"{vars(service)!r}{service.safe.credentials.held!r}"


async def test_what_is_opened_cannot_be_written_or_copied_by_mistake(service: Service) -> None:
    made = await service.basic()
    opened = await service.opener.open(MINE, "httpBasicAuth", by_id(made.id))

    for write in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            write(opened)


async def test_a_credential_opens_for_its_tenant_only(service: Service) -> None:
    made = await service.basic()

    for reference in (by_id(made.id), {"id": made.id, "name": "Shop"}):
        with pytest.raises(CredentialNotFound):
            await service.opener.open(OTHER, "httpBasicAuth", reference)


async def test_a_credential_opens_for_its_project_and_those_it_is_shared_with(service: Service) -> None:
    made = await service.basic()
    with pytest.raises(CredentialNotFound):
        await service.opener.open(MINE, "httpBasicAuth", by_id(made.id), project=THEIRS)
    with pytest.raises(CredentialNotFound):
        await service.opener.open(MINE, "httpBasicAuth", {"name": "Shop"}, project=THEIRS)

    await service.credentials.share(MINE, made.id, [THEIRS, OURS], by="ann")

    assert await service.opener.open(MINE, "httpBasicAuth", by_id(made.id), project=THEIRS)
    assert (await service.credentials.get(MINE, made.id)).shared_with == (THEIRS,)
    moved = await service.credentials.move(MINE, made.id, THEIRS, by="ann")
    assert (moved.project, moved.shared_with) == (THEIRS, ())
    with pytest.raises(CredentialNotFound):
        await service.opener.open(MINE, "httpBasicAuth", by_id(made.id), project=OURS)


async def test_a_credential_is_opened_as_the_type_it_is(service: Service) -> None:
    made = await service.basic()

    with pytest.raises(CredentialNotFound):
        await service.opener.open(MINE, "httpHeaderAuth", by_id(made.id))


async def test_a_name_that_two_have_is_not_guessed_at(service: Service) -> None:
    first, second = await service.basic(), await service.basic()

    with pytest.raises(CredentialAmbiguous, match=first.id):
        await service.opener.open(MINE, "httpBasicAuth", {"name": "Shop"})
    assert await service.opener.open(MINE, "httpBasicAuth", {"id": second.id, "name": "Shop"})


@pytest.mark.parametrize("reference", [{}, {"id": 5, "name": ["Shop"]}, {"id": "", "name": ""}, {"id": {"a": 1}}])
async def test_a_reference_that_says_nothing_finds_nothing(service: Service, reference: dict[str, object]) -> None:
    await service.basic()

    with pytest.raises(CredentialNotFound):
        await service.opener.open(MINE, "httpBasicAuth", reference)


@pytest.mark.parametrize(("type_", "shown"), [("jwtAuth", True), ("httpBasicAuth", False), ("slackApi", False)])
def test_nodes_get_to_see_only_what_they_compute_with(type_: str, shown: bool) -> None:
    if shown:
        check_shown(TYPES, type_)
    else:
        with pytest.raises(CredentialNotForNodes, match=type_):
            check_shown(TYPES, type_)


async def test_a_change_keeps_what_it_leaves_out(service: Service) -> None:
    made = await service.basic()

    changed = await service.credentials.change(MINE, made.id, by="ben", name="Store", fields={"user": "ben"})

    assert (changed.name, changed.revision, changed.updated_by, changed.created_by) == ("Store", 2, "ben", "ann")
    opened = await service.opener.open(MINE, "httpBasicAuth", by_id(made.id))
    assert dict(opened) == {"user": "ben", "password": "s3cret-canary"}


async def test_a_new_name_leaves_the_seal_as_it_is(service: Service) -> None:
    made = await service.basic()
    before = await service.safe.credentials.get(MINE, made.id)

    await service.credentials.change(MINE, made.id, by="ben", name="Store")

    assert (await service.safe.credentials.get(MINE, made.id)).sealed == before.sealed
    assert await service.opener.open(MINE, "httpBasicAuth", by_id(made.id))


async def test_a_change_made_on_an_older_revision_is_refused(service: Service) -> None:
    made = await service.basic()
    await service.credentials.change(MINE, made.id, by="ben", name="Store")

    with pytest.raises(CredentialChanged):
        await service.credentials.change(MINE, made.id, by="eve", name="Mine", revision=1)


@pytest.mark.parametrize("name", ["", "  ", "x" * 129, "a\nb", "\x00"])
async def test_a_name_that_is_none_is_refused(service: Service, name: str) -> None:
    with pytest.raises(BadCredential, match="name"):
        await service.basic(name)


async def test_a_required_field_is_asked_for_and_stays(service: Service) -> None:
    with pytest.raises(BadCredential, match="secret"):
        await service.credentials.create(MINE, name="T", type_="totpApi", fields={"label": "a:b"}, by="ann")
    made = await service.credentials.create(
        MINE, name="T", type_="totpApi", fields={"label": "a:b", "secret": "AAAA"}, by="ann"
    )
    with pytest.raises(BadCredential, match="secret"):
        await service.credentials.change(MINE, made.id, by="ann", fields={"secret": None})


async def test_a_type_that_is_not_installed_can_be_brought_in_but_not_made(service: Service) -> None:
    with pytest.raises(NotFound):
        await service.credentials.create(MINE, name="S", type_="slackApi", fields={}, by="ann")

    made = await service.credentials.bring_in(
        MINE, name="S", type_="slackApi", fields={"accessToken": "x"}, by="ann", credential_id="7"
    )

    assert dict(await service.opener.open(MINE, "slackApi", {"id": "7"})) == {"accessToken": "x"}
    assert (await service.credentials.show(MINE, made.id))[1].filled == ["accessToken"]


async def test_pages_of_a_list_follow_each_other(service: Service) -> None:
    for name in ("c", "a", "b"):
        await service.basic(name)

    first = await service.credentials.list(MINE, CredentialQuery(), limit=2)
    second = await service.credentials.list(MINE, CredentialQuery(), limit=2, cursor=first.next_cursor)

    assert [one.name for one in [*first.credentials, *second.credentials]] == ["a", "b", "c"]
    assert second.next_cursor is None
    for cursor in ("x", "!!", "bnVsbA", "é"):
        with pytest.raises(BadCursor):
            await service.credentials.list(MINE, CredentialQuery(), cursor=cursor)


async def test_what_workflows_use_is_deleted_only_by_force(service: Service) -> None:
    made = await service.basic()
    service.workflows.names = ["Orders"]
    assert [one.workflow_name for one in await service.credentials.usage(MINE, made.id)] == ["Orders"]

    with pytest.raises(CredentialInUse, match="Orders"):
        await service.credentials.delete(MINE, made.id)
    await service.credentials.delete(MINE, made.id, force=True)

    with pytest.raises(CredentialNotFound):
        await service.credentials.get(MINE, made.id)


async def test_a_reference_is_looked_up_when_it_is_opened_and_not_before(service: Service) -> None:
    made = await service.basic(password="={{ $secrets.vault.shop.password }}")
    with pytest.raises(SecretUnavailable):
        await service.opener.open(MINE, "httpBasicAuth", by_id(made.id))

    service.elsewhere.held["$secrets.vault.shop.password"] = "={{ $secrets.vault.other }}"

    opened = await service.opener.open(MINE, "httpBasicAuth", by_id(made.id))
    assert opened["password"] == "={{ $secrets.vault.other }}", "what was looked up is text, and looked up no further"


async def test_keys_are_rotated_while_everything_goes_on(tmp_path: Path) -> None:
    service = Service()
    kek = FileKeys(tmp_path / "keys.json")
    sealer = AesGcmSealer(service.safe.keys, kek, service.clock)
    store = service.safe.credentials
    credentials = Credentials(store, sealer, TYPES, service.workflows, service.clock)
    rotation = Rotation(
        store, service.safe.keys, kek, AesGcmSealer(service.safe.keys, kek, service.clock), service.clock
    )
    running = CredentialOpener(store, sealer, service.elsewhere, NoRenewal())
    made = [
        await credentials.create(tenant, name="A", type_="httpBasicAuth", fields={"password": "p"}, by="ann")
        for tenant in (MINE, OTHER)
    ]
    before = {one.tenant: await store.get(one.tenant, one.id) for one in made}

    results = []
    for data_keys in (False, True, True):
        changing = asyncio.create_task(credentials.change(MINE, made[0].id, by="ben", name=f"{data_keys}"))
        results.append(await rotation.rotate(data_keys=data_keys))
        await changing
        for one in made:
            assert (await running.open(one.tenant, "httpBasicAuth", by_id(one.id)))["password"] == "p"

    assert [one.rewrapped for one in results] == [2, 2, 4]
    assert [one.resealed for one in results] == [0, 2, 2]
    assert {(key.number, key.wrapped.kek) for key in await service.safe.keys.all()} >= {(3, results[-1].kek)}
    for one in made:
        assert (await store.get(one.tenant, one.id)).sealed.key > before[one.tenant].sealed.key
