"""Signing requests by OAuth 1.0a (RFC 5849) with an HMAC."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from headrace.sdk.errors import NodeError

_DIGESTS = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256", "HMAC-SHA512": "sha512"}


def sign(
    secret: Mapping[str, Any],
    method: str,
    url: str,
    form: Sequence[tuple[str, str]] = (),
    *,
    nonce: str,
    timestamp: int,
) -> str:
    """Return the Authorization header of a request.

    Args:
        form: The fields of a form-urlencoded body, which are signed too.
        timestamp: Seconds since 1970.

    Raises:
        NodeError: the credential asks for a signature of another kind.
    """
    algorithm = str(secret.get("signatureMethod") or "HMAC-SHA1")
    if algorithm not in _DIGESTS:
        raise NodeError(f'OAuth1 signatures of the kind "{algorithm}" are not supported')
    token = secret.get("oauthTokenData") or {}
    fields = {
        "oauth_consumer_key": str(secret.get("consumerKey", "")),
        "oauth_nonce": nonce,
        "oauth_signature_method": algorithm,
        "oauth_timestamp": str(timestamp),
        "oauth_token": str(token.get("oauth_token", "")),
        "oauth_version": "1.0",
    }
    if not fields["oauth_token"]:
        del fields["oauth_token"]
    parts = urlsplit(url)
    signed = [*parse_qsl(parts.query, keep_blank_values=True), *form, *fields.items()]
    listed = "&".join(f"{name}={value}" for name, value in sorted((_escaped(n), _escaped(v)) for n, v in signed))
    host = (parts.hostname or "").lower()
    default = {"http": 80, "https": 443}.get(parts.scheme)
    place = host if parts.port in (None, default) else f"{host}:{parts.port}"
    base = "&".join(map(_escaped, (method.upper(), f"{parts.scheme}://{place}{parts.path or '/'}", listed)))
    key = f"{_escaped(str(secret.get('consumerSecret', '')))}&{_escaped(str(token.get('oauth_token_secret', '')))}"
    made = hmac.new(key.encode(), base.encode(), _DIGESTS[algorithm]).digest()
    fields["oauth_signature"] = base64.b64encode(made).decode()
    return "OAuth " + ", ".join(f'{name}="{_escaped(value)}"' for name, value in sorted(fields.items()))


def form_of(headers: Sequence[tuple[str, str]], body: bytes | None) -> list[tuple[str, str]]:
    """Return the fields of a form-urlencoded body; none of any other."""
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    if not body or not kind.lower().startswith("application/x-www-form-urlencoded"):
        return []
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")
