"""Crypto, TOTP and JWT."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from headrace.nodes.builtin import crypto, jwt, totp
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.testing import NOON, try_node

RSA = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def private_pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def public_pem(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


async def result(node: Any, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    run = await try_node(node, parameters=parameters, **more)
    json: dict[str, Any] = run.json[0][0]
    return json


# Crypto


@pytest.mark.parametrize(
    ("type_", "name"), [("MD5", "md5"), ("SHA256", "sha256"), ("SHA384", "sha384"), ("SHA3-512", "sha3_512")]
)
async def test_text_is_hashed(type_: str, name: str) -> None:
    made = await result(crypto, {"value": "water", "type": type_})

    assert made == {"data": hashlib.new(name, b"water").hexdigest()}


async def test_a_file_is_hashed_with_a_key() -> None:
    item = Item(json={"a": 1}, binary={"doc": Binary(id="k")})
    parameters = {
        "action": "hmac",
        "binaryData": True,
        "binaryPropertyName": "doc",
        "type": "SHA256",
        "secret": "s",
        "encoding": "base64",
        "dataPropertyName": "x.mac",
    }

    made = await result(crypto, parameters, items=[item], binaries={"k": b"bytes"})

    assert made == {"a": 1, "x": {"mac": base64.b64encode(hmac.digest(b"s", b"bytes", "sha256")).decode()}}


async def test_a_missing_file_is_an_error() -> None:
    with pytest.raises(NodeError, match="contain a binary file 'data', but none was found"):
        await result(crypto, {"binaryData": True})


@pytest.mark.parametrize("one_line", [False, True])
async def test_text_is_signed_with_an_rsa_key(one_line: bool) -> None:
    key = private_pem(RSA)
    if one_line:
        key = key.replace("\n", " ")
    parameters = {"action": "sign", "value": "v", "algorithm": "RSA-SHA256", "encoding": "hex", "privateKey": key}

    made = await result(crypto, parameters)

    RSA.public_key().verify(bytes.fromhex(made["data"]), b"v", padding.PKCS1v15(), hashes.SHA256())


async def test_text_is_signed_with_a_key_on_a_curve() -> None:
    parameters = {"action": "sign", "value": "v", "algorithm": "SHA384", "privateKey": private_pem(CURVE)}

    made = await result(crypto, parameters)

    CURVE.public_key().verify(bytes.fromhex(made["data"]), b"v", ec.ECDSA(hashes.SHA384()))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"algorithm": "RSA-SHA256", "privateKey": "secret words"}, "The private key cannot be read"),
        ({"algorithm": "ROT13", "privateKey": ""}, 'The algorithm "ROT13" is not supported'),
    ],
)
async def test_a_bad_key_is_not_shown(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(NodeError, match=message) as caught:
        await result(crypto, {"action": "sign", "value": "v", **parameters})

    assert "secret words" not in f"{caught.value} {caught.value.description}"


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("uuid", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("hex", r"[0-9a-f]{21}"),
        ("base64", r"[A-Za-z0-9]{21}"),
        ("ascii", r"[\x00-\x7f]{21}"),
    ],
)
async def test_random_values_have_the_length_asked_for(kind: str, pattern: str) -> None:
    parameters = {"action": "generate", "encodingType": kind, "stringLength": 21}

    one, other = await result(crypto, parameters), await result(crypto, parameters)

    assert re.fullmatch(pattern, one["data"])
    assert one != other


async def test_random_values_are_not_endless() -> None:
    with pytest.raises(NodeError, match="at most"):
        await result(crypto, {"action": "generate", "encodingType": "hex", "stringLength": 10**9})


# TOTP

SECRET = base64.b32encode(b"12345678901234567890").decode()


def otp(**secret: str) -> dict[str, Any]:
    return {"totpApi": {"secret": SECRET, "label": "us:me", **secret}}


@pytest.mark.parametrize(
    ("seconds", "expected"), [(59, "94287082"), (1111111109, "07081804"), (20000000000, "65353130")]
)
async def test_passwords_are_those_of_the_standard(seconds: int, expected: str) -> None:
    made = await result(
        totp,
        {"options": {"digits": 8}},
        credentials=otp(),
        now=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds),
    )

    assert made == {"token": expected, "secondsRemaining": 30 - seconds % 30}


async def test_a_label_names_issuer_and_user() -> None:
    with pytest.raises(NodeError, match="Malformed label - expected `issuer:username`"):
        await result(totp, {}, credentials=otp(label="me"))


@pytest.mark.parametrize("options", [{"digits": 10**9}, {"period": 0}, {"digits": "x"}])
async def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(NodeError, match="is a number from 1 to"):
        await result(totp, {"options": options}, credentials=otp())


async def test_a_secret_that_is_no_base32_is_not_shown() -> None:
    with pytest.raises(NodeError, match="not base32") as caught:
        await result(totp, {}, credentials=otp(secret="hunter1!"))

    assert "hunter" not in str(caught.value)


# JWT

PASSPHRASE = {"jwtAuth": {"keyType": "passphrase", "secret": "tap water", "algorithm": "HS256"}}


def pem(key: Any, algorithm: str) -> dict[str, Any]:
    keys = {"privateKey": private_pem(key), "publicKey": public_pem(key)}
    return {"jwtAuth": {"keyType": "pemKey", "algorithm": algorithm, **keys}}


async def signed(claims: dict[str, Any], credentials: dict[str, Any], **options: Any) -> str:
    parameters = {"useJson": True, "claimsJson": json.dumps(claims), "options": options}
    return str((await result(jwt, parameters, credentials=credentials))["token"])


async def verified(token: Any, credentials: dict[str, Any], **options: Any) -> dict[str, Any]:
    return await result(jwt, {"operation": "verify", "token": token, "options": options}, credentials=credentials)


ALGORITHMS = [
    *((PASSPHRASE, name) for name in ("HS256", "HS384", "HS512")),
    *((pem(RSA, name), name) for name in ("RS256", "RS512", "PS256", "PS384")),
    (pem(CURVE, "ES256"), "ES256"),
]


@pytest.mark.parametrize(("credentials", "algorithm"), ALGORITHMS, ids=[name for _, name in ALGORITHMS])
async def test_a_signed_token_is_verified(credentials: dict[str, Any], algorithm: str) -> None:
    token = await signed({"who": "Ada"}, credentials, algorithm=algorithm, kid="k1")

    found = await verified(token, credentials, algorithm=algorithm, complete=True)

    assert found["header"] == {"alg": algorithm, "typ": "JWT", "kid": "k1"}
    assert found["payload"] == {"who": "Ada", "iat": int(NOON.timestamp())}
    assert found["signature"] == token.rsplit(".", 1)[1]


async def test_a_token_of_another_key_is_refused() -> None:
    other = {"jwtAuth": {"keyType": "passphrase", "secret": "juice", "algorithm": "HS256"}}

    with pytest.raises(NodeError, match="invalid signature"):
        await verified(await signed({}, other), PASSPHRASE)


def forged(header: dict[str, Any], payload: dict[str, Any], signature: str) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, payload))
    return ".".join([*parts, signature])


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "jwt must be provided"),
        ("abc", "jwt malformed"),
        ("a.b.c", "invalid token"),
        (forged({"alg": "none"}, {}, ""), "jwt signature is required"),
        (forged({"alg": "none"}, {}, "x"), "invalid algorithm"),
        (forged({"alg": "HS384"}, {}, "x"), "invalid algorithm"),
        (forged({"alg": "HS256"}, {}, "x"), "invalid signature"),
    ],
)
async def test_what_is_no_valid_token_is_refused(token: str, message: str) -> None:
    with pytest.raises(NodeError, match=message):
        await verified(token, PASSPHRASE)


async def test_a_public_key_is_not_taken_for_a_passphrase() -> None:
    credentials = pem(RSA, "RS256")
    public = credentials["jwtAuth"]["publicKey"]
    unsigned = forged({"alg": "HS256"}, {}, "").removesuffix(".")
    mac = base64.urlsafe_b64encode(hmac.digest(public.encode(), unsigned.encode(), "sha256")).rstrip(b"=").decode()

    with pytest.raises(NodeError, match="invalid algorithm"):
        await verified(f"{unsigned}.{mac}", credentials)


NOW = NOON.timestamp()


@pytest.mark.parametrize(
    ("claims", "option", "message"),
    [
        ({"exp": NOW - 5}, "ignoreExpiration", "jwt expired"),
        ({"nbf": NOW + 5}, "ignoreNotBefore", "jwt not active"),
    ],
)
async def test_times_are_checked_unless_told_otherwise(claims: dict[str, Any], option: str, message: str) -> None:
    token = await signed(claims, PASSPHRASE)

    with pytest.raises(NodeError, match=message):
        await verified(token, PASSPHRASE)
    assert (await verified(token, PASSPHRASE, **{option: True}))["payload"].items() >= claims.items()
    assert (await verified(token, PASSPHRASE, clockTolerance=10))["payload"].items() >= claims.items()


async def test_claims_are_filled_in_one_by_one() -> None:
    claims = {"audience": "us", "expiresIn": 60}

    token = (await result(jwt, {"claims": claims}, credentials=PASSPHRASE))["token"]

    assert (await result(jwt, {"operation": "decode", "token": token}))["payload"] == {
        "audience": "us",
        "exp": int(NOW) + 60,
        "iat": int(NOW),
    }


async def test_decoding_checks_nothing() -> None:
    token = forged({"alg": "none"}, {"a": 1}, "x")

    plain = await result(jwt, {"operation": "decode", "token": token})
    nothing = await result(jwt, {"operation": "decode", "token": "nonsense"})

    assert plain == {"payload": {"a": 1}}
    assert nothing == {"payload": None}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"useJson": True, "claimsJson": "[1"}, "The payload is not a JSON object"),
        ({"useJson": True, "claimsJson": '{"exp": "soon"}'}, '"exp" should be a number of seconds'),
        ({"options": {"algorithm": "RS256"}}, "must be an asymmetric key when using RS256"),
        ({"options": {"algorithm": "XX"}}, '"XX" is no algorithm'),
    ],
)
async def test_a_token_that_cannot_be_signed_says_why(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(NodeError, match=message):
        await result(jwt, parameters, credentials=PASSPHRASE)


async def test_a_broken_key_is_not_shown() -> None:
    credentials = {"jwtAuth": {"keyType": "pemKey", "algorithm": "RS256", "privateKey": "my secret key"}}

    with pytest.raises(NodeError, match="is not valid key material") as caught:
        await signed({}, credentials)

    assert "my secret key" not in str(caught.value)
