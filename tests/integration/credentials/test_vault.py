"""Vault's HTTP API, as a small server that speaks it does."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from headrace.credentials.adapters.secret_sources.vault import VaultSecrets, VaultSettings
from headrace.credentials.errors import SecretUnavailable
from headrace.infra.egress.client import Egress
from headrace.infra.egress.policy import EgressPolicy

TOKEN = "hvs.canary"


class NoSecrets:
    async def open(self, type_: str) -> Mapping[str, Any]:
        raise AssertionError("Vault is shown a token, and no credential")

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> None:
        raise AssertionError("Vault is shown a token, and no credential")


async def answer(request: web.Request) -> web.Response:
    if request.headers.get("X-Vault-Token") != TOKEN:
        return web.json_response({"errors": ["permission denied"]}, status=403)
    match request.raw_path:
        case "/v1/secret/data/shop/data%20base":
            data: Any = {"password": "p-canary", "port": 5432, "none": None}
        case "/v1/team/kv/data/shop" if request.headers.get("X-Vault-Namespace") == "ours":
            data = {"password": "team"}
        case "/v1/secret/data/deleted":
            data = None
        case "/v1/secret/data/odd":
            return web.json_response({"data": ["canary"]})
        case "/v1/secret/data/moved":
            return web.Response(status=307, headers={"Location": "http://127.0.0.1:1/elsewhere"})
        case "/v1/secret/data/sealed":
            return web.json_response({"errors": ["Vault is sealed"]}, status=503)
        case _:
            return web.json_response({"errors": []}, status=404)
    return web.json_response({"data": {"data": data, "metadata": {"version": 1}}})


@pytest_asyncio.fixture
async def address() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@asynccontextmanager
async def vault(address: str, **settings: Any) -> AsyncIterator[VaultSecrets]:
    egress = Egress(EgressPolicy(allowed_networks=[ipaddress.ip_network("127.0.0.1/32")]))
    given = VaultSettings(**{"address": address, "token": TOKEN, **settings})
    yield VaultSecrets(given, lambda: egress.for_node(NoSecrets()))
    await egress.close()


async def test_a_key_of_a_secret_is_read(address: str) -> None:
    async with vault(f"{address}/") as source:
        assert await source.read(["shop", "data base", "password"]) == "p-canary"
        assert await source.read(["shop", "data base", "port"]) == "5432"


async def test_the_token_is_read_from_a_file_each_time(address: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    async with vault(address, token="", token_file=file, mount="/team/kv", namespace="ours") as source:
        with pytest.raises(SecretUnavailable, match="token file"):
            await source.read(["shop", "password"])
        file.write_text("old\n")
        with pytest.raises(SecretUnavailable, match="does not let"):
            await source.read(["shop", "password"])
        file.write_text(f"{TOKEN}\n")
        assert await source.read(["shop", "password"]) == "team"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (["shop", "gone", "password"], "no secret"),
        (["shop", "data base", "user"], "no key"),
        (["shop", "data base", "none"], "no key"),
        (["deleted", "password"], "no key"),
        (["odd", "password"], "key-value engine"),
        (["moved", "password"], "status 307"),
        (["sealed", "password"], "sealed"),
        (["password"], "path and a key"),
        (["..", "..", "sys", "key"], "path and a key"),
        (["../../sys/seal-status", "key"], "no secret"),
    ],
)
async def test_what_cannot_be_had_is_named_with_the_reason(address: str, path: Sequence[str], reason: str) -> None:
    async with vault(address) as source:
        with pytest.raises(SecretUnavailable, match=reason) as caught:
            await source.read(path)

        assert "canary" not in repr(caught.value)


async def test_a_vault_that_is_not_there_is_an_error_that_says_so() -> None:
    async with vault("http://127.0.0.1:1") as source:
        with pytest.raises(SecretUnavailable, match="ECONNREFUSED"):
            await source.read(["shop", "password"])


def test_its_settings_show_no_token() -> None:
    assert TOKEN not in repr(VaultSettings(address="https://v.example", token=TOKEN))
