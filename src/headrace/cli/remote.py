"""`headrace workflow` on a server, over its API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import quote, urlsplit

import msgspec

from headrace.cli.failing import Failure
from headrace.cli.opening import pretty
from headrace.infra.api_client import ApiClient, ApiRefused
from headrace.kernel.errors import HeadraceError


class _Row(msgspec.Struct, rename="camel"):
    """What is shown of a workflow."""

    id: str
    name: str
    published_version: int | None = None


@asynccontextmanager
async def connected(server: str, api_key: str | None) -> AsyncIterator[ApiClient]:
    """Open a client; what the server refuses becomes a failure.

    Raises:
        Failure: the address or the key is missing or wrong, or the server said no.
    """
    if urlsplit(server).scheme not in ("http", "https"):
        raise Failure(f"--server is {server!r}; it begins with http:// or https://")
    if not api_key:
        raise Failure("a server wants an API key: set HEADRACE_API_KEY, or name one with --api-key")
    try:
        async with ApiClient(server, api_key) as client:
            yield client
    except ApiRefused as refused:
        raise Failure(*(refused.problems or (str(refused),))) from refused
    except HeadraceError as lost:
        raise Failure(str(lost)) from lost
    except msgspec.MsgspecError as strange:
        raise Failure(f"{server} does not answer as a Headrace does") from strange


async def list_workflows(server: str, api_key: str | None, *, as_json: bool) -> int:
    async with connected(server, api_key) as client:
        held = await _every(client)
    if as_json:
        print(pretty([{"id": one.id, "name": one.name, "active": one.published_version is not None} for one in held]))
        return 0
    for one in held:
        state = f"version {one.published_version}" if one.published_version is not None else "-"
        print(f"{one.id:26} {state:12} {one.name}")
    return 0


async def publish(server: str, api_key: str | None, wanted: Sequence[str]) -> int:
    """Raises: Failure: no such workflow, or it cannot be served; every reason is named."""
    async with connected(server, api_key) as client:
        for name in wanted:
            found = await _find(client, name)
            answer = await client.send("POST", f"{_path(found)}/publish", body=b"{}")
            record = msgspec.convert(msgspec.json.decode(answer), _Row)
            print(f'published "{record.name}", version {record.published_version}')
    return 0


async def unpublish(server: str, api_key: str | None, wanted: str) -> int:
    """Raises: Failure: no such workflow."""
    async with connected(server, api_key) as client:
        found = await _find(client, wanted)
        await client.send("POST", f"{_path(found)}/unpublish")
    print(f'"{found.name}" is no longer published')
    return 0


async def _every(client: ApiClient) -> list[_Row]:
    rows = client.pages("/workflows", {"summary": "true", "limit": "250"})
    return [msgspec.convert(row, _Row) async for row in rows]


async def _find(client: ApiClient, wanted: str) -> _Row:
    """Return the workflow of an id or a name.

    Raises:
        Failure: there is none, or several have the name.
    """
    every = await _every(client)
    found = [one for one in every if one.id == wanted] or [one for one in every if one.name == wanted]
    if len(found) != 1:
        several = (
            f"several are named so: {', '.join(one.id for one in found)}"
            if found
            else "`headrace workflow list` shows all"
        )
        raise Failure(f'there is no one workflow "{wanted}"; {several}')
    return found[0]


def _path(workflow: _Row) -> str:
    return f"/workflows/{quote(workflow.id, safe='')}"
