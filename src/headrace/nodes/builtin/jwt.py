"""JWT: signs, verifies and decodes JSON Web Tokens."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec

from headrace.nodes.builtin.crypto import whole_pem
from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import parse_loose_json, to_json_text
from headrace.sdk.credentials import CredentialType
from headrace.sdk.description import (
    Boolean,
    Collection,
    CredentialUse,
    Json,
    NodeDescription,
    Number,
    Options,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_number

_ALGORITHMS = {
    name: name
    for name in (
        "HS256",
        "HS384",
        "HS512",
        "RS256",
        "RS384",
        "RS512",
        "ES256",
        "ES384",
        "ES512",
        "PS256",
        "PS384",
        "PS512",
        "none",
    )
}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.jwt",
    versions=(1,),
    title="JWT",
    summary="Makes, checks and reads JSON Web Tokens.",
    aliases=("token", "sign", "verify"),
    credentials=[CredentialUse(name="jwtAuth", required=True)],
    parameters=[
        Options("operation", {"decode": "Decode", "sign": "Sign", "verify": "Verify"}, "Operation", "sign"),
        Boolean("useJson", "Use JSON to Build Payload", show={"operation": ["sign"]}),
        Collection(
            "claims",
            [
                String("audience", "Audience"),
                Number("expiresIn", "Expires In", 3600),
                String("issuer", "Issuer"),
                String("jwtid", "JWT ID"),
                Number("notBefore", "Not Before", 0),
                String("subject", "Subject"),
            ],
            "Payload Claims",
            show={"operation": ["sign"], "useJson": [False]},
        ),
        Json(
            "claimsJson",
            "Payload Claims (JSON)",
            '{\n  "my_field_1": "value 1",\n  "my_field_2": "value 2"\n}\n',
            show={"operation": ["sign"], "useJson": [True]},
        ),
        String("token", "Token", required=True, show={"operation": ["verify", "decode"]}),
        Collection(
            "options",
            [
                Boolean(
                    "complete",
                    "Return Additional Info",
                    show={"/operation": ["verify", "decode"]},
                    description="Whether the header and the signature are returned, too.",
                ),
                Boolean("ignoreExpiration", "Ignore Expiration", show={"/operation": ["verify"]}),
                Boolean("ignoreNotBefore", "Ignore Not Before Claim", show={"/operation": ["verify"]}),
                Number(
                    "clockTolerance",
                    "Clock Tolerance",
                    0,
                    minimum=0,
                    show={"/operation": ["verify"]},
                    description="By how many seconds clocks may differ.",
                ),
                String("kid", "Key ID", show={"/operation": ["sign"]}, description="The kid of the token's header."),
                Options(
                    "algorithm", _ALGORITHMS, "Override Algorithm", "HS256", show={"/operation": ["sign", "verify"]}
                ),
            ],
            "Options",
        ),
    ],
)


CREDENTIAL_TYPES = (
    CredentialType(
        name="jwtAuth",
        title="JWT Auth",
        fields=[
            Options("keyType", {"passphrase": "Passphrase", "pemKey": "PEM Key"}, "Key Type", "passphrase"),
            String("secret", "Secret", password=True, show={"keyType": ["passphrase"]}),
            String(
                "privateKey",
                "Private Key",
                type_options={"rows": 4, "password": True},
                show={"keyType": ["pemKey"]},
            ),
            String("publicKey", "Public Key", rows=4, show={"keyType": ["pemKey"]}),
            Options("algorithm", {name: name for name in _ALGORITHMS if name != "none"}, "Algorithm", "HS256"),
        ],
        computed_with=True,
    ),
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    options: Mapping[str, Any] = ctx.param("options", index, {}) or {}
    operation = ctx.param("operation", index)
    if operation == "decode":
        found = _decoded(ctx.param("token", index))
        return Item(json=_shown(found, options) if found else {"payload": None})
    secret = await ctx.credential("jwtAuth", index)
    algorithm = str(options.get("algorithm") or secret.get("algorithm") or "HS256")
    if algorithm not in _ALGORITHMS:
        raise NodeError(f'"{algorithm[:40]}" is no algorithm for tokens')
    if operation == "sign":
        return Item(json={"token": _signed(ctx, secret, algorithm, options, index)})
    return Item(json=_shown(_verified(ctx, secret, algorithm, options, index), options))


def _shown(found: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    return dict(found) if options.get("complete") else {"payload": found["payload"]}


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes_of(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _signed(ctx: NodeContext, secret: Mapping[str, Any], algorithm: str, options: Mapping[str, Any], index: int) -> str:
    claims = _claims(ctx, index)
    for name in ("iat", "exp", "nbf"):
        if name in claims and (isinstance(claims[name], bool) or not isinstance(claims[name], int | float)):
            raise NodeError(f'"{name}" should be a number of seconds')
    header: dict[str, Any] = {"alg": algorithm, "typ": "JWT"}
    if options.get("kid"):
        header["kid"] = str(options["kid"])
    claims.setdefault("iat", int(ctx.now().timestamp()))
    signed = f"{_encoded(msgspec.json.encode(header))}.{_encoded(to_json_text(claims).encode())}"
    return f"{signed}.{_encoded(_signature(signed.encode(), secret, algorithm))}"


def _claims(ctx: NodeContext, index: int) -> dict[str, Any]:
    if ctx.param("useJson", index):
        given = ctx.param("claimsJson", index)
        try:
            return dict(parse_loose_json(given) if isinstance(given, str) else given)
        except (ValueError, TypeError) as malformed:
            raise NodeError("The payload is not a JSON object") from malformed
    claims = dict(ctx.param("claims", index, {}) or {})
    # Said as spans, meant as moments.
    for span, moment in (("expiresIn", "exp"), ("notBefore", "nbf")):
        seconds = to_number(claims.pop(span, 0) or 0)
        if seconds != seconds or abs(seconds) > _MOST_SECONDS:
            raise NodeError(f'"{span}" should be a number of seconds')
        if seconds:
            claims[moment] = int(ctx.now().timestamp() + seconds)
    return claims


_MOST_SECONDS = 1e10
_DIGESTS = {"256": "sha256", "384": "sha384", "512": "sha512"}


def _signature(signed: bytes, secret: Mapping[str, Any], algorithm: str) -> bytes:
    if algorithm == "none":
        return b""
    if algorithm.startswith("HS"):
        return hmac.digest(_passphrase(secret, "secretOrPrivateKey"), signed, _DIGESTS[algorithm[2:]])
    made = _library_key(secret, algorithm, private=True)
    return bytes(_method(algorithm).sign(signed, made))


def _passphrase(secret: Mapping[str, Any], name: str) -> bytes:
    if secret.get("keyType") == "pemKey":
        raise NodeError(f"{name} must be a symmetric key when using an HS algorithm")
    value = str(secret.get("secret") or "")
    if not value:
        raise NodeError(f"{name} must have a value")
    return value.encode()


def _method(algorithm: str) -> Any:
    from joserfc.jws import JWSRegistry

    return JWSRegistry(algorithms=[algorithm]).get_alg(algorithm)


def _library_key(secret: Mapping[str, Any], algorithm: str, *, private: bool) -> Any:
    """Return the credential's key for an asymmetric algorithm.

    Raises:
        NodeError: there is none, or it does not fit the algorithm.
    """
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, RSAKey

    name = "secretOrPrivateKey" if private else "secretOrPublicKey"
    if secret.get("keyType") != "pemKey":
        raise NodeError(f"{name} must be an asymmetric key when using {algorithm}")
    text = whole_pem(str(secret.get("privateKey" if private else "publicKey") or ""))
    kind: Any = ECKey if algorithm.startswith("ES") else RSAKey
    try:
        key = kind.import_key(text)
        return key.get_op_key("sign" if private else "verify") and key
    except (JoseError, ValueError, TypeError):
        # The reason may quote the key.
        raise NodeError(f"{name} is not valid key material") from None


def _decoded(token: Any) -> dict[str, Any] | None:
    """Return header, payload and signature, unchecked; None if it is no token."""
    parts = str(token or "").split(".")
    if len(parts) != 3:
        return None
    try:
        header = msgspec.json.decode(_bytes_of(parts[0]))
        payload = msgspec.json.decode(_bytes_of(parts[1]))
    except (ValueError, msgspec.DecodeError, RecursionError):
        return None
    if not isinstance(header, dict):
        return None
    return {"header": header, "payload": payload, "signature": parts[2]}


def _verified(
    ctx: NodeContext, secret: Mapping[str, Any], algorithm: str, options: Mapping[str, Any], index: int
) -> dict[str, Any]:
    token = ctx.param("token", index)
    if not token:
        raise NodeError("jwt must be provided")
    if not isinstance(token, str):
        raise NodeError("jwt must be a string")
    if token.count(".") != 2:
        raise NodeError("jwt malformed")
    found = _decoded(token)
    if found is None:
        raise NodeError("invalid token")
    if not found["signature"].strip():
        raise NodeError("jwt signature is required")
    # Only the algorithm of the credential counts: what the token itself names is the attacker's choice.
    if found["header"].get("alg") != algorithm:
        raise NodeError("invalid algorithm")
    if not _fits(token, secret, algorithm):
        raise NodeError("invalid signature")
    _check_times(found["payload"], ctx.now().timestamp(), options)
    return found


def _fits(token: str, secret: Mapping[str, Any], algorithm: str) -> bool:
    signed, _, signature = token.rpartition(".")
    try:
        given = _bytes_of(signature)
    except ValueError:
        return False
    if algorithm.startswith("HS"):
        wanted = hmac.digest(_passphrase(secret, "secretOrPublicKey"), signed.encode(), _DIGESTS[algorithm[2:]])
        return hmac.compare_digest(given, wanted)
    if algorithm == "none":
        return False
    return bool(_method(algorithm).verify(signed.encode(), given, _library_key(secret, algorithm, private=False)))


def _check_times(payload: Any, now: float, options: Mapping[str, Any]) -> None:
    claims = payload if isinstance(payload, Mapping) else {}
    tolerance = to_number(options.get("clockTolerance") or 0)
    begins, expires = claims.get("nbf"), claims.get("exp")
    if begins is not None and not options.get("ignoreNotBefore"):
        if isinstance(begins, bool) or not isinstance(begins, int | float):
            raise NodeError("invalid nbf value")
        if begins > now + tolerance:
            raise NodeError("jwt not active")
    if expires is not None and not options.get("ignoreExpiration"):
        if isinstance(expires, bool) or not isinstance(expires, int | float):
            raise NodeError("invalid exp value")
        if now >= expires + tolerance:
            raise NodeError("jwt expired")
