"""Crypto: hashes, signatures and random values."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import string
import uuid
from random import Random
from typing import Any

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.sdk.context import NodeContext
from headrace.sdk.credentials import CredentialType
from headrace.sdk.description import Boolean, CredentialUse, NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.paths import set_path

_HASHES = {name: name for name in ("MD5", "SHA256", "SHA3-256", "SHA3-384", "SHA3-512", "SHA384", "SHA512")}
_ENCODINGS = {"base64": "BASE64", "hex": "HEX"}
_ACTIONS = {"generate": "Generate", "hash": "Hash", "hmac": "Hmac", "sign": "Sign"}
_HEX_LIMIT = 100_000

# DER prefixes of DigestInfo (RFC 8017, section 9.2) by hash.
_PREFIXES = {
    "md5": "3020300c06082a864886f70d020505000410",
    "sha1": "3021300906052b0e03021a05000414",
    "sha224": "302d300d06096086480165030402040500041c",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
    "sha512_224": "302d300d06096086480165030402050500041c",
    "sha512_256": "3031300d060960864801650304020605000420",
    "ripemd160": "3021300906052b2403020105000414",
    "sha3_224": "302d300d06096086480165030402070500041c",
    "sha3_256": "3031300d060960864801650304020805000420",
    "sha3_384": "3041300d060960864801650304020905000430",
    "sha3_512": "3051300d060960864801650304020a05000440",
}


def _on(*actions: str, **more: list[object]) -> dict[str, list[object]]:
    return {"action": list(actions), **more}


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.crypto",
    versions=(1, 2),
    title="Crypto",
    summary="Hashes and signs text and files, and makes random values.",
    aliases=("hash", "md5", "sha256", "hmac", "uuid", "random"),
    credentials=[CredentialUse(name="crypto")],
    parameters=[
        Options("action", _ACTIONS, "Action", "hash"),
        Options("type", _HASHES, "Type", "MD5", show=_on("hash", "hmac")),
        Boolean("binaryData", "Binary File", show=_on("hash", "hmac")),
        String("binaryPropertyName", "Binary Property Name", "data", show=_on("hash", "hmac", binaryData=[True])),
        String("value", "Value", show=_on("hash", "hmac", binaryData=[False])),
        String("value", "Value", show=_on("sign")),
        String("dataPropertyName", "Property Name", "data", required=True),
        String("secret", "Secret", password=True, show=_on("hmac")),
        Options("encoding", _ENCODINGS, "Encoding", "hex", show=_on("hash", "hmac", "sign")),
        String("algorithm", "Algorithm Name or ID", "", show=_on("sign")),
        String("privateKey", "Private Key", password=True, show=_on("sign")),
        Options(
            "encodingType",
            {"ascii": "ASCII", "base64": "BASE64", "hex": "HEX", "uuid": "UUID"},
            "Type",
            "uuid",
            show=_on("generate"),
        ),
        Number("stringLength", "Length", 32, minimum=1, show=_on("generate", encodingType=["ascii", "base64", "hex"])),
    ],
)

CREDENTIAL_TYPES = (
    CredentialType(
        name="crypto",
        title="Crypto",
        fields=[
            String("hmacSecret", "Hmac Secret", password=True),
            String("signPrivateKey", "Private Key", type_options={"rows": 4, "password": True}),
        ],
        computed_with=True,
    ),
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    match ctx.param("action", index):
        case "generate":
            value = _random(
                ctx.random, str(ctx.param("encodingType", index)), int(ctx.param("stringLength", index, 32) or 32)
            )
        case "hash":
            value = _encode(ctx, _hash(str(ctx.param("type", index)), await _data(ctx, item, index)), index)
        case "hmac":
            name = _name(str(ctx.param("type", index)))
            key = to_text(ctx.param("secret", index, "") or "").encode()
            value = _encode(ctx, hmac.new(key, await _data(ctx, item, index), name).digest(), index)
        case _:
            algorithm, key_text = str(ctx.param("algorithm", index)), str(ctx.param("privateKey", index) or "")
            value = _encode(ctx, sign(to_text(ctx.param("value", index)).encode(), algorithm, key_text), index)
    json = dict(item.json)
    set_path(json, str(ctx.param("dataPropertyName", index)), value)
    return Item(json=json, binary=item.binary)


async def _data(ctx: NodeContext, item: Item, index: int) -> bytes:
    if ctx.param("binaryData", index):
        data, _ = await bytes_of(ctx, item, str(ctx.param("binaryPropertyName", index)), index)
        return data
    return to_text(ctx.param("value", index)).encode()


def _encode(ctx: NodeContext, digest: bytes, index: int) -> str:
    return base64.b64encode(digest).decode() if ctx.param("encoding", index) == "base64" else digest.hex()


def _name(algorithm: str) -> str:
    """Return hashlib's name for an algorithm in any of the ways it is written.

    Raises:
        NodeError: there is no such algorithm.
    """
    plain = (
        algorithm.lower()
        .removeprefix("rsa-")
        .removesuffix("withrsaencryption")
        .removesuffix("withrsa")
        .removesuffix("rsa")
    )
    plain = {"ripemd": "ripemd160", "rmd160": "ripemd160", "ssl3-md5": "md5", "ssl3-sha1": "sha1"}.get(plain, plain)
    plain = plain.replace("/", "_").replace("sha3-", "sha3_").replace("sha512-", "sha512_")
    plain = plain.replace("-", "")
    if plain not in _PREFIXES:
        raise NodeError(
            f'The algorithm "{algorithm}" is not supported', description=f"There are {', '.join(_PREFIXES)}."
        )
    return plain


def _hash(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(_name(algorithm), data, usedforsecurity=False).digest()


def _random(source: Random, kind: str, length: int) -> str:
    if kind == "uuid":
        return str(uuid.UUID(int=source.getrandbits(128), version=4))
    if length > _HEX_LIMIT:
        raise NodeError(f"A random value has {_HEX_LIMIT} characters at most")
    if kind == "hex":
        return source.randbytes(length).hex()[:length]
    if kind == "base64":
        # Letters and digits only; twice the bytes, so that enough of them are left.
        return re.sub(r"[^A-Za-z0-9]", "", base64.b64encode(source.randbytes(length * 2)).decode())[:length]
    alphabet = string.ascii_letters + string.digits
    return "".join(source.choice(alphabet) for _ in range(length))


def sign(data: bytes, algorithm: str, key_text: str) -> bytes:
    """Return the signature of *data*: RSA's (PKCS #1 v1.5), or that of an elliptic curve or DSA key in DER.

    Raises:
        NodeError: the key is none, or there is no such algorithm.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    name = _name(algorithm)
    text = whole_pem(key_text)
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        numbers = _old_key(text)
        if numbers is None:
            # The reason may quote the key.
            raise NodeError(
                "The private key cannot be read", description="It is a PEM text without a passphrase."
            ) from wrong
        return _sign_raw(data, name, *numbers)
    method = _hash_method(name)
    try:
        if method is not None and isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), method)
        if method is not None and isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(data, ec.ECDSA(method))
        if method is not None and isinstance(key, dsa.DSAPrivateKey):
            return key.sign(data, method)
    except UnsupportedAlgorithm:
        pass
    except ValueError as wrong:
        raise NodeError("The private key cannot sign with this algorithm") from wrong
    if not isinstance(key, rsa.RSAPrivateKey):
        raise NodeError("The private key cannot sign with this algorithm")
    found = key.private_numbers()
    return _sign_raw(data, name, found.public_numbers.n, found.d)


