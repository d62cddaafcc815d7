"""OAuth2 from end to end: a person agrees, tokens are used, renewed and refused."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from headrace.credentials.adapters.keys import GivenKeys
from headrace.credentials.adapters.sealing import AesGcmSealer
from headrace.credentials.adapters.sqlite import SqliteSafe
from headrace.credentials.errors import (
    AuthorizationUnknown,
    BadCredential,
    NotConnected,
    NotOAuth2,
    TokenRefused,
    TokenUnavailable,
)
from headrace.credentials.public import Credential
from headrace.credentials.service.credentials import Credentials
from headrace.credentials.service.oauth2 import OAuth2
from headrace.credentials.service.opening import CredentialOpener
from headrace.infra.egress.client import Egress
from headrace.infra.egress.policy import EgressPolicy
from headrace.sdk.context import HttpRequest
from tests.integration.credentials.authorization_server import CLIENT, SECRET, AuthorizationServer, serving
from tests.unit.credentials.making import KEK, MINE, OTHER, TYPES, Clock, Elsewhere, Workflows

CALLBACK = "https://headrace.example/rest/oauth2-credential/callback"
HOUR = timedelta(hours=1)


class NoSecrets:
    async def open(self, type_: str) -> Mapping[str, Any]:
        raise AssertionError("token requests carry no credential")

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> None:
        raise AssertionError("token requests carry no credential")


class Process:
    """One of several processes over the same data."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.egress = Egress(EgressPolicy(allowed_networks=[ipaddress.ip_network("127.0.0.1/32")]))
        self.safe = SqliteSafe(path)
        sealer = AesGcmSealer(self.safe.keys, GivenKeys([KEK]), clock)
        store, elsewhere = self.safe.credentials, Elsewhere()
        self.credentials = Credentials(store, sealer, TYPES, Workflows(), clock)
        self.oauth2 = OAuth2(
            store,
            sealer,
            self.safe.authorizations,
            TYPES,
            elsewhere,
            lambda tenant: self.egress.for_node(NoSecrets()),
            clock,
        )
        self.opener = CredentialOpener(store, sealer, elsewhere, self.oauth2)

    async def token(self, credential: Credential) -> str:
        opened = await self.opener.open(MINE, "oAuth2Api", {"id": credential.id})
        return str(opened["oauthTokenData"]["access_token"])

    async def connect(self, server: AuthorizationServer, credential: Credential) -> Credential:
        url = await self.oauth2.begin(MINE, credential.id, by="ann", redirect_uri=CALLBACK)
        back = await server.authorize(url)
        return await self.oauth2.finish(MINE, state=back["state"], code=back["code"], by="ann")

    async def close(self) -> None:
        await self.egress.close()
        await self.safe.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[AuthorizationServer]:
    async with serving() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def processes(tmp_path: Path, clock: Clock) -> AsyncIterator[list[Process]]:
    started = [Process(tmp_path / "credentials.db", clock) for _ in range(2)]
    yield started
    for one in started:
        await one.close()


@pytest.fixture
def process(processes: list[Process]) -> Process:
    return processes[0]


async def made(process: Process, server: AuthorizationServer, **fields: Any) -> Credential:
    return await process.credentials.create(
        MINE,
        name="Shop",
        type_="oAuth2Api",
        by="ann",
        fields={
            "authUrl": f"{server.url}/authorize?prompt=consent",
            "accessTokenUrl": f"{server.url}/token",
            "clientId": CLIENT,
            "clientSecret": SECRET,
            "scope": "orders read",
            **fields,
        },
    )


async def test_a_person_connects_a_credential_and_its_token_is_used(
    process: Process, server: AuthorizationServer
) -> None:
    credential = await made(process, server, authQueryParameters="access_type=offline&state=mine&client_id=mine")
    with pytest.raises(NotConnected):
        await process.token(credential)

    url = await process.oauth2.begin(MINE, credential.id, by="ann", redirect_uri=CALLBACK)
    query = parse_qs(urlsplit(url).query)
    assert (query["access_type"], query["prompt"], query["scope"]) == (["offline"], ["consent"], ["orders read"])
    assert len(query["state"]) == 1
    assert query["state"] != ["mine"]
    back = await server.authorize(url)
    connected = await process.oauth2.finish(MINE, state=back["state"], code=back["code"], by="ann")

    assert connected.revision == 2
    assert await process.token(credential) in server.access
    assert (await process.credentials.show(MINE, credential.id))[1].connected


