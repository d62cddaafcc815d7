"""DebugHelper: fails on purpose, or makes up data."""

from __future__ import annotations

import random
import uuid
from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeApiError, NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text

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
    aliases=("test", "fake data", "error"),
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
        Boolean("randomDataSingleArray", "Output as Single Array", show={"category": ["randomData"]}),
    ],
)

_MAX_ITEMS = 100_000
_FIRST = ("Ada", "Ben", "Chidi", "Dana", "Eli", "Farah", "Goran", "Hana", "Ivo", "Jun")
_LAST = ("Abara", "Berg", "Costa", "Dietz", "Eriksen", "Fontaine", "Gallo", "Hoang", "Ito", "Jansen")
_CITIES = ("Aarhus", "Bilbao", "Cork", "Dakar", "Espoo", "Fez", "Ghent", "Hobart", "Izmir", "Jaipur")


def run_item(ctx: NodeContext, item: Item, index: int) -> Item | list[Item]:
    match ctx.param("category", index):
        case "throwError":
            message = to_text(ctx.param("throwErrorMessage", index))
            raise NodeApiError(message) if ctx.param("throwErrorType", index) == "NodeApiError" else NodeError(message)
        case "oom":
            raise NodeError("This server does not run out of memory on request", description="Choose another category.")
        case "randomData":
            return _random_items(ctx, index)
    return item


def _random_items(ctx: NodeContext, index: int) -> list[Item]:
    seed = str(ctx.param("randomDataSeed", index) or "")
    rng = random.Random(seed) if seed else ctx.random  # noqa: S311 - made-up data
    count = _count(ctx.param("randomDataCount", index), _MAX_ITEMS)
    kind = str(ctx.param("randomDataType", index))
    values = [_random(rng, kind, ctx, index) for _ in range(count)]
    if ctx.param("randomDataSingleArray", index) is True:
        return [Item(json={"generatedItems": values})]
    return [Item(json=value) for value in values]


def _count(value: Any, most: int) -> int:
    try:
        return max(0, min(int(value), most))
    except (TypeError, ValueError, OverflowError) as wrong:
        raise NodeError(f"The number of items is not a number from 0 to {most}") from wrong


def _random(rng: random.Random, kind: str, ctx: NodeContext, index: int) -> dict[str, Any]:
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
            alphabet = str(ctx.param("nanoidAlphabet", index)) or "0"
            length = _count(ctx.param("nanoidLength", index), 1000)
            return {"nanoId": "".join(rng.choice(alphabet) for _ in range(length))}
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
