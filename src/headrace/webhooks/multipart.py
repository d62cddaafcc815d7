"""Parts of a multipart/form-data body as they arrive, one after the other, none held whole in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from headrace.webhooks.errors import BadCall

_MAX_HEADER_BYTES = 16_384


@dataclass(slots=True)
class Part:
    """One part; its bytes must be read before the next part is asked for, what is not read is skipped."""

    name: str
    file_name: str | None
    """None for a plain field."""

    content_type: str | None
    _stream: _Stream = field(repr=False)

    async def chunks(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream.chunks_of_part():
            yield chunk


@dataclass(slots=True)
class _Stream:
    """Turns the parser's callbacks into events that wait to be taken."""

    source: AsyncIterator[bytes]
    boundary: bytes
    events: deque[tuple[str, bytes]] = field(default_factory=deque)
    parser: MultipartParser = field(init=False)
    header_bytes: int = 0
    ended: bool = False

    def __post_init__(self) -> None:
        def data(kind: str) -> object:
            return lambda chunk, start, end: self.events.append((kind, chunk[start:end]))

        def mark(kind: str) -> object:
            return lambda: self.events.append((kind, b""))

        self.parser = MultipartParser(
            self.boundary,
            {  # type: ignore[arg-type]
                "on_part_begin": mark("begin"),
                "on_part_data": data("data"),
                "on_part_end": mark("part end"),
                "on_header_field": data("header name"),
                "on_header_value": data("header value"),
                "on_header_end": mark("header end"),
                "on_headers_finished": mark("headers end"),
                "on_end": mark("end"),
            },
        )

    async def next(self) -> tuple[str, bytes]:
        """Raises: BadCall: the body is no multipart body, or ends before its end."""
        while not self.events:
            try:
                chunk = await anext(self.source)
            except StopAsyncIteration:
                raise BadCall("the multipart body ends before its last boundary") from None
            try:
                self.parser.write(chunk)
            except FormParserError as wrong:
                raise BadCall(f"the multipart body cannot be read: {wrong}") from wrong
        return self.events.popleft()

    async def chunks_of_part(self) -> AsyncIterator[bytes]:
        while True:
            kind, chunk = await self.next()
            if kind == "part end":
                return
            if kind == "data":
                yield chunk

    async def headers(self) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        name = value = b""
        total = 0
        while True:
            kind, chunk = await self.next()
            total += len(chunk)
            if total > _MAX_HEADER_BYTES:
                raise BadCall("the headers of a part are too long")
            if kind == "header name":
                name += chunk
            elif kind == "header value":
                value += chunk
            elif kind == "header end":
                found[name.lower()] = value
                name = value = b""
            elif kind == "headers end":
                return found


async def parts_of(boundary: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[Part]:
    """Yield the parts of a body.

    Raises:
        BadCall: it is no multipart body.
    """
    if not boundary or len(boundary) > 200:
        raise BadCall("the request says multipart/form-data, and no boundary")
    stream = _Stream(chunks, boundary.encode("latin-1", "replace"))
    while True:
        kind, _ = await stream.next()
        if kind == "end":
            return
        if kind != "begin":
            continue
        headers = await stream.headers()
        _, options = parse_options_header(headers.get(b"content-disposition", b""))
        if b"name" not in options:
            raise BadCall("a part of the multipart body has no name")
        file_name = options.get(b"filename")
        kind_of = headers.get(b"content-type")
        yield Part(
            name=options[b"name"].decode("utf-8", "replace")[:200],
            file_name=file_name.decode("utf-8", "replace") if file_name is not None else None,
            content_type=kind_of.decode("latin-1")[:200] if kind_of is not None else None,
            _stream=stream,
        )