@pytest.mark.parametrize(("in_body", "as_form"), [(True, False), (False, True)], ids=["secret in body", "form answer"])
async def test_servers_of_other_habits_are_understood(
    process: Process, server: AuthorizationServer, in_body: bool, as_form: bool
) -> None:
    server.in_body, server.as_form = in_body, as_form
    credential = await made(process, server, authentication="body" if in_body else "header")

    await process.connect(server, credential)

    assert await process.token(credential) in server.access


async def test_a_state_is_good_once_for_its_user_in_its_tenant_and_for_ten_minutes(
    process: Process, server: AuthorizationServer, clock: Clock
) -> None:
    credential = await made(process, server)

    async def begun() -> dict[str, str]:
        url = await process.oauth2.begin(MINE, credential.id, by="ann", redirect_uri=CALLBACK)
        return await server.authorize(url)

    back = await begun()
    await process.oauth2.finish(MINE, by="ann", **back)
    for tenant, user, state in ((MINE, "ann", back), (MINE, "eve", await begun()), (OTHER, "ann", await begun())):
        with pytest.raises(AuthorizationUnknown):
            await process.oauth2.finish(tenant, by=user, **state)
        with pytest.raises(AuthorizationUnknown):
            await process.oauth2.finish(MINE, by="ann", **state)
    with pytest.raises(AuthorizationUnknown):
        await process.oauth2.finish(MINE, by="ann", state="guessed", code="c")
    late = await begun()
    clock.now += timedelta(minutes=10)
    with pytest.raises(AuthorizationUnknown):
        await process.oauth2.finish(MINE, by="ann", **late)

    assert server.grants == ["authorization_code"]


async def test_a_code_that_somebody_else_caught_is_worth_nothing_to_them(
    process: Process, server: AuthorizationServer
) -> None:
    credential = await made(process, server)
    theirs = await server.authorize(await process.oauth2.begin(MINE, credential.id, by="ann", redirect_uri=CALLBACK))
    mine = await server.authorize(await process.oauth2.begin(MINE, credential.id, by="eve", redirect_uri=CALLBACK))

    with pytest.raises(TokenRefused, match="invalid_grant"):
        await process.oauth2.finish(MINE, state=mine["state"], code=theirs["code"], by="eve")


async def test_of_all_who_find_a_token_due_in_any_process_one_renews_it(
    processes: list[Process], server: AuthorizationServer, clock: Clock
) -> None:
    credential = await made(processes[0], server)
    await processes[0].connect(server, credential)
    clock.now += HOUR - timedelta(seconds=59)
    server.delay = 0.2

    tokens = await asyncio.gather(*(process.token(credential) for process in processes for _ in range(10)))

    assert len(set(tokens)) == 1
    assert server.grants == ["authorization_code", "refresh_token"]
    assert not server.stolen


async def test_a_token_that_is_good_is_left_alone(process: Process, server: AuthorizationServer, clock: Clock) -> None:
    credential = await made(process, server)
    await process.connect(server, credential)
    first = await process.token(credential)
    clock.now += HOUR - timedelta(seconds=61)

    assert await process.token(credential) == first


async def test_a_short_lived_token_is_not_renewed_for_every_request(
    process: Process, server: AuthorizationServer, clock: Clock
) -> None:
    server.lifetime = 30
    credential = await made(process, server, grantType="clientCredentials")

    first = await process.token(credential)
    clock.now += timedelta(seconds=20)

    assert await process.token(credential) == first
    clock.now += timedelta(seconds=5)
    assert await process.token(credential) != first
    assert server.grants == ["client_credentials", "client_credentials"]


async def test_client_credentials_need_nobody_to_connect_them(process: Process, server: AuthorizationServer) -> None:
    credential = await made(process, server, grantType="clientCredentials")

    with pytest.raises(BadCredential, match="nobody has to connect"):
        await process.oauth2.begin(MINE, credential.id, by="ann", redirect_uri=CALLBACK)

    assert await process.token(credential) in server.access


