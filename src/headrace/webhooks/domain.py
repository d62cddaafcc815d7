"""Which node a request is for, and what is asked of it before it is let in. No I/O."""

from __future__ import annotations

import hmac
import ipaddress
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

import msgspec

from headrace.kernel.ids import DEFAULT_PROJECT, ProjectId, TenantId
from headrace.sdk.parameters import has_expression
from headrace.webhooks.deduplicating import DEFAULT_WINDOW, KeySource, source_of, window_of
from headrace.webhooks.errors import BadRoute, RouteTaken
from headrace.webhooks.public import Listening

MAX_SEGMENTS = 32
_METHODS = frozenset({"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"})
_BOTS = re.compile(
    r"bot\b|crawl|spider|preview|slurp|facebookexternalhit|whatsapp|telegram|embedly|unfurl|headlesschrome",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a node that answers requests is set to, read once from its parameters."""

    response_mode: str = "onReceived"
    response_data: str = "firstEntryJson"
    response_text: str | None = None
    response_code: int = 200
    response_headers: Sequence[tuple[str, str]] = ()
    response_content_type: str | None = None
    response_property: str | None = None
    response_binary: str = "data"
    no_body: bool = False
    authentication: str = "none"
    raw_body: bool = False
    binary_body: bool = False
    binary_name: str = "data"
    ignore_bots: bool = False
    allowed_addresses: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network] = ()
    allowed_origins: Sequence[str] = ("*",)
    calls_per_minute: int | None = None
    deduplicate_by: KeySource | None = None
    deduplicate_for: timedelta = DEFAULT_WINDOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One node that answers requests."""

    tenant: TenantId
    workflow_id: str
    workflow_name: str
    project: ProjectId = DEFAULT_PROJECT
    workflow: msgspec.Raw
    """The version that runs, n8n JSON."""

    node: str
    credentials: Mapping[str, Any] = field(default_factory=dict)
    methods: frozenset[str]
    path: str
    options: Options
    kind: Literal["webhook", "form"] = "webhook"
    """Also the first part of its address: `/webhook/...` or `/form/...`."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Of a form or a chat: what it shows and asks, defaults filled in."""

    is_chat: bool = False
    """Whether what is sent is a message of a chat; `parameters` hold what its page shows, where it has one."""

    takes_files: bool = True
    has_pages: bool = False
    """Whether the workflow has further pages of a form."""

    timezone: str = "UTC"
    """In which a form says when it was sent."""

    listening: Listening | None = None
    """Of a test URL: the draft that waits there."""


def options_of(parameters: Mapping[str, Any], node: str) -> Options:
    """Read a node's parameters, defaults filled in.

    Raises:
        BadRoute: one of them is an expression, which cannot be evaluated before there is an item, or makes no sense.
    """
    given = _mapping(parameters.get("options"))
    for name in ("path", "httpMethod", "authentication", "responseMode"):
        if has_expression(parameters.get(name)):
            raise BadRoute(f'node "{node}": the parameter "{name}" of a webhook cannot be an expression')
    for name in (
        "ipWhitelist",
        "allowedOrigins",
        "ignoreBots",
        "rawBody",
        "binaryData",
        "callsPerMinute",
        "deduplicateFor",
    ):
        if has_expression(given.get(name)):
            raise BadRoute(f'node "{node}": the option "{name}" of a webhook cannot be an expression')
    entries = _mapping(given.get("responseHeaders")).get("entries")
    try:
        networks = [
            ipaddress.ip_network(text.strip(), strict=False)
            for text in str(given.get("ipWhitelist") or "").split(",")
            if text.strip()
        ]
    except ValueError as wrong:
        raise BadRoute(f'node "{node}": the list of allowed addresses is wrong: {wrong}') from wrong
    calls = given.get("callsPerMinute")
    return Options(
        response_mode=str(parameters.get("responseMode") or "onReceived"),
        response_data=str(parameters.get("responseData") or "firstEntryJson"),
        response_text=_text(given.get("responseData")),
        response_code=_code(parameters, given),
        response_headers=[
            (_header(str(entry["name"]), node), _header(str(entry.get("value", "")), node))
            for entry in (entries if isinstance(entries, list) else [])
            if isinstance(entry, Mapping) and entry.get("name")
        ],
        response_content_type=_text(given.get("responseContentType")),
        response_property=_text(given.get("responsePropertyName")),
        response_binary=str(parameters.get("responseBinaryPropertyName") or "data"),
        no_body=given.get("noResponseBody") is True,
        authentication=str(parameters.get("authentication") or parameters.get("incomingAuthentication") or "none"),
        raw_body=given.get("rawBody") is True,
        binary_body=given.get("binaryData") is True,
        binary_name=str(given.get("binaryPropertyName") or "data"),
        ignore_bots=given.get("ignoreBots") is True,
        allowed_addresses=networks,
        allowed_origins=[part.strip() for part in str(given.get("allowedOrigins") or "*").split(",") if part.strip()],
        calls_per_minute=int(calls) if isinstance(calls, int | float) and calls >= 1 else None,
        deduplicate_by=source_of(str(given.get("deduplicateBy") or ""), node),
        deduplicate_for=window_of(given.get("deduplicateFor"), node),
    )


def methods_of(parameters: Mapping[str, Any], node: str) -> frozenset[str]:
    """Return the methods that a node answers.

    Raises:
        BadRoute: one of them is none.
    """
    value = parameters.get("httpMethod") or "GET"
    methods = frozenset(str(one).upper() for one in (value if isinstance(value, list) else [value]))
    if not methods or not methods <= _METHODS:
        raise BadRoute(f'node "{node}": the method is one of {", ".join(sorted(_METHODS))}')
    return methods


def path_of(path: str, webhook_id: str | None, node: str) -> str:
    """Return the path that a node answers at.

    Paths with parameters have the node's own id in front, so that they take nothing away from others.
    Source: n8n's rule.

    Raises:
        BadRoute: it is empty, too long, or climbs.
    """
    bare = (path or webhook_id or "").strip().strip("/")
    segments = bare.split("/")
    if not bare or len(bare) > 500 or len(segments) > MAX_SEGMENTS or any(part in ("", ".", "..") for part in segments):
        raise BadRoute(f'node "{node}": the path "{bare[:60]}" cannot be served')
    if any(part.startswith(":") for part in segments):
        if any(part.startswith(":") and not re.fullmatch(r":[A-Za-z_]\w{0,63}", part) for part in segments):
            raise BadRoute(f'node "{node}": a parameter of the path has a name that cannot be used')
        if not webhook_id:
            raise BadRoute(f'node "{node}": a path with parameters needs the node to have a webhook id')
        return f"{webhook_id}/{bare}"
    return bare


def places_of(kind: str, path: str) -> tuple[str, str]:
    """Return by what keys routes for a path may be kept: its own, and that of paths with parameters.

    The latter begin with the id of their node, which no other node has.
    """
    segments = path.split("/")
    return f"{kind}/{path}", f"{kind}/{segments[0]}/:{len(segments)}"


def place_of(route: Route) -> str:
    """Return the key that a route is kept by."""
    fixed, dynamic = places_of(route.kind, route.path)
    return dynamic if "/:" in route.path else fixed


class RouteTable:
    """Routes by method and path: fixed paths first, then paths with parameters, the longest fixed part first."""

    def __init__(self) -> None:
        self._fixed: dict[tuple[str, str], Route] = {}
        self._dynamic: dict[tuple[str, int], list[tuple[Sequence[str], Route]]] = {}

    def __len__(self) -> int:
        return len(self._fixed) + sum(map(len, self._dynamic.values()))

    def put(self, routes: Iterable[Route]) -> None:
        """Serve a workflow's routes in place of those that it had.

        Raises:
            RouteTaken: another workflow, or another node of this one, has one of them; nothing has changed.
        """
        wanted = list(routes)
        self.check(wanted)
        for tenant, workflow_id in {(route.tenant, route.workflow_id) for route in wanted}:
            self.remove(tenant, workflow_id)
        for route in wanted:
            for method in route.methods:
                if "/:" not in route.path:
                    self._fixed[method, route.path] = route
                    continue
                segments = route.path.split("/")
                found = self._dynamic.setdefault((method, len(segments)), [])
                found.append((segments, route))
                found.sort(key=lambda one: sum(part.startswith(":") for part in one[0]))

    def check(self, wanted: Sequence[Route]) -> None:
        """Raises: RouteTaken: another workflow, or another node of this one, has one of these routes."""
        owners = {(route.tenant, route.workflow_id) for route in wanted}
        seen: set[tuple[str, str]] = set()
        for route in wanted:
            for method in route.methods:
                other = self._owner(method, route.path)
                if (other is not None and (other.tenant, other.workflow_id) not in owners) or (
                    method,
                    route.path,
                ) in seen:
                    # Nobody is told what another tenant calls its workflows.
                    by = route if other is None else other if other.tenant == route.tenant else None
                    raise RouteTaken(method, route.path, by.workflow_name if by else None, prefix=route.kind)
                seen.add((method, route.path))

    def remove(self, tenant: TenantId, workflow_id: str) -> None:
        """Serve nothing of a workflow any more."""
        self._fixed = {
            key: route
            for key, route in self._fixed.items()
            if (route.tenant, route.workflow_id) != (tenant, workflow_id)
        }
        for key, routes in list(self._dynamic.items()):
            left = [one for one in routes if (one[1].tenant, one[1].workflow_id) != (tenant, workflow_id)]
            if left:
                self._dynamic[key] = left
            else:
                del self._dynamic[key]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return what answers a request, and the parameters of its path."""
        fixed = self._fixed.get((method, path))
        if fixed is not None:
            return fixed, {}
        parts = path.split("/")
        for segments, route in self._dynamic.get((method, len(parts)), ()):
            if all(want.startswith(":") or want == part for want, part in zip(segments, parts, strict=True)):
                return route, {
                    want[1:]: part for want, part in zip(segments, parts, strict=True) if want.startswith(":")
                }
        return None

    def methods_at(self, path: str) -> list[str]:
        """Return the methods that something answers at a path."""
        return sorted(method for method in _METHODS if self.find(method, path) is not None)

    def of(self, tenant: TenantId, workflow_id: str) -> list[Route]:
        """Return a workflow's routes."""
        everything = [*self._fixed.values(), *(route for routes in self._dynamic.values() for _, route in routes)]
        found = {
            route.node: route for route in everything if (route.tenant, route.workflow_id) == (tenant, workflow_id)
        }
        return list(found.values())

    def _owner(self, method: str, path: str) -> Route | None:
        if "/:" not in path:
            return self._fixed.get((method, path))
        segments = path.split("/")
        shape = [part if not part.startswith(":") else ":" for part in segments]
        for other, route in self._dynamic.get((method, len(segments)), ()):
            if [part if not part.startswith(":") else ":" for part in other] == shape:
                return route
        return None


def may_come_from(address: str, allowed: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    """Whether a caller's address is on the list; an empty list allows all."""
    if not allowed:
        return True
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(caller, "ipv4_mapped", None)
    return any((mapped or caller) in network for network in allowed)


def is_bot(user_agent: str) -> bool:
    """Whether a caller says that it is a crawler or the maker of a link's preview."""
    return _BOTS.search(user_agent) is not None


def basic_matches(header: str, user: str, password: str) -> bool:
    """Whether an Authorization header shows these; compared in constant time."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        shown = b64decode(token.strip(), validate=True)
    except (Base64Error, ValueError):
        return False
    return hmac.compare_digest(shown, f"{user}:{password}".encode())


def allowed_origin(origin: str, allowed: Sequence[str]) -> str | None:
    """Return what Access-Control-Allow-Origin says to a page of *origin*; None: nothing."""
    if "*" in allowed:
        return "*"
    return origin if origin in allowed else None


@dataclass(slots=True)
class Rate:
    """A bucket of calls that fills evenly."""

    per_minute: int
    left: float
    at: float
    """Seconds of a steady clock."""

    @classmethod
    def full(cls, per_minute: int, now: float) -> Rate:
        return cls(per_minute, float(per_minute), now)

    def take(self, now: float) -> float:
        """Take one call; return 0, or the seconds until there will be one."""
        self.left = min(float(self.per_minute), self.left + (now - self.at) * self.per_minute / 60)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) * 60 / self.per_minute


def _code(parameters: Mapping[str, Any], given: Mapping[str, Any]) -> int:
    chosen = _mapping(given.get("responseCode")).get("values")
    code: Any = parameters.get("responseCode")
    if isinstance(chosen, Mapping):
        code = chosen.get("customCode") if chosen.get("responseCode") == "customCode" else chosen.get("responseCode")
    return code if isinstance(code, int) and 100 <= code <= 599 else 200


def _header(text: str, node: str) -> str:
    if re.search(r"[\r\n\0]", text):
        raise BadRoute(f'node "{node}": a response header holds a line break')
    return text


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None
