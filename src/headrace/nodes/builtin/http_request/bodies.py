"""Putting queries, headers and bodies together as the wire wants them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec

from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.paths import set_path

Pairs = Sequence[tuple[str, Any]]


def pairs_of(parameters: Any) -> list[tuple[str, Any]]:
    """Return [{name, value}] as pairs; entries without a name are left out."""
    return [
        (str(one["name"]), one.get("value")) for one in parameters or () if isinstance(one, Mapping) and one.get("name")
    ]


def object_of(value: Any, what: str) -> Mapping[str, Any]:
    """Return a JSON parameter as an object.

    Raises:
        NodeError: it is none.
    """
    if value is None or value is UNDEFINED or value == "":
        return {}
    try:
        parsed = msgspec.json.decode(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as malformed:
        raise NodeError("JSON parameter needs to be valid JSON", description=f"{what}: {malformed}") from malformed
    if not isinstance(parsed, Mapping):
        raise NodeError(f"{what} needs to be a JSON object")
    return parsed


def merged(pairs: Pairs, *, repeats: bool) -> list[tuple[str, Any]]:
    """Return pairs with each name once: the last value counts, or with *repeats* the list of all."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        if repeats and name in made:
            held = made[name]
            made[name] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            made[name] = value
    return list(made.items())


def with_query(url: str, pairs: Pairs, arrays: str = "repeat") -> str:
    """Return *url* with *pairs* added to its query.

    Args:
        arrays: How a list is written: "repeat" (a=1&a=2), "brackets" (a[]=1&a[]=2) or "indices" (a[0]=1&a[1]=2).
    """
    flat: list[tuple[str, str]] = []
    for name, value in pairs:
        _flatten(flat, name, value, arrays)
    if not flat:
        return url
    parts = urlsplit(url)
    added = urlencode(flat, quote_via=quote)
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def _flatten(flat: list[tuple[str, str]], name: str, value: Any, arrays: str) -> None:
    if isinstance(value, list):
        for place, part in enumerate(value):
            suffix = {"brackets": "[]", "indices": f"[{place}]"}.get(arrays, "")
            _flatten(flat, name + suffix, part, arrays)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            _flatten(flat, f"{name}[{key}]", part, arrays)
    elif value is not UNDEFINED:
        flat.append((name, "" if value is None else to_text(value)))


def json_body(value: Any) -> bytes:
    return to_json_text(value).encode()


def nested(pairs: Pairs, *, dotted: bool) -> dict[str, Any]:
    """Return pairs as an object; with *dotted*, names are paths."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        known = None if value is UNDEFINED else value
        if dotted:
            set_path(made, name, known)
        else:
            made[name] = known
    return made


def form_body(pairs: Pairs) -> bytes:
    flat: list[tuple[str, str]] = []
    for name, value in pairs:
        _flatten(flat, name, value, "repeat")
    return urlencode(flat).encode()


def parse_json_body(value: Any) -> bytes:
    """Return a JSON parameter as the body to send.

    Raises:
        NodeError: it is text that is not JSON.
    """
    if isinstance(value, str):
        try:
            return json_body(msgspec.json.decode(value))
        except (ValueError, RecursionError) as malformed:
            raise NodeError("JSON parameter needs to be valid JSON") from malformed
    return json_body(value)


async def binary_of(ctx: NodeContext, item: Item, name: str, index: int) -> tuple[bytes, Any]:
    """Return the bytes of an item's binary field, and what is known of them.

    Raises:
        NodeError: the item has no such field.
    """
    held = (item.binary or {}).get(name)
    if held is None:
        raise NodeError(
            f"This operation expects the node's input data to contain a binary file '{name}', "
            f"but none was found [item {index}]",
            description="Make sure that the previous node outputs a binary file",
            item_index=index,
        )
    return await ctx.read_binary(held), held


async def multipart(ctx: NodeContext, item: Item, fields: Sequence[Mapping[str, Any]], index: int) -> tuple[bytes, str]:
    """Return a multipart/form-data body and its content type.

    Each field is {name, value}, or {parameterType: "formBinaryData", name, inputDataFieldName}.
    """
    boundary = f"----headrace{secrets.token_hex(12)}"
    parts: list[bytes] = []
    for field in fields:
        name = _quoted(str(field.get("name", "")))
        if field.get("parameterType") == "formBinaryData":
            data, held = await binary_of(ctx, item, str(field.get("inputDataFieldName", "")), index)
            file_name = _quoted(held.file_name or "file")
            head = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"'
            head += f"\r\nContent-Type: {held.mime_type}"
        else:
            value = field.get("value")
            text = (
                to_json_text(value)
                if isinstance(value, Mapping | list)
                else ""
                if value in (None, UNDEFINED)
                else to_text(value)
            )
            data = text.encode()
            head = f'Content-Disposition: form-data; name="{name}"'
        parts += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), data, b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