def _hash_method(name: str) -> Any:
    """Return the library's object for a hash, None if it has none."""
    from cryptography.hazmat.primitives import hashes

    return {
        "md5": hashes.MD5(),  # noqa: S303 - what a signature is made with is the workflow's choice
        "sha1": hashes.SHA1(),  # noqa: S303
        "sha224": hashes.SHA224(),
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
        "sha512_224": hashes.SHA512_224(),
        "sha512_256": hashes.SHA512_256(),
        "sha3_224": hashes.SHA3_224(),
        "sha3_256": hashes.SHA3_256(),
        "sha3_384": hashes.SHA3_384(),
        "sha3_512": hashes.SHA3_512(),
    }.get(name)


def whole_pem(text: str) -> str:
    """Return a key with its line breaks: forms and one-line fields turn them into blanks."""
    match = re.fullmatch(r"\s*(-----BEGIN [A-Z0-9 ]+-----)([^-]*)(-----END [A-Z0-9 ]+-----)\s*", text)
    if match is None or "\n" in match.group(2).strip():
        return text
    body = re.sub(r"\s|\\n", "", match.group(2))
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join([match.group(1), *lines, match.group(3), ""])


def _old_key(key_text: str) -> tuple[int, int] | None:
    """Return modulus and private exponent of a PKCS #1 key that is too short for today's libraries."""
    body = "".join(line for line in key_text.splitlines() if line and not line.startswith("-----"))
    try:
        der = base64.b64decode(body)
        numbers = _integers(der)
    except (ValueError, IndexError):
        return None
    return (numbers[1], numbers[3]) if len(numbers) >= 4 else None


def _integers(der: bytes) -> list[int]:
    """Return the integers of a DER sequence of integers."""

    def length(place: int) -> tuple[int, int]:
        first = der[place]
        if first < 0x80:
            return first, place + 1
        count = first & 0x7F
        return int.from_bytes(der[place + 1 : place + 1 + count]), place + 1 + count

    _, place = length(1)
    found: list[int] = []
    while place < len(der) and der[place] == 2:
        size, start = length(place + 1)
        found.append(int.from_bytes(der[start : start + size]))
        place = start + size
    return found


def _sign_raw(data: bytes, name: str, modulus: int, exponent: int) -> bytes:
    size = (modulus.bit_length() + 7) // 8
    digest = bytes.fromhex(_PREFIXES[name]) + hashlib.new(name, data, usedforsecurity=False).digest()
    padding = size - len(digest) - 3
    if padding < 8:
        raise NodeError("The private key is too short for this algorithm")
    block = b"\x00\x01" + b"\xff" * padding + b"\x00" + digest
    # Blinded: how long the power takes must not depend on the message alone.
    blind = secrets.randbelow(modulus - 2) + 2
    public = 65_537
    blinded = int.from_bytes(block) * pow(blind, public, modulus) % modulus
    signed = pow(blinded, exponent, modulus) * pow(blind, -1, modulus) % modulus
    if pow(signed, public, modulus) != int.from_bytes(block):
        signed = pow(int.from_bytes(block), exponent, modulus)  # a key with another public exponent
    return signed.to_bytes(size)
