"""TOTP: one-time passwords by the clock."""

from __future__ import annotations

import base64
import hmac
import math

from headrace.sdk.context import NodeContext
from headrace.sdk.credentials import CredentialType
from headrace.sdk.description import Collection, CredentialUse, NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_number

_ALGORITHMS = {
    name: name
    for name in ("SHA1", "SHA224", "SHA256", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512", "SHA384", "SHA512")
}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.totp",
    versions=(1,),
    title="TOTP",
    summary="Makes the one-time password of a moment, as authenticator apps do.",
    aliases=("2fa", "otp", "token"),
    credentials=[CredentialUse(name="totpApi", required=True)],
    parameters=[
        Options("operation", {"generateSecret": "Generate Secret"}, "Operation", "generateSecret"),
        Collection(
            "options",
            [
                Options("algorithm", _ALGORITHMS, "Algorithm", "SHA1"),
                Number("digits", "Digits", 6),
                Number("period", "Period", 30),
            ],
            "Options",
        ),
    ],
)

CREDENTIAL_TYPES = (
    CredentialType(
        name="totpApi",
        title="TOTP API",
        fields=[
            String("secret", "Secret", required=True, password=True, description="Base32."),
            String("label", "Label", required=True, placeholder="issuer:username"),
        ],
        computed_with=True,
    ),
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    secret = await ctx.credential("totpApi", index)
    options = ctx.param("options", index) or {}
    period = _whole(options.get("period"), "period", 30, _LONGEST_PERIOD)
    if ":" not in str(secret.get("label", "")):
        raise NodeError("Malformed label - expected `issuer:username`")
    seconds = math.floor(ctx.now().timestamp())
    token = token_at(
        str(secret.get("secret", "")),
        seconds // period,
        algorithm=str(options.get("algorithm") or "SHA1"),
        digits=_whole(options.get("digits"), "number of digits", 6, _MOST_DIGITS),
    )
    return Item(json={"token": token, "secondsRemaining": period - seconds % period}, binary=item.binary)


_LONGEST_PERIOD = 86_400
_MOST_DIGITS = 10


def _whole(value: object, what: str, default: int, most: int) -> int:
    number = default if value is None else to_number(value)
    if not 1 <= number <= most:
        raise NodeError(f"The {what} is a number from 1 to {most}")
    return int(number)


def token_at(secret: str, counter: int, *, algorithm: str, digits: int) -> str:
    """Return the password of a period (RFC 6238). Secrets of any length: services still hand out 80 bits.

    Raises:
        NodeError: the secret is not base32, or there is no such algorithm.
    """
    padded = secret.replace(" ", "").upper()
    try:
        key = base64.b32decode(padded + "=" * (-len(padded) % 8))
        digest = hmac.new(key, counter.to_bytes(8), algorithm.lower().replace("sha3-", "sha3_")).digest()
    except ValueError:
        # The reason may quote the secret.
        raise NodeError("The secret in the credential is not base32") from None
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)