async def test_a_token_that_a_service_refuses_is_renewed_once_and_the_request_sent_again(
    process: Process, server: AuthorizationServer
) -> None:
    credential = await made(process, server)
    await process.connect(server, credential)
    first = await process.token(credential)
    reference = {"id": credential.id}

    class Step:
        async def open(self, type_: str) -> Mapping[str, Any]:
            return await process.opener.open(MINE, type_, reference)

        async def renew(self, type_: str, refused: Mapping[str, Any]) -> Mapping[str, Any] | None:
            token = refused["oauthTokenData"]["access_token"]
            return await process.opener.renew(MINE, type_, reference, refused=token)

    client = process.egress.for_node(Step())
    request = HttpRequest(method="GET", url=f"{server.url}/service", credential="oAuth2Api")
    server.access.discard(first)

    assert (await client.request(request)).status == 200

    assert server.grants == ["authorization_code", "refresh_token"]
    server.access.clear()
    server.refresh.clear()
    assert (await client.request(request)).status == 401, "what cannot be renewed is refused, once"
    assert server.grants == ["authorization_code", "refresh_token", "refresh_token"]


async def test_a_server_that_fails_matters_only_when_the_token_is_over(
    process: Process, server: AuthorizationServer, clock: Clock
) -> None:
    credential = await made(process, server)
    await process.connect(server, credential)
    first = await process.token(credential)
    server.status = 503
    clock.now += HOUR - timedelta(seconds=30)
    assert await process.token(credential) == first

    clock.now += timedelta(seconds=30)
    with pytest.raises(TokenUnavailable, match="503"):
        await process.token(credential)

    server.status = 200
    assert await process.token(credential) != first


async def test_a_claim_of_a_process_that_is_gone_does_not_hold_for_ever(
    process: Process, server: AuthorizationServer, clock: Clock
) -> None:
    credential = await made(process, server, grantType="clientCredentials")
    await process.safe.credentials.claim(MINE, credential.id, now=clock.now, until=clock.now + timedelta(seconds=45))
    waiting = asyncio.create_task(process.token(credential))
    await asyncio.sleep(0)
    clock.now += timedelta(seconds=45)

    assert await waiting in server.access


async def test_no_refusal_repeats_what_was_sent(
    process: Process, server: AuthorizationServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="headrace")
    credential = await made(process, server, clientSecret="wrong-canary", grantType="clientCredentials")

    with pytest.raises(TokenRefused) as refused:
        await process.token(credential)
    server.status = 400
    with pytest.raises(TokenRefused) as failed:
        await process.token(credential)

    text = f"{refused.value!r}{failed.value!r}{caplog.text}"
    assert "invalid_client" in text
    assert "canary" not in text


async def test_only_the_server_that_is_named_gets_the_clients_secret(
    process: Process, server: AuthorizationServer
) -> None:
    credential = await made(process, server, grantType="clientCredentials", accessTokenUrl="http://10.0.0.1/token")

    with pytest.raises(TokenUnavailable, match="BLOCKED"):
        await process.token(credential)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x/", "https://", "not a url", "http://a b/"])
async def test_nobody_is_sent_to_what_is_no_web_address(
    process: Process, server: AuthorizationServer, url: str
) -> None:
    credential = await made(process, server, authUrl=url)

    with pytest.raises(BadCredential, match="authUrl"):
        await process.oauth2.begin(MINE, credential.id, by="ann", redirect_uri=CALLBACK)


async def test_other_credentials_are_not_connected(process: Process) -> None:
    credential = await process.credentials.create(
        MINE, name="B", type_="httpBasicAuth", fields={"user": "a", "password": "b"}, by="ann"
    )

    with pytest.raises(NotOAuth2):
        await process.oauth2.begin(MINE, credential.id, by="ann", redirect_uri=CALLBACK)


async def test_a_new_name_given_during_a_renewal_loses_no_token(process: Process, server: AuthorizationServer) -> None:
    credential = await made(process, server, grantType="clientCredentials")
    server.delay = 0.2
    renewing = asyncio.create_task(process.token(credential))
    while not server.grants:
        await asyncio.sleep(0.01)
    await process.credentials.change(MINE, credential.id, by="ben", name="Store")

    token = await renewing

    assert (await process.credentials.get(MINE, credential.id)).name == "Store"
    assert await process.token(credential) == token
    assert server.grants == ["client_credentials"]
