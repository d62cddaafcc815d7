"""Reading Server-Sent Events from another Headrace, across lost connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import aiohttp

from headrace.kernel.errors import Unavailable

_MAX_BYTES = 1024 * 1024
"""Of one event; ours are far smaller."""

_PATIENCE_SECONDS = 45.0
"""How long a stream may be silent before it counts as lost; a server says something every 15 seconds."""

_AGAIN_SECONDS = 1.0


class StreamRefused(Unavailable):
    """The server does not let the caller follow, or is no Headrace; trying again changes nothing."""

    code = "stream_refused"


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event as it was sent."""

    name: str
    data: str
    id: str | None = None


async def sent_events(url: str, headers: Mapping[str, str], *, attempts: int = 30) -> AsyncIterator[SentEvent]:
    """Yield what a server tells, until it says that there is no more; connections that break are made again.

    Args:
        attempts: Times in a row that a connection may fail before it is given up.

    Raises:
        StreamRefused: the server said no, or cannot be reached.
    """
    last: str | None = None
    failed = 0
    timeout = aiohttp.ClientTimeout(total=None, sock_read=_PATIENCE_SECONDS, sock_connect=10)
    async with aiohttp.ClientSession(timeout=timeout, read_bufsize=_MAX_BYTES) as session:
        while True:
            asked = {**headers, "Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
            try:
                async with session.get(url, headers=asked, allow_redirects=False) as answer:
                    if answer.status == 204:
                        return
                    if answer.status in (429, 502, 503, 504):
                        raise aiohttp.ClientError(f"it answers with status {answer.status}")
                    if answer.status != 200:
                        raise StreamRefused(f"{url} answers with status {answer.status}{await _why(answer)}")
                    failed = 0
                    parser = EventParser()
                    async for line in answer.content:
                        event = parser.feed(line)
                        if event is not None:
                            last = event.id or last
                            yield event
            except (aiohttp.ClientError, TimeoutError, OSError) as lost:
                failed += 1
                if failed >= attempts:
                    raise StreamRefused(f"{url} cannot be reached: {lost}") from lost
            await asyncio.sleep(_AGAIN_SECONDS)


class EventParser:
    """Makes events of lines, as HTML's specification of server-sent events has it."""

    def __init__(self) -> None:
        self._name = ""
        self._data: list[str] = []
        self._id: str | None = None

    def feed(self, line: bytes) -> SentEvent | None:
        """Take one line and return the event that it ends, if it ends one."""
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not text:
            event = SentEvent(self._name or "message", "\n".join(self._data), self._id) if self._data else None
            self._name, self._data, self._id = "", [], None
            return event
        field, _, value = text.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "event":
                self._name = value
            case "data":
                self._data.append(value)
            case "id":
                self._id = value
            case _:
                pass  # comments, and what later versions may add
        return None


async def _why(answer: aiohttp.ClientResponse) -> str:
    text = (await answer.content.read(2_000)).decode("utf-8", "replace").strip()
    return f": {text}" if text else ""
