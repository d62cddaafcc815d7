"""What the executor does for code that asks: requests under the tenant's network policy, and the run's files."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from headrace.executor.guest.python.records import Record

Ask = Callable[[str, Sequence[Any]], Mapping[str, Any]]
"""Asks the executor: a method and its arguments for the fields of its reply. Raises: HelperError: it did not help."""


class HelperError(Exception):
    """The executor could not do what code asked for, or refused to; `details` may say more, such as `statusCode`."""

    def __init__(self, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.details = Record(details)


class Helpers:
    """`_helpers`, by n8n's names.

    Args:
        items: The node's input.
    """

    def __init__(self, items: Sequence[Any], ask: Ask) -> None:
        self._items = items
        self._ask = ask

    def httpRequest(self, options: Mapping[str, Any]) -> Any:  # noqa: N802 - n8n's name, as all of these are
        """Send a request; return its body, or with `returnFullResponse` status and headers too.

        The body may be bytes; so is that of the answer with `"encoding": "arraybuffer"`.
        """
        return self._request("httpRequest", options)

    def request(self, options: Mapping[str, Any]) -> Any:
        """Send a request with the options of n8n's older helper."""
        return self._request("request", options)

    def getBinaryDataBuffer(self, index: int, field: str) -> bytes:  # noqa: N802
        """Return the bytes of a file of an input item."""
        if not 0 <= index < len(self._items):
            raise HelperError(f"there is no item {index}: the node has {len(self._items)}", {})
        files = self._items[index].get("binary") or {}
        if field not in files:
            raise HelperError(f"item {index} has no file '{field}'; it has: {', '.join(files) or 'none'}", {})
        file = files[field]
        data = file["data"] if "data" in file else self._ask("getBinaryData", [file["id"]])["value"]["data"]
        return data if isinstance(data, bytes) else base64.b64decode(data)

    def prepareBinaryData(  # noqa: N802
        self, data: bytes | str, file_name: str | None = None, mime_type: str | None = None
    ) -> Any:
        """Keep bytes as a file; return what an item's `binary` refers to it with."""
        content = data.encode() if isinstance(data, str) else data
        return self._ask("storeBinary", [base64.b64encode(content).decode(), file_name, mime_type])["value"]

    def __getattr__(self, name: str) -> Any:
        known = ", ".join(known for known in vars(Helpers) if not known.startswith("_"))
        raise AttributeError(f"there is no helper '{name}' in the sandbox; there is: {known}")

    def _request(self, method: str, options: Mapping[str, Any]) -> Any:
        sent = dict(options)
        if isinstance(sent.get("body"), bytes | bytearray):
            sent["bytes"] = base64.b64encode(sent.pop("body")).decode()
        reply = self._ask(method, [sent])
        value = reply.get("value")
        if "bytes" not in reply:
            return value
        body = base64.b64decode(reply["bytes"])
        if not isinstance(value, dict):
            return body
        value["body"] = body
        return value
