"""Putting credentials on requests: by their type, after the host check, so that no node needs to hold a secret."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec

from headrace.infra.egress.oauth1 import form_of, sign
from headrace.sdk.credentials import Attachment
from headrace.sdk.errors import NodeError

Headers = list[tuple[str, str]]


def attach(
    type_: str,
    secret: Mapping[str, Any],
    url: str,
    headers: Headers,
    body: bytes | None,
    *,
    method: str = "GET",
    attachment: Attachment | None = None,
) -> tuple[str, Headers, bytes | None]:
    """Return the request with the credential on it.

    Args:
        attachment: What the type's declaration says is to be added; None where that is known here.

    Raises:
        NodeError: the credential may not go to that host, or its type cannot be put on a request.
    """
    check_host(secret, url)
    if attachment is not None:
        added = [(name, _filled(value, secret)) for name, value in attachment.headers.items()]
        query = [(name, _filled(value, secret)) for name, value in attachment.query.items()]
        return (_with_query(url, query) if query else url), [*headers, *added], body
    match type_:
        case "httpBasicAuth":
            pair = f"{secret.get('user', '')}:{secret.get('password', '')}"
            return url, [*headers, ("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")], body
        case "httpHeaderAuth":
            return url, [*headers, (str(secret.get("name", "")), str(secret.get("value", "")))], body
        case "httpQueryAuth":
            return _with_query(url, [(str(secret.get("name", "")), str(secret.get("value", "")))]), headers, body
        case "httpBearerAuth":
            return url, [*headers, ("Authorization", f"Bearer {secret.get('token', '')}")], body
        case "httpCustomAuth":
            return _custom(secret, url, headers, body)
        case "oAuth2Api":
            token = (secret.get("oauthTokenData") or {}).get("access_token") or secret.get("accessToken")
            if not token:
                raise NodeError("The OAuth2 credential is not connected: it has no access token")
            return url, [*headers, ("Authorization", f"Bearer {token}")], body
        case "oAuth1Api":
            # New for every request: the nonce and the moment are what keeps a signed request from being sent again.
            signed = sign(
                secret, method, url, form_of(headers, body), nonce=secrets.token_hex(16), timestamp=int(time.time())
            )
            return url, [*headers, ("Authorization", signed)], body
        case "httpDigestAuth":
            return url, headers, body  # answered after the server's challenge
    held = secret.get("oauthTokenData")
    token = held.get("access_token") if isinstance(held, Mapping) else None
    token = token or secret.get("accessToken") or secret.get("apiKey") or secret.get("token")
    if token:
        return url, [*headers, ("Authorization", f"Bearer {token}")], body
    raise NodeError(f'Credentials of type "{type_}" cannot be put on a request here')


def check_host(secret: Mapping[str, Any], url: str) -> None:
    """Raises: NodeError: the credential names the hosts it may go to, and this is none of them."""
    mode, listed = secret.get("allowedHttpRequestDomains"), secret.get("allowedDomains")
    if mode == "all" or (mode in (None, "") and listed in (None, "", "all", "*")):
        return
    host = (urlsplit(url).hostname or "").lower()
    allowed = listed if mode in (None, "", "domains") and isinstance(listed, str) else ""
    for pattern in (part.strip().lower() for part in allowed.split(",")):
        if pattern and (host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))):
            return
    raise NodeError(
        f"This credential may not be used for {host}", description=f"It is limited to: {allowed or 'no host'}"
    )


def _filled(template: str, secret: Mapping[str, Any]) -> str:
    """Return a template with the credential's fields in it. Values are put in once, and are no templates themselves."""
    return re.sub(r"\{(\w+)\}", lambda found: str(secret.get(found[1], "")), template)


def _with_query(url: str, pairs: Sequence[tuple[str, str]]) -> str:
    parts = urlsplit(url)
    added = urlencode(pairs, quote_via=quote)
    # What is there stays as it is written: a service may have signed it.
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def _custom(
    secret: Mapping[str, Any], url: str, headers: Headers, body: bytes | None
) -> tuple[str, Headers, bytes | None]:
    rule = secret.get("json")
    try:
        rule = msgspec.json.decode(rule) if isinstance(rule, str) else rule
    except msgspec.DecodeError:
        rule = None
    if not isinstance(rule, Mapping):
        raise NodeError("The custom credential is not valid JSON")
    added = [(str(name), str(value)) for name, value in (rule.get("headers") or {}).items()]
    query = [(str(name), str(value)) for name, value in (rule.get("qs") or {}).items()]
    extra = rule.get("body")
    if isinstance(extra, Mapping) and extra:
        try:
            sent = msgspec.json.decode(body) if body else {}
        except msgspec.DecodeError:
            sent = {}
        body = msgspec.json.encode({**(sent if isinstance(sent, dict) else {}), **extra})
    return (_with_query(url, query) if query else url), [*headers, *added], body


def answer_digest(secret: Mapping[str, Any], challenge: str, method: str, url: str) -> str | None:
    """Return the Authorization header for a digest challenge (RFC 7616: MD5 or SHA-256); None for another kind."""
    if not challenge.lower().startswith("digest "):
        return None
    fields = {
        name.lower(): quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge)
    }
    algorithm = fields.get("algorithm", "MD5").upper()
    if algorithm not in ("MD5", "SHA-256"):
        return None

    def digest(text: str) -> str:
        if algorithm == "SHA-256":
            return hashlib.sha256(text.encode()).hexdigest()
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    parts = urlsplit(url)
    uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    user, password, realm, nonce = (
        str(secret.get("user", "")),
        str(secret.get("password", "")),
        fields.get("realm", ""),
        fields.get("nonce", ""),
    )
    first, second = digest(f"{user}:{realm}:{password}"), digest(f"{method.upper()}:{uri}")
    answer = [f'username="{user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"']
    if "auth" in fields.get("qop", ""):
        client, count = secrets.token_hex(8), "00000001"
        response = digest(f"{first}:{nonce}:{count}:{client}:auth:{second}")
        answer += [f"qop=auth, nc={count}", f'cnonce="{client}"']
    else:
        response = digest(f"{first}:{nonce}:{second}")
    answer += [f'response="{response}"', f"algorithm={algorithm}"]
    if "opaque" in fields:
        answer.append(f'opaque="{fields["opaque"]}"')
    return "Digest " + ", ".join(answer)
