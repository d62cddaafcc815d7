"""OAuth 2.0 (RFC 6749) with PKCE (RFC 7636): what is asked, what an answer means, when a token is due. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import msgspec

from headrace.credentials.domain.fields import TOKEN
from headrace.credentials.domain.records import Sealed
from headrace.credentials.errors import BadCredential, TokenRefused
from headrace.kernel.ids import TenantId

AUTHORIZATION_LASTS = timedelta(minutes=10)
"""How long somebody has to agree."""

_MARGIN = timedelta(seconds=60)
"""A token is renewed so long before it ends, or when four fifths of a short life are over."""

_MAX_TOKEN_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingAuthorization:
    """Somebody was sent to agree, and is expected back."""

    digest: str
    """Of the state that comes back with them: who reads the store cannot come back in their place."""

    tenant: TenantId
    credential_id: str
    user: str
    redirect_uri: str
    verifier: Sealed = field(repr=False)
    expires_at: datetime

    @property
    def binding(self) -> tuple[str, ...]:
        return ("authorization", self.credential_id, self.digest)

    def with_verifier(self, verifier: Sealed) -> PendingAuthorization:
        return replace(self, verifier=verifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A request to a token endpoint."""

    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    verify_tls: bool


def digest_of(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def grant_of(fields: Mapping[str, Any]) -> str:
    return str(fields.get("grantType") or "authorizationCode")


def authorization_url(fields: Mapping[str, Any], *, redirect_uri: str, state: str, verifier: str) -> str:
    """Return where somebody is sent to agree.

    Raises:
        BadCredential: the credential needs nobody to agree, or its URL is none.
    """
    if grant_of(fields) == "clientCredentials":
        raise BadCredential("this credential gets its tokens by itself; nobody has to connect it")
    url = _web_url(fields, "authUrl")
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    query |= dict(parse_qsl(str(fields.get("authQueryParameters") or "").lstrip("?"), keep_blank_values=True))
    # Ours come last: nobody's further parameters take their place.
    query |= {
        "response_type": "code",
        "client_id": str(fields.get("clientId") or ""),
        "redirect_uri": redirect_uri,
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    if fields.get("scope"):
        query["scope"] = str(fields["scope"])
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote), fragment=""))


def code_request(fields: Mapping[str, Any], *, code: str, redirect_uri: str, verifier: str) -> TokenRequest:
    """Raises: BadCredential: the token URL is none."""
    return _request(
        fields,
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        },
    )


def renewal_request(fields: Mapping[str, Any]) -> TokenRequest | None:
    """Return the request that gets a new token without anybody's doing; None if there can be none.

    Raises:
        BadCredential: the token URL is none.
    """
    if grant_of(fields) == "clientCredentials":
        scope = {"scope": str(fields["scope"])} if fields.get("scope") else {}
        return _request(fields, {"grant_type": "client_credentials", **scope})
    refresh = token_of(fields).get("refresh_token")
    if not isinstance(refresh, str) or not refresh:
        return None
    return _request(fields, {"grant_type": "refresh_token", "refresh_token": refresh})


def _request(fields: Mapping[str, Any], form: Mapping[str, str]) -> TokenRequest:
    client, secret = str(fields.get("clientId") or ""), str(fields.get("clientSecret") or "")
    headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
    if fields.get("authentication", "header") == "header" and secret:
        # Each half is form-encoded before they are joined (RFC 6749, section 2.3.1).
        pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
        headers.append(("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
    else:
        form = {**form, "client_id": client, **({"client_secret": secret} if secret else {})}
    return TokenRequest(
        url=_web_url(fields, "accessTokenUrl"),
        headers=tuple(headers),
        body=urlencode(form).encode(),
        verify_tls=not fields.get("ignoreSSLIssues"),
    )


def _web_url(fields: Mapping[str, Any], name: str) -> str:
    url = str(fields.get(name) or "")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\x00-\x20\x7f]", url)
    except ValueError:
        good = False
    if not good:
        raise BadCredential(f'"{name}" is no URL of the web')
    return url


def read_token(status: int, body: bytes, before: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the token data of an answer; what it does not say anew, such as a refresh token, stays as it was *before*.

    Raises:
        TokenRefused: the server gave none.
    """
    answer = _decoded(body[:_MAX_TOKEN_BYTES])
    token = answer.get("access_token")
    if status >= 400 or not isinstance(token, str) or not token or not token.isprintable():
        # Of what a server says, only a word of the standard is repeated: the rest may hold what it was sent.
        said = answer.get("error")
        known = said if isinstance(said, str) and re.fullmatch(r"[a-z_]{1,40}", said) else ""
        raise TokenRefused(status, known)
    kept = {name: before[name] for name in ("refresh_token", "scope") if before.get(name)}
    data = kept | {name: value for name, value in answer.items() if isinstance(value, str | int | float)}
    data.pop("expires_at", None)
    seconds = _seconds(answer.get("expires_in"))
    if seconds is not None:
        data["expires_in"] = seconds
        data["expires_at"] = int(now.timestamp()) + seconds
    return data


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        # Some servers answer as a form, whatever they are asked for.
        answer = dict(parse_qsl(body.decode("utf-8", "replace")))
    return answer if isinstance(answer, dict) else {}


def _seconds(value: Any) -> int | None:
    try:
        seconds = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds <= 10**9 else None


def token_of(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    held = fields.get(TOKEN)
    return held if isinstance(held, Mapping) else {}


def is_due(fields: Mapping[str, Any], now: datetime) -> bool:
    """Whether a new token is needed, or will be soon. One that says nothing of its end is good until it is refused."""
    token = token_of(fields)
    if not token.get("access_token"):
        return grant_of(fields) == "clientCredentials"
    return _ends_within(token, now, min(_MARGIN, timedelta(seconds=(_seconds(token.get("expires_in")) or 300) / 5)))


def is_over(fields: Mapping[str, Any], now: datetime) -> bool:
    """Whether there is no token, or one that has ended."""
    token = token_of(fields)
    return not token.get("access_token") or _ends_within(token, now, timedelta())


def _ends_within(token: Mapping[str, Any], now: datetime, margin: timedelta) -> bool:
    end = _seconds_since_1970(token.get("expires_at"))
    return end is not None and end <= (now + margin).timestamp()


def _seconds_since_1970(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
