"""HTTP to the outside over aiohttp, each address checked at the moment of connecting.

The check sits in the socket factory: it sees the very address that is about to be connected to, so a name that resolves
differently the second time gains nothing. Redirects are followed here, each hop under the same rule.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterable, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import aiohttp

from headrace.infra.egress.attaching import Headers, answer_digest, attach
from headrace.infra.egress.circuits import CircuitOpen, Circuits, says_unavailable
from headrace.infra.egress.policy import EgressPolicy
from headrace.sdk.context import HttpFailed, HttpRequest, HttpResponse
from headrace.sdk.credentials import Attachment

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_OWN_HEADERS = frozenset(
    ("content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer")
)
_ACROSS_HOSTS = frozenset(("authorization", "cookie", "proxy-authorization"))


_PIECE_BYTES = 1 << 20
"""So much is unpacked before the limit is looked at again."""


class Secrets(Protocol):
    async def open(self, type_: str) -> Mapping[str, Any]: ...

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return another secret than the one that was refused; None if there is none."""
        ...


class _Blocked(OSError):
    """The address may not be reached."""


class Egress:
    """The shared way out of one policy; make a client for each node with `for_node`."""

    def __init__(
        self,
        policy: EgressPolicy,
        *,
        resolver: aiohttp.abc.AbstractResolver | None = None,
        attachment_of: Callable[[str], Attachment | None] = lambda type_: None,
        circuits: Circuits | None = None,
    ) -> None:
        self._policy = policy
        self._resolver = resolver
        self.attachment_of = attachment_of
        """How credentials of a type come onto requests, where its declaration says so."""

        self.circuits = circuits
        """None: every request is sent, however many before it failed."""

        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    def for_node(self, secrets: Secrets, *, tenant: str = "") -> EgressClient:
        return EgressClient(self, secrets, tenant)

    def session(self, *, verify_tls: bool) -> aiohttp.ClientSession:
        found = self._sessions.get(verify_tls)
        if found is None or found.closed:
            connector = aiohttp.TCPConnector(
                limit=100,
                resolver=self._resolver,
                ssl=ssl.create_default_context() if verify_tls else False,
                socket_factory=self._socket,
                ttl_dns_cache=10,
            )
            found = self._sessions[verify_tls] = aiohttp.ClientSession(
                connector=connector, trust_env=False, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
            )
        return found

    def _socket(self, info: Any) -> socket.socket:
        family, kind, proto, _, address = info
        if not self._policy.allows(str(address[0])):
            raise _Blocked(f"the address {address[0]} may not be reached")
        return socket.socket(family, kind, proto)

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()


