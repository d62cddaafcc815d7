"""Reading requests: bodies of every kind, within limits, large ones straight into the payload store."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

import msgspec

from headrace.kernel.ids import TenantId
from headrace.sdk.binaries import describe_stored, safe_file_name
from headrace.sdk.items import Binary
from headrace.webhooks.domain import Options
from headrace.webhooks.errors import BadCall, CallTooLarge, NotAForm
from headrace.webhooks.multipart import Part, parts_of
from headrace.webhooks.ports import Bodies
from headrace.workflows.public import depth_exceeds

MAX_DEPTH = 100
"""How deep JSON in a body may be nested."""

_MAX_FIELDS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    body_bytes: int = 16 * 1024 * 1024
    """Of a body that becomes JSON or text in an item."""

    file_bytes: int = 1024 * 1024 * 1024
    """Of all that goes to the payload store from one request."""

    files: int = 100


@dataclass(slots=True)
class Body:
    """A body that has been read."""

    value: Any = field(default_factory=dict)
    files: dict[str, Binary] = field(default_factory=dict)


@dataclass(slots=True)
class FormBody:
    """What was sent to a form, by the names of its fields."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[Binary]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one request's body."""

    bodies: Bodies
    tenant: TenantId
    owner: str
    limits: ReadingLimits

    async def read(self, headers: Mapping[str, str], chunks: AsyncIterator[bytes], options: Options) -> Body:
        """Read a body as its headers and the node's options say.

        Raises:
            BadCall: it is not what its headers say.
            CallTooLarge: it is over a limit.
        """
        kind, parameters = _content_type(headers.get("content-type", ""))
        if options.binary_body or (kind and not _is_text(kind) and kind != "multipart/form-data"):
            return Body(files=await self._file(options.binary_name, kind, headers, chunks))
        if kind == "multipart/form-data":
            return await self._multipart(parameters.get("boundary", ""), chunks, options)
        data = await self._all(chunks)
        body = Body(value=_value(kind, parameters.get("charset", "utf-8"), data) if data else {})
        if options.raw_body and data:
            key = await self.bodies.put(self.tenant, self.owner, data)
            body.files["data"] = describe_stored(key, len(data), data[:64], mime_type=kind or "text/plain")
        return body

    async def _all(self, chunks: AsyncIterator[bytes]) -> bytes:
        parts: list[bytes] = []
        total = 0
        async for chunk in chunks:
            total += len(chunk)
            if total > self.limits.body_bytes:
                raise CallTooLarge("the body", self.limits.body_bytes)
            parts.append(chunk)
        return b"".join(parts)

    async def _file(
        self, name: str, kind: str, headers: Mapping[str, str], chunks: AsyncIterator[bytes]
    ) -> dict[str, Binary]:
        stored = await self._store(chunks, self.limits.file_bytes)
        if stored is None:
            return {}
        key, size, start = stored
        named = _disposition(headers.get("content-disposition", "")).get("filename")
        file_name = safe_file_name(named) if named else None
        return {name: describe_stored(key, size, start, file_name=file_name, mime_type=kind or None)}

    async def _store(self, chunks: AsyncIterator[bytes], limit: int) -> tuple[str, int, bytes] | None:
        """Store a stream; return its key, its length and how it starts, or None when it is empty."""
        start = b""
        total = 0

        async def counted() -> AsyncIterator[bytes]:
            nonlocal start, total
            async for chunk in chunks:
                if len(start) < 64:
                    start += chunk[: 64 - len(start)]
                total += len(chunk)
                if total > limit:
                    raise CallTooLarge("the files of the request", limit)
                yield chunk

        key, size = await self.bodies.put_stream(self.tenant, self.owner, counted())
        return (key, size, start) if size else None

    async def _multipart(self, boundary: str, chunks: AsyncIterator[bytes], options: Options) -> Body:
        body = Body()
        left = self.limits.file_bytes
        fields = 0
        async for part in parts_of(boundary, chunks):
            fields += 1
            if fields > _MAX_FIELDS or len(body.files) > self.limits.files:
                raise BadCall("the request has more fields or files than one may have")
            if part.file_name is None:
                _add(body.value, part.name, (await self._field(part)).decode("utf-8", "replace"))
                continue
            stored = await self._store(part.chunks(), left)
            if stored is None:
                continue
            left -= stored[1]
            place = _free_name(options.binary_name if options.binary_name != "data" else part.name, body.files)
            body.files[place] = _described(part, part.file_name, stored)
        return body

    async def read_form(
        self,
        headers: Mapping[str, str],
        chunks: AsyncIterator[bytes],
        *,
        texts: Collection[str],
        files: Collection[str],
    ) -> FormBody:
        """Read what a form sends: of all parts only those named, and files only where they are parts of that kind.

        Raises:
            NotAForm: it is of another kind; what it says of files or of anything else is not looked at.
            BadCall, CallTooLarge: as `read`.
        """
        kind, parameters = _content_type(headers.get("content-type", ""))
        body = FormBody()
        if kind == "application/x-www-form-urlencoded":
            for name, value in _pairs(await self._all(chunks)):
                if name in texts:
                    body.texts.setdefault(name, []).append(value)
            return body
        if kind != "multipart/form-data":
            raise NotAForm("a form is sent as multipart/form-data")
        await self._form_parts(body, parts_of(parameters.get("boundary", ""), chunks), texts, files)
        return body

    async def _form_parts(
        self, body: FormBody, parts: AsyncIterator[Part], texts: Collection[str], files: Collection[str]
    ) -> None:
        left, text_left, count = self.limits.file_bytes, self.limits.body_bytes, 0
        async for part in parts:
            count += 1
            if count > _MAX_FIELDS or sum(map(len, body.files.values())) > self.limits.files:
                raise BadCall("the request has more fields or files than one may have")
            if part.file_name is None and part.name in texts:
                text = await self._field(part)
                text_left -= len(text)
                if text_left < 0:
                    raise CallTooLarge("the form", self.limits.body_bytes)
                body.texts.setdefault(part.name, []).append(text.decode("utf-8", "replace"))
            elif part.file_name and part.name in files:
                stored = await self._store(part.chunks(), left)
                if stored is not None:
                    left -= stored[1]
                    body.files.setdefault(part.name, []).append(_described(part, part.file_name, stored))

    async def _field(self, part: Part) -> bytes:
        found = bytearray()
        async for chunk in part.chunks():
            found += chunk
            if len(found) > self.limits.body_bytes:
                raise CallTooLarge(f"the field {part.name[:60]!r}", self.limits.body_bytes)
        return bytes(found)


