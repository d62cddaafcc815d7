"""DebugHelper: fails on purpose, or makes up data."""

from __future__ import annotations

import random
import secrets
import uuid
from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeApiError, NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

_CATEGORIES = {
    "doNothing": "Do Nothing",
    "throwError": "Throw Error",
    "oom": "Out Of Memory",
    "randomData": "Generate Random Data",
}
_DATA = {
    "address": "Address",
    "latLong": "Coordinates",
    "creditCard": "Credit Card",
    "email": "Email",
    "ipv4": "IPv4",
    "ipv6": "IPv6",
    "macAddress": "MAC",
    "nanoid": "NanoIds",
    "url": "URL",
    "user": "User Data",
    "uuid": "UUID",
    "semver": "Version",
}
_ERRORS = {"NodeApiError": "NodeApiError", "NodeOperationError": "NodeOperationError", "Error": "Error"}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.debugHelper",
    versions=(1,),
    title="DebugHelper",
    summary="Fails in a chosen way or makes up data, to try out a workflow.",
    group="core",
    works="list",
    parameters=[
        Options("category", _CATEGORIES, "Category", "throwError"),
        Options("throwErrorType", _ERRORS, "Error Type", "NodeApiError", show={"category": ["throwError"]}),
        String("throwErrorMessage", "Error Message", "Node has thrown an error", show={"category": ["throwError"]}),
        Number("memorySizeValue", "Memory Size to Generate", 10, show={"category": ["oom"]}),
        Options("randomDataType", _DATA, "Data Type", "user", show={"category": ["randomData"]}),
        String(
            "nanoidAlphabet",
            "NanoId Alphabet",
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            show={"randomDataType": ["nanoid"]},
        ),
        String("nanoidLength", "NanoId Length", "16", show={"randomDataType": ["nanoid"]}),
        String("randomDataSeed", "Seed", "", show={"category": ["randomData"]}),
        Number("randomDataCount", "Number of Items to Generate", 10, show={"category": ["randomData"]}),
        Options(
            "randomDataSingleArray",
            {"true": "Yes", "false": "No"},
            "Output as Single Array",
            "false",
            show={"category": ["randomData"]},
        ),
    ],
)

_MAX_ITEMS = 100_000
_FIRST = ("Ada", "Ben", "Chidi", "Dana", "Eli", "Farah", "Goran", "Hana", "Ivo", "Jun")
_LAST = ("Abara", "Berg", "Costa", "Dietz", "Eriksen", "Fontaine", "Gallo", "Hoang", "Ito", "Jansen")
_CITIES = ("Aarhus", "Bilbao", "Cork", "Dakar", "Espoo", "Fez", "Ghent", "Hobart", "Izmir", "Jaipur")


async def run(ctx: NodeContext) -> Outputs:
    match ctx.param("category"):
        case "throwError":
            message = str(ctx.param("throwErrorMessage"))
            if ctx.node.continues_on_error:
                return [[Item(json={"error": message}, paired_item=index) for index in range(len(ctx.items))]]
            raise NodeApiError(message) if ctx.param("throwErrorType") == "NodeApiError" else NodeError(message)
        case "oom":
            raise NodeError("This server does not run out of memory on request", description="Choose another category.")
        case "randomData":
            return [_random_items(ctx)]
    return [[Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(ctx.items)]]


def _random_items(ctx: NodeContext) -> list[Item]:
    seed = str(ctx.param("randomDataSeed") or "")
    rng = random.Random(seed) if seed else random.Random(secrets.randbits(64))  # noqa: S311 - made-up data
    count = min(int(ctx.param("randomDataCount") or 0), _MAX_ITEMS)
    kind = str(ctx.param("randomDataType"))
    values = [_random(rng, kind, ctx) for _ in range(count)]
    if ctx.param("randomDataSingleArray") in (True, "true"):
        return [Item(json={"generatedItems": values}, paired_item=0)]
    return [Item(json=value, paired_item=0) for value in values]


def _random(rng: random.Random, kind: str, ctx: NodeContext) -> dict[str, Any]:
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    email = f"{first}.{last}{rng.randint(1, 99)}@example.com".lower()
    match kind:
        case "email":
            return {"email": email, "confirmed": rng.random() < 0.5}
        case "address":
            return {
                "firstname": first,
                "lastname": last,
                "street": f"{rng.randint(1, 200)} High Street",
                "city": rng.choice(_CITIES),
                "zip": f"{rng.randint(10000, 99999)}",
            }
        case "latLong":
            return {"lat": round(rng.uniform(-90, 90), 4), "lon": round(rng.uniform(-180, 180), 4)}
        case "creditCard":
            return {
                "type": "VISA",
                "number": f"4{rng.randint(10**14, 10**15 - 1)}",
                "ccv": f"{rng.randint(100, 999)}",
                "exp": f"{rng.randint(1, 12):02d}/30",
                "holder_name": f"{first} {last}",
            }
        case "ipv4":
            return {"ip": ".".join(str(rng.randint(0, 255)) for _ in range(4))}
        case "ipv6":
            return {"ip": ":".join(f"{rng.randint(0, 65535):x}" for _ in range(8))}
        case "macAddress":
            return {"mac": ":".join(f"{rng.randint(0, 255):02x}" for _ in range(6))}
        case "nanoid":
            alphabet = str(ctx.param("nanoidAlphabet"))
            return {
                "nanoId": "".join(rng.choice(alphabet) for _ in range(min(int(ctx.param("nanoidLength") or 16), 1000)))
            }
        case "url":
            return {"url": f"https://{last.lower()}.example.com/{rng.randint(1, 999)}"}
        case "uuid":
            return {"uuid": str(uuid.UUID(int=rng.getrandbits(128), version=4))}
        case "semver":
            return {"version": f"{rng.randint(0, 9)}.{rng.randint(0, 9)}.{rng.randint(0, 20)}"}
    return {
        "uid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "email": email,
        "firstname": first,
        "lastname": last,
        "password": f"{rng.getrandbits(40):x}",
    }
