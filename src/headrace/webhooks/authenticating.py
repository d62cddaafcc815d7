"""Who may call: what a caller shows, against the credential that the node names."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Literal

from headrace.kernel.errors import HeadraceError
from headrace.webhooks.answering import problem
from headrace.webhooks.domain import Route, basic_matches
from headrace.webhooks.ports import Secrets
from headrace.webhooks.public import Answer

_TYPES = {"basicAuth": "httpBasicAuth", "headerAuth": "httpHeaderAuth", "jwtAuth": "jwtAuth"}
_KEYS: dict[str, Literal["RSA", "EC", "OKP"]] = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
"""Kinds of keys by the first letters of the algorithm."""


class Gatekeeper:
    """Checks what callers show."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    async def refusal(self, route: Route, headers: Mapping[str, str]) -> Answer | None:
        """Return why a caller is not let in; None when it is."""
        kind = route.options.authentication
        if kind == "none":
            return None
        reference = route.credentials.get(_TYPES.get(kind, ""))
        if not isinstance(reference, Mapping):
            return problem(500, "Misconfigured", "This webhook asks for authentication, and has no credential")
        try:
            secret = await self._secrets.open(route.tenant, _TYPES[kind], reference, project=route.project)
        except HeadraceError:
            return problem(500, "Misconfigured", "The credential of this webhook cannot be opened")
        if self._shows(kind, secret, headers):
            return None
        if kind == "basicAuth":
            challenge = [("www-authenticate", 'Basic realm="Webhook", charset="UTF-8"')]
            return problem(401, "Unauthorized", "Authorization is required", headers=challenge)
        return problem(403, "Forbidden", "Authorization data is wrong!")

    def _shows(self, kind: str, secret: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
        if kind == "basicAuth":
            return basic_matches(
                headers.get("authorization", ""), str(secret.get("user", "")), str(secret.get("password", ""))
            )
        if kind == "headerAuth":
            shown = headers.get(str(secret.get("name", "")).lower())
            value = str(secret.get("value", ""))
            return bool(value) and shown is not None and hmac.compare_digest(shown.encode(), value.encode())
        return _token_is_good(secret, headers.get("authorization", ""))


def _token_is_good(secret: Mapping[str, Any], header: str) -> bool:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import OctKey, import_key

    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > 16_384:
        return False
    algorithm = str(secret.get("algorithm") or "HS256")
    try:
        if secret.get("keyType") == "pemKey":
            # Named, not guessed: text that is no key would else be taken for a shared secret.
            key: Any = import_key(str(secret.get("publicKey", "")), _KEYS[algorithm[:2]])
        else:
            key = OctKey.import_key(str(secret.get("secret", "")))
        # Only the credential's own algorithm: the token does not get to choose.
        claims = jwt.decode(token.strip(), key, algorithms=[algorithm])
        jwt.JWTClaimsRegistry().validate(claims.claims)
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    return True
