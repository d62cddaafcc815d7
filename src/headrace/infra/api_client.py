"""Asking another Headrace over its REST API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp
import msgspec

from headrace.kernel.errors import HeadraceError, Unavailable

_TIMEOUT = aiohttp.ClientTimeout(total=120, sock_connect=10)


class ApiUnreachable(Unavailable):
    """No Headrace answers at the address."""

    code = "api_unreachable"


class ApiRefused(HeadraceError):
    """The server said no, and why."""

    code = "api_refused"

    def __init__(self, status: int, detail: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.problems = problems
        """Every reason, where there are several."""


class _Problem(msgspec.Struct):
    detail: str = ""
    problems: tuple[str, ...] = ()


class _Page(msgspec.Struct, rename="camel"):
    data: list[dict[str, Any]]
    next_cursor: str | None = None


class ApiClient:
    """Sends requests below `/api/v1` of one server; to be used with `async with`.

    Every request raises `ApiUnreachable` or `ApiRefused` where it is not carried out.
    """

    def __init__(self, server: str, api_key: str) -> None:
        self._root = server.rstrip("/") + "/api/v1"
        # Redirects are not followed: they would take the key to another server.
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT, headers={"X-API-Key": api_key})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self._session.close()

    async def send(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> bytes:
        """Return the body of the answer.

        Args:
            body: JSON.
        """
        headers = {"Content-Type": "application/json"} if body is not None else {}
        try:
            async with self._session.request(
                method, self._root + path, params=query, data=body, headers=headers, allow_redirects=False
            ) as answer:
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as lost:
            raise ApiUnreachable(f"{self._root} cannot be reached: {lost}") from lost
        if not 200 <= answer.status < 300:
            raise _refused(self._root + path, answer.status, content)
        return content

    async def pages(self, path: str, query: Mapping[str, str]) -> AsyncIterator[dict[str, Any]]:
        """Yield every row of a list, page by page.

        Raises:
            msgspec.MsgspecError: it is no list; the address is not a Headrace's.
        """
        cursor: str | None = None
        while True:
            asked = {**query, **({"cursor": cursor} if cursor is not None else {})}
            content = await self.send("GET", path, query=asked)
            page = msgspec.json.decode(content, type=_Page)
            for row in page.data:
                yield row
            cursor = page.next_cursor
            if cursor is None:
                return


def _refused(url: str, status: int, content: bytes) -> ApiRefused:
    try:
        problem = msgspec.json.decode(content, type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem()
    return ApiRefused(status, problem.detail or f"{url} answers with status {status}", problem.problems)
