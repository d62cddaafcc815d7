"""Keeping secrets out of what is recorded: by their values where those are known, and by the names of fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

REDACTED = "redacted"

_SECRET_NAME = re.compile(
    r"(?:^|[_\-.])(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|auth|authorization|credentials?|signature|sig"
    r"|session(?:id)?|cookie|private[_-]?key|otp)(?:$|[_\-.])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LEAST = 4
"""Characters of a secret that is looked for in texts; a shorter one is in too much that is none."""


def is_secret_name(name: str) -> bool:
    """Return whether a field of that name holds a secret, as far as names tell."""
    return _SECRET_NAME.search(_CAMEL.sub("_", name)) is not None


class Redactor:
    """Replaces secrets; what it finds by a field's name, it then knows wherever it comes up again."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def learn(self, secret: Any, replacement: str = REDACTED) -> None:
        """Replace that value from now on, in all that is redacted."""
        if isinstance(secret, str) and len(secret) >= _LEAST and secret != replacement:
            self._known.setdefault(secret, replacement)

    def text(self, text: str) -> str:
        # The longest first: one secret may begin as another does.
        for secret in sorted(self._known, key=len, reverse=True):
            for form in {secret, quote(secret, safe="")}:
                text = text.replace(form, self._known[secret])
        return text

    def url(self, url: str) -> str:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if any(is_secret_name(name) for name, _ in pairs):
            parts = parts._replace(query=urlencode([(name, self._field(name, value)) for name, value in pairs]))
        if parts.password:
            self.learn(parts.password)
        return self.text(urlunsplit(parts))

    def value(self, value: Any) -> Any:
        """Return a JSON value without secrets."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {name: self._field(name, part) for name, part in value.items()}
            case list():
                return [self.value(part) for part in value]
            case _:
                return value

    def headers(self, headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return those headers whose names hold no secret."""
        return [(name, self.text(value)) for name, value in headers if not is_secret_name(name)]

    def _field(self, name: str, value: Any) -> Any:
        if not is_secret_name(name) or not isinstance(value, str) or not value:
            return self.value(value)
        self.learn(value)
        return self._known.get(value, REDACTED)