def query_of(text: bytes) -> dict[str, Any]:
    """Return the query's values by name; a list where a name comes more than once, or ends in [].

    Raises:
        BadCall: it has more fields than anybody means.
    """
    found: dict[str, Any] = {}
    for name, value in _pairs(text):
        _add(found, name, value)
    return found


def _pairs(text: bytes) -> list[tuple[str, str]]:
    """Raises: BadCall: there are more than anybody means."""
    try:
        return parse_qsl(text.decode("latin-1"), keep_blank_values=True, errors="replace", max_num_fields=_MAX_FIELDS)
    except ValueError as many:
        raise BadCall(f"there are more than {_MAX_FIELDS} fields") from many


async def handed_over(bodies: Bodies, tenant: TenantId, owner: str, files: Mapping[str, Binary]) -> dict[str, Binary]:
    """Return stored files as another owner's, with whom they live and go from now on."""
    moved: dict[str, Binary] = {}
    for name, file in files.items():
        key, _ = await bodies.put_stream(tenant, owner, bodies.stream(tenant, file.id))
        moved[name] = msgspec.structs.replace(file, id=key)
    return moved


def path_of(raw: bytes) -> str:
    """Return a path in the form that routes have.

    Raises:
        BadCall: it is not UTF-8, or holds what no path holds.
    """
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise BadCall("the path is not UTF-8") from wrong
    if "\0" in path or len(path) > 2_000:
        raise BadCall("the path cannot be read")
    return path.strip("/")


def _add(target: dict[str, Any], name: str, value: str) -> None:
    many = name.endswith("[]")
    name = name.removesuffix("[]") if many else name
    if name in target:
        held = target[name]
        target[name] = [*held, value] if isinstance(held, list) else [held, value]
    else:
        target[name] = [value] if many else value


def _described(part: Part, file_name: str, stored: tuple[str, int, bytes]) -> Binary:
    key, size, start = stored
    return describe_stored(key, size, start, file_name=safe_file_name(file_name), mime_type=part.content_type)


def _free_name(name: str, taken: Mapping[str, object]) -> str:
    if name not in taken and name:
        return name
    number = 0
    while (candidate := f"{name}{number}") in taken or not candidate:
        number += 1
    return candidate


def _value(kind: str, charset: str, data: bytes) -> Any:
    if kind == "application/x-www-form-urlencoded":
        return query_of(data)
    if kind.endswith(("/json", "+json")):
        return _json(data)
    try:
        text = data.decode(charset if re.fullmatch(r"[\w.:-]{1,40}", charset) else "utf-8", "replace")
    except LookupError as unknown:
        raise BadCall(f"the charset {charset[:40]!r} is not known") from unknown
    if not kind:
        # No content type at all: JSON is taken for JSON, as most callers that forget the header mean it.
        try:
            return _json(data) if text.lstrip()[:1] in ("{", "[") else text
        except BadCall:
            return text
    return text


def _json(data: bytes) -> Any:
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as malformed:
        raise BadCall(f"the body is not valid JSON: {malformed}") from malformed
    except RecursionError as deep:
        raise BadCall(f"the body is nested deeper than the limit of {MAX_DEPTH} levels") from deep
    if depth_exceeds(value, MAX_DEPTH):
        raise BadCall(f"the body is nested deeper than the limit of {MAX_DEPTH} levels")
    return value


def _is_text(kind: str) -> bool:
    return (
        kind.startswith("text/")
        or kind.endswith(("/json", "+json", "/xml", "+xml"))
        or kind in ("application/x-www-form-urlencoded", "application/javascript", "application/graphql")
    )


def _content_type(header: str) -> tuple[str, Mapping[str, str]]:
    message = Message()
    message["content-type"] = header.replace("\r", "").replace("\n", "")[:1_000]
    if not header:
        return "", {}
    pairs = message.get_params(failobj=[], header="content-type", unquote=True) or []
    return pairs[0][0].lower() if pairs else "", {name.lower(): value for name, value in pairs[1:]}


def _disposition(header: str) -> Mapping[str, str]:
    found = re.finditer(r';\s*(\w+)=(?:"([^"\r\n]*)"|([^;\s]+))', header[:2_000])
    return {match[1].lower(): match[2] if match[2] is not None else match[3] for match in found}
