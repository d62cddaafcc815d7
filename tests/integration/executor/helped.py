"""What helps code in tests: the real way out to a web site on this machine, and files in memory."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from headrace.executor.code_helpers import CodeHelpers
from headrace.infra.egress.client import Egress
from headrace.infra.egress.policy import EgressPolicy
from headrace.sdk.binaries import describe_binary
from headrace.sdk.context import HttpClient
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Items

LOCAL = EgressPolicy(allowed_networks=[ipaddress.ip_network("127.0.0.1/32")])


class NoSecrets:
    async def open(self, type_: str) -> Mapping[str, Any]:
        raise AssertionError("code was given a credential")

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> None:
        pass


class Files:
    """Files in memory, by their ids; "secret" is another execution's."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {"secret": b"another execution's bytes"}
        self.reads: list[str] = []

    def add(self, key: str, data: bytes, *, file_name: str | None = None, mime_type: str | None = None) -> Binary:
        self.content[key] = data
        return describe_binary(key, data, file_name=file_name, mime_type=mime_type)

    async def read_binary(self, binary: Binary) -> bytes:
        self.reads.append(binary.id)
        if binary.id not in self.content:
            raise NodeError("The file is gone")
        return self.content[binary.id]

    async def store_binary(self, data: bytes, *, file_name: str | None = None, mime_type: str | None = None) -> Binary:
        return self.add(f"stored-{len(self.content)}", data, file_name=file_name, mime_type=mime_type)


class Site:
    """A web site, and what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        told = {
            "method": request.method,
            "path": request.path_qs,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": (await request.read()).decode("latin-1"),
        }
        self.asked.append(told)
        match request.path:
            case "/text":
                return web.Response(text="h\u00e9llo", content_type="text/plain", charset="utf-16")
            case "/bytes":
                return web.Response(body=b"\x00\xff{}", content_type="image/png")
            case "/missing":
                return web.json_response({"error": "x" * 10}, status=404, headers={"Set-Cookie": "session=secret"})
            case "/broken":
                return web.Response(text="y" * 100_000, status=500)
            case "/moved":
                raise web.HTTPFound("/echo")
            case "/cookies":
                response = web.Response(text="[1, 2.50]")
                response.headers.extend([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-One", "1"), ("X-One", "2")])
                return response
        return web.json_response(told)


@asynccontextmanager
async def running_site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application(client_max_size=1 << 24)
    app.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


@asynccontextmanager
async def way_out(policy: EgressPolicy = LOCAL) -> AsyncIterator[HttpClient]:
    egress = Egress(policy)
    yield egress.for_node(NoSecrets())
    await egress.close()


def helpers_with(
    http: HttpClient, files: Files | None = None, inputs: list[Items | None] | None = None, **more: Any
) -> CodeHelpers:
    return CodeHelpers(http=lambda: http, files=files or Files(), inputs=inputs or [], **more)
