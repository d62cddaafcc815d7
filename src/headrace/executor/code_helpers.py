"""What code in a sandbox may ask of the executor while it runs.

A guest sends a question as JSON, {"method": name, "args": [...]}, or a list of those with an "id" each, which are
answered at the same time. The reply to one is {"value": ...}, or {"error": message} with further properties of the
error; to a list, a list of replies with the questions' ids. The methods are the same for every language:

* httpRequest(options): send a request through the tenant's way out, with no credential. The options are those of n8n's
  `this.helpers.httpRequest`: url, baseURL, method, headers, qs, arrayFormat, body, form, json, auth, timeout,
  returnFullResponse, encoding, ignoreHttpStatusErrors, disableFollowRedirect, maxRedirects,
  skipSslCertificateValidation. A body of bytes is given as `bytes`, in base64, and a form with files as `multipart`:
  [{"name", "value"} or {"name", "data" in base64, "fileName", "contentType"}, ...]. The value is the body, or with
  returnFullResponse {"statusCode", "statusMessage", "headers", "url", "body"}; when the encoding is "arraybuffer", the
  body is beside the value in the reply, as "bytes", in base64.
* request(options): the same with the options of n8n's older `this.helpers.request`.
* getBinaryData(id, offset=0, length=None): a part of one of the node's files; {"data" in base64, "size" of the whole}.
* storeBinary(data, fileName, mimeType): keep bytes, given in base64; the reference to them, as items have it.
* uploadPiece(upload, data): send a large file ahead, piece by piece; the first piece's upload is null, the value is the
  upload for the next. At the end, storeBinary takes {"upload": upload} in place of the data.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from headrace.executor.code_requests import (
    HelpRefused,
    Options,
    check_status,
    decode_base64,
    modern,
    reply_of,
    request_of,
)
from headrace.executor.guest_json import decode_guest_json
from headrace.executor.kept_replies import Again, KeptReplies
from headrace.kernel.errors import HeadraceError
from headrace.sdk.context import HttpClient, HttpFailed
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Items

log = logging.getLogger(__name__)

_MAX_QUESTIONS = 10_000
"""Of one run; code that asks more often is in a loop."""

_TOO_MANY = f"code may ask for help {_MAX_QUESTIONS} times"

_CONCURRENT = 10
"""Questions that are worked on at once."""

_KEPT_BYTES = 64 * 1024 * 1024
"""Of files that are read piece by piece; the one read last is kept in any case."""

_MAX_UPLOAD_BYTES = 512 * 1024 * 1024
"""Of files on their way at once."""

Ask = Callable[[bytes], Awaitable[bytes]]


class BinaryFiles(Protocol):
    """The files of a run."""

    async def read_binary(self, binary: Binary) -> bytes: ...
    async def store_binary(
        self, data: bytes, *, file_name: str | None = None, mime_type: str | None = None
    ) -> Binary: ...


class _Question(msgspec.Struct):
    method: str
    args: list[Any]
    id: int | None = None


class CodeHelpers:
    """Answers the questions of one run of a node's code.

    Args:
        http: Makes the node's way out when it is first needed.
        inputs: The node's input items; of all files, only theirs may be read, and those that the code itself stored.
        allow_insecure_tls: Whether a request may leave the server's certificate unchecked.
    """

    def __init__(
        self,
        *,
        http: Callable[[], HttpClient],
        files: BinaryFiles,
        inputs: Sequence[Items | None],
        allow_insecure_tls: bool = False,
    ) -> None:
        self._http = http
        self._files = files
        self._inputs = inputs
        self._allow_insecure_tls = allow_insecure_tls
        self._readable: dict[str, Binary] | None = None
        self._contents: dict[str, bytes] = {}
        self._uploads: dict[int, bytearray] = {}
        self._asked = 0
        self._started = 0
        self._done = KeptReplies()
        """To questions that changed something, or cost something, by a hash of the question."""

    def attempt(self) -> Ask:
        """Return what answers one attempt at running the code.

        Code is run again from its beginning when it turns out to need more data. What an earlier attempt has done to
        the outside is not done a second time: the same question gets the same reply.
        """
        replies = self._done.again()

        async def answer(text: bytes) -> bytes:
            try:
                questions = decode_guest_json(text, _Question | list[_Question])
            except (msgspec.MsgspecError, RecursionError, ValueError):
                return b'{"error":"the sandbox\'s question makes no sense"}'
            if isinstance(questions, _Question):
                return msgspec.json.encode(await self._reply(questions, replies))
            room = max(0, _MAX_QUESTIONS - self._asked)
            given = await self._all(questions[:room], replies)
            return msgspec.json.encode([*given, *({"id": one.id, "error": _TOO_MANY} for one in questions[room:])])

        return answer

    async def _all(self, questions: Sequence[_Question], replies: Again) -> Sequence[Mapping[str, Any]]:
        """Return the replies, in no order; a few questions are worked on at a time."""
        given: list[Mapping[str, Any]] = []
        waiting = iter(questions)

        async def work() -> None:
            for question in waiting:
                given.append(await self._reply(question, replies))
                # A question that is refused at once never lets others run.
                await asyncio.sleep(0)

        await asyncio.gather(*(work() for _ in range(min(_CONCURRENT, len(questions)))))
        return given

    async def _reply(self, question: _Question, replies: Again) -> Mapping[str, Any]:
        """Return the reply to one question; it never raises."""
        self._asked += 1
        try:
            if self._asked > _MAX_QUESTIONS:
                raise HelpRefused(_TOO_MANY)
            fields = await self._once(question, replies)
        except HelpRefused as refused:
            fields = {**refused.details, "error": str(refused)}
        except HttpFailed as failed:
            fields = {"error": str(failed), "name": "AxiosError", "code": failed.code}
        except (NodeError, HeadraceError) as failed:
            fields = {"error": str(failed)}
        except Exception:
            # Not to be shown to code: it may speak of what code must not know.
            log.exception("a helper for code failed: %s", question.method[:40])
            fields = {"error": "the server could not help with this"}
        return fields if question.id is None else {**fields, "id": question.id}

    async def _once(self, question: _Question, replies: Again) -> Mapping[str, Any]:
        if question.method == "getBinaryData":
            return {"value": await self._read(question.args)}
        key = hashlib.sha256(msgspec.json.encode((question.method, question.args))).digest()
        before = replies.next(key)
        if before is not None:
            return before
        match question.method, question.args:
            case "httpRequest", [dict(options)]:
                fields = await self._request(options)
            case "request", [str(url)]:
                fields = await self._request(modern({"url": url}))
            case "request", [dict(options)]:
                fields = await self._request(modern(options))
            case "uploadPiece", [int() | None as upload, str(data)]:
                fields = {"value": self._upload(upload, decode_base64(data))}
            case "storeBinary", [{"upload": int(upload)}, name, kind] if upload in self._uploads:
                fields = {"value": await self._store(bytes(self._uploads.pop(upload)), name, kind)}
            case "storeBinary", [str(data), name, kind]:
                fields = {"value": await self._store(decode_base64(data), name, kind)}
            case _:
                raise HelpRefused(f"the sandbox has no helper {question.method[:40]!r} for these arguments")
        self._done.keep(key, fields)
        return fields

    async def _request(self, options: Options) -> Mapping[str, Any]:
        request = request_of(options, allow_insecure_tls=self._allow_insecure_tls)
        answer = await self._http().request(request)
        check_status(options, answer)
        return reply_of(options, answer)

    async def _read(self, args: Sequence[Any]) -> Mapping[str, Any]:
        match args:
            case [str(key)]:
                start, end = 0, None
            case [str(key), int(start), int(length)] if start >= 0 and length >= 0:
                end = start + length
            case _:
                raise HelpRefused("a file is read by its id, from an offset on, up to a length")
        content = self._contents.get(key)
        if content is None:
            binary = self._files_of_inputs().get(key)
            if binary is None:
                raise HelpRefused("code can only read the files of its own node's input items")
            content = await self._files.read_binary(binary)
            self._keep(key, content)
        return {"data": base64.b64encode(content[start:end]).decode(), "size": len(content)}

    def _keep(self, key: str, content: bytes) -> None:
        self._contents[key] = content
        total = sum(map(len, self._contents.values()))
        for oldest in list(self._contents):
            if total <= _KEPT_BYTES or oldest == key:
                return
            total -= len(self._contents.pop(oldest))

    def _upload(self, upload: int | None, piece: bytes) -> int:
        if upload is None:
            self._started += 1
            upload = self._started
            self._uploads[upload] = bytearray()
        if upload not in self._uploads:
            raise HelpRefused("there is no such upload")
        if sum(map(len, self._uploads.values())) + len(piece) > _MAX_UPLOAD_BYTES:
            raise HelpRefused(f"code can store files of {_MAX_UPLOAD_BYTES >> 20} MiB at most")
        self._uploads[upload] += piece
        return upload

    async def _store(self, data: bytes, file_name: Any, mime_type: Any) -> Binary:
        stored = await self._files.store_binary(
            data,
            file_name=file_name if isinstance(file_name, str) else None,
            mime_type=mime_type if isinstance(mime_type, str) else None,
        )
        self._files_of_inputs()[stored.id] = stored
        return stored

    def _files_of_inputs(self) -> dict[str, Binary]:
        if self._readable is None:
            self._readable = {
                part.id: part for items in self._inputs for item in items or () for part in (item.binary or {}).values()
            }
        return self._readable