class EgressClient:
    """The `HttpClient` of one node."""

    def __init__(self, egress: Egress, secrets: Secrets, tenant: str) -> None:
        self._egress = egress
        self._secrets = secrets
        self._tenant = tenant

    async def request(self, request: HttpRequest) -> HttpResponse:
        try:
            async with asyncio.timeout(request.timeout.total_seconds() or None) as deadline:
                return await self._follow(request, deadline)
        except TimeoutError as late:
            millis = int(request.timeout.total_seconds() * 1000)
            raise HttpFailed(f"timeout of {millis}ms exceeded", code="ECONNABORTED") from late
        except aiohttp.ClientConnectorDNSError as unknown:
            raise HttpFailed(f"getaddrinfo ENOTFOUND {unknown.host}", code="ENOTFOUND") from unknown
        except aiohttp.ClientConnectorCertificateError as refused:
            raise HttpFailed(
                f"certificate not accepted: {refused.certificate_error}", code="CERT_NOT_ACCEPTED"
            ) from refused
        except aiohttp.ClientConnectorError as refused:
            if isinstance(refused.os_error, _Blocked):
                raise _blocked(request.url) from refused
            raise HttpFailed(f"connect ECONNREFUSED {refused.host}:{refused.port}", code="ECONNREFUSED") from refused
        except _Blocked as refused:
            raise _blocked(request.url) from refused
        except aiohttp.InvalidURL as wrong:
            raise HttpFailed("Invalid URL", code="ERR_INVALID_URL") from wrong
        except CircuitOpen as refused:
            raise HttpFailed(f"not sent: {refused}", code="CIRCUIT_OPEN") from refused
        except ValueError as wrong:
            # The client's own rules: a host that is no name, headers that contradict each other.
            raise HttpFailed(f"the request cannot be sent: {wrong}", code="ERR_INVALID_ARG_VALUE") from wrong
        except (aiohttp.ClientError, ConnectionError, zlib.error) as broken:
            raise HttpFailed(f"the connection broke off: {type(broken).__name__}", code="ECONNRESET") from broken

    async def _follow(self, request: HttpRequest, deadline: asyncio.Timeout) -> HttpResponse:
        url, method, headers, body = request.url, request.method.upper(), list(request.headers), request.body
        credential = request.credential
        secret = await self._secrets.open(credential) if credential else {}
        digest_tried = renewed = False
        hop = 0
        while True:
            _check(url, headers)
            sent_url, sent_headers, sent_body = url, headers, body
            if credential:
                plain = body if isinstance(body, bytes) or body is None else None
                sent_url, sent_headers, attached = attach(
                    credential,
                    secret,
                    url,
                    headers,
                    plain,
                    method=method,
                    attachment=self._egress.attachment_of(credential),
                )
                _check_headers(sent_headers)
                sent_body = attached if plain is body else body
            response = await self._send(request, deadline, method, sent_url, sent_headers, sent_body)
            challenge = response.header("www-authenticate")
            if response.status == 401 and credential == "httpDigestAuth" and not digest_tried:
                answer = answer_digest(secret, challenge, method, url)
                if answer is not None:
                    headers, digest_tried = [*headers, ("Authorization", answer)], True
                    continue
            if response.status == 401 and credential and not renewed and (body is None or isinstance(body, bytes)):
                # A token may be taken back before its end. What streams cannot be sent twice.
                renewed = True
                other = await self._secrets.renew(credential, secret)
                if other is not None:
                    secret = other
                    continue
            location = response.header("location")
            if response.status not in _REDIRECTS or not location or request.max_redirects == 0:
                return response
            hop += 1
            if hop > request.max_redirects:
                raise HttpFailed("Maximum number of redirects exceeded", code="ERR_FR_TOO_MANY_REDIRECTS")
            target = urljoin(url, location)
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                # Another host gets nothing that was meant for the first one.
                headers = [(name, value) for name, value in headers if name.lower() not in _ACROSS_HOSTS]
                credential = None
            if response.status == 303 or (response.status in (301, 302) and method == "POST"):
                method = "GET" if method != "HEAD" else method
                body = None
                headers = [(name, value) for name, value in headers if not name.lower().startswith("content-")]
            url = target

    async def _send(
        self,
        request: HttpRequest,
        deadline: asyncio.Timeout,
        method: str,
        url: str,
        headers: Headers,
        body: bytes | AsyncIterable[bytes] | None,
    ) -> HttpResponse:
        """Send one request, unless its host has not answered lately.

        Raises:
            CircuitOpen
        """
        circuits = self._egress.circuits
        if circuits is None:
            return await self._exchange(request, method, url, headers, body)
        parts = urlsplit(url)
        key = (self._tenant, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower())
        circuits.enter(key)
        try:
            answer = await self._exchange(request, method, url, headers, body)
        except (aiohttp.ClientError, OSError) as failure:
            # What is refused here, for its address or its form, was never sent, and says nothing of the host.
            refused = isinstance(getattr(failure, "os_error", failure), _Blocked)
            circuits.undecided(key) if refused else circuits.failed(key)
            raise
        except asyncio.CancelledError:
            # A host that does not answer in time does not answer; that somebody stops the execution is not its doing.
            late = deadline.when() is not None and asyncio.get_running_loop().time() >= (deadline.when() or 0.0)
            circuits.failed(key) if late else circuits.undecided(key)
            raise
        except BaseException:
            circuits.undecided(key)
            raise
        circuits.failed(key) if says_unavailable(answer.status) else circuits.succeeded(key)
        return answer

    async def _exchange(
        self, request: HttpRequest, method: str, url: str, headers: Headers, body: bytes | AsyncIterable[bytes] | None
    ) -> HttpResponse:
        session = self._egress.session(verify_tls=request.verify_tls)
        options: dict[str, Any] = {"proxy": request.proxy} if request.proxy else {}
        # The length and the connection are the client's business; a node's word on them could smuggle a second request.
        headers = [(name, value) for name, value in headers if name.lower() not in _OWN_HEADERS]
        if not any(name.lower() == "accept-encoding" for name, _ in headers):
            headers = [*headers, ("Accept-Encoding", "gzip, deflate")]
        async with session.request(
            method,
            url,
            headers=headers,
            data=body,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
            skip_auto_headers=("User-Agent", "Content-Type"),
            **options,
        ) as answer:
            received = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers]
            data = await _read(answer, request.max_bytes)
            return HttpResponse(
                status=answer.status, reason=answer.reason or "", headers=received, body=data, url=str(answer.url)
            )


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """Read and unpack the body; a small one that unpacks to more than the limit is refused on the way.

    Raises:
        HttpFailed: it is larger than the limit.
    """
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    unpack = None
    if encoding in ("gzip", "x-gzip"):
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    elif encoding == "deflate":
        unpack = zlib.decompressobj()
    parts: list[bytes] = []
    total = 0
    async for chunk in answer.content.iter_chunked(64 * 1024):
        if encoding == "deflate" and not total and unpack is not None and chunk[0] & 0x0F != 8:
            unpack = zlib.decompressobj(-zlib.MAX_WBITS)  # some servers leave the zlib frame away
        more = True
        while more:
            if unpack is None:
                piece, more = chunk, False
            else:
                piece = unpack.decompress(chunk, _PIECE_BYTES)
                chunk = unpack.unconsumed_tail
                # A full piece may have more behind it though all input is taken.
                more = bool(chunk) or len(piece) == _PIECE_BYTES
            total += len(piece)
            if total > limit:
                raise HttpFailed(
                    f"the answer is larger than the limit of {limit // 1024 // 1024} MiB", code="TOO_LARGE"
                )
            parts.append(piece)
    return b"".join(parts)


def _check(url: str, headers: Headers) -> None:
    """Raises: HttpFailed: the URL or a header is none that may be sent."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as wrong:
        raise HttpFailed("Invalid URL", code="ERR_INVALID_URL") from wrong
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\x00-\x20\x7f]", url):
        raise HttpFailed(f'Invalid URL: {url[:200]}. URL must start with "http" or "https".', code="ERR_INVALID_URL")
    _check_headers(headers)


def _check_headers(headers: Headers) -> None:
    """Raises: HttpFailed: a header is none that may be sent; its value is not repeated."""
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or re.search(r"[\r\n\x00]", value):
            raise HttpFailed(f"Invalid character in header {name[:60]!r}", code="ERR_INVALID_CHAR")


def _blocked(url: str) -> HttpFailed:
    host = urlsplit(url).hostname
    return HttpFailed(
        f"{host} is at an address that workflows may not reach; the setting HEADRACE_ALLOW_PRIVATE_NETWORK allows it",
        code="BLOCKED",
    )
