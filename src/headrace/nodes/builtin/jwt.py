"""JWT: signs, verifies and decodes JSON Web Tokens."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import parse_loose_json
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
                Boolean("complete", "Return Additional Info"),
                Boolean("ignoreExpiration", "Ignore Expiration"),
                Boolean("ignoreNotBefore", "Ignore Not Before Claim"),
                Number("clockTolerance", "Clock Tolerance", 0),
                String("kid", "Override Key ID"),
                Options("algorithm", _ALGORITHMS, "Override Algorithm", "HS256"),
            ],
            "Options",
        ),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    options = ctx.param("options", index) or {}
    operation = ctx.param("operation", index)
    if operation == "decode":
        return Item(json=_shown(_decode(str(ctx.param("token", index))), options))
    secret = await ctx.credential("jwtAuth", index)
    algorithm = str(options.get("algorithm") or secret.get("algorithm") or "HS256")
    if operation == "sign":
        return Item(json={"token": _sign(ctx, secret, algorithm, options, index)})
    return Item(json=_shown(_verify(ctx, secret, algorithm, options, index), options))


def _key(secret: Mapping[str, Any], *, private: bool) -> Any:
    from joserfc.errors import JoseError
    from joserfc.jwk import OctKey, import_key

    try:
        if secret.get("keyType") == "pemKey":
            text = str(secret.get("privateKey" if private else "publicKey") or "")
            for kind in ("RSA", "EC"):
                try:
                    return import_key(text, kind)
                except (JoseError, ValueError, TypeError):
                    continue
            raise NodeError("The key in the credential cannot be read")
        return OctKey.import_key(str(secret.get("secret", "")))
    except (JoseError, ValueError, TypeError):
        raise NodeError("The key in the credential cannot be read") from None


def _sign(ctx: NodeContext, secret: Mapping[str, Any], algorithm: str, options: Mapping[str, Any], index: int) -> str:
    from joserfc import jwt
    from joserfc.errors import JoseError

    now = int(ctx.now().timestamp())
    if ctx.param("useJson", index):
        given = ctx.param("claimsJson", index)
        try:
            claims = dict(parse_loose_json(given) if isinstance(given, str) else given)
        except (ValueError, TypeError) as malformed:
            raise NodeError("The payload is not a JSON object", item_index=index) from malformed
    else:
        claims = dict(ctx.param("claims", index) or {})
        if claims.get("expiresIn"):
            claims["exp"] = now + int(claims.pop("expiresIn"))
        if claims.get("notBefore"):
            claims["nbf"] = now + int(claims.pop("notBefore"))
    claims.setdefault("iat", now)
    header: dict[str, Any] = {"alg": algorithm, "typ": "JWT"}
    if options.get("kid"):
        header["kid"] = str(options["kid"])
    try:
        return str(jwt.encode(header, claims, _key(secret, private=True), algorithms=[algorithm]))
    except (JoseError, ValueError) as failed:
        raise NodeError(f"The token cannot be signed: {type(failed).__name__}", item_index=index) from failed


def _verify(
    ctx: NodeContext, secret: Mapping[str, Any], algorithm: str, options: Mapping[str, Any], index: int
) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.errors import BadSignatureError, JoseError

    token = str(ctx.param("token", index))
    try:
        # Only the algorithm of the credential counts: what the token itself names is the attacker's choice.
        jwt.decode(token, _key(secret, private=False), algorithms=[algorithm])
    except BadSignatureError as forged:
        raise NodeError("invalid signature", item_index=index) from forged
    except (JoseError, ValueError) as malformed:
        raise NodeError("jwt malformed", item_index=index) from malformed
    found = _decode(token)
    payload, now, tolerance = found["payload"], ctx.now().timestamp(), float(options.get("clockTolerance") or 0)
    expires, begins = payload.get("exp"), payload.get("nbf")
    if not options.get("ignoreExpiration") and isinstance(expires, int | float) and now >= expires + tolerance:
        raise NodeError("jwt expired", item_index=index)
    if not options.get("ignoreNotBefore") and isinstance(begins, int | float) and begins > now + tolerance:
        raise NodeError("jwt not active", item_index=index)
    return found


def _decode(token: str) -> dict[str, Any]:
    """Return header, payload and signature, unchecked.

    Raises:
        NodeError: it is no token.
    """
    parts = token.split(".")
    try:
        header, payload = (
            msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2]
        )
    except (ValueError, msgspec.DecodeError) as malformed:
        raise NodeError("jwt malformed") from malformed
    return {"header": header, "payload": payload, "signature": parts[2] if len(parts) > 2 else ""}


def _shown(found: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    return found if options.get("complete") else {"payload": found["payload"]}
