"""Files of workflows from the web, through the tenant's way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from headrace.kernel.ids import TenantId
from headrace.sdk.context import HttpClient, HttpFailed, HttpRequest
from headrace.workflows.errors import NotDownloaded

_TIMEOUT = timedelta(seconds=20)
_MAX_BYTES = 16 * 1024 * 1024
_MAX_REDIRECTS = 5


class EgressDownloads:
    """A `Downloads`.

    Args:
        http: The way out of a tenant: what its workflows may not reach, nobody of it may import from either.
    """

    def __init__(self, http: Callable[[TenantId], HttpClient]) -> None:
        self._http = http

    async def get(self, tenant: TenantId, url: str) -> bytes:
        request = HttpRequest(
            method="GET",
            url=url,
            headers=[("Accept", "application/json, text/plain"), ("User-Agent", "Headrace")],
            timeout=_TIMEOUT,
            max_redirects=_MAX_REDIRECTS,
            max_bytes=_MAX_BYTES,
        )
        try:
            answer = await self._http(tenant).request(request)
        except HttpFailed as failure:
            raise NotDownloaded(f"the address cannot be read: {failure}") from failure
        if not 200 <= answer.status < 300:
            raise NotDownloaded(f"the address answered with status {answer.status}")
        return answer.body
