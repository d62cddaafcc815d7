"""What a password may be: long rather than colourful, and not what an attacker tries first."""

from __future__ import annotations

import unicodedata

from headrace.identity.errors import WeakPassword

MIN_LENGTH = 10
MAX_LENGTH = 256
"""Characters: each is hashed, and so costs whoever keeps it more than whoever sends it."""

_LEAST_DIFFERENT = 5

_FIRST_GUESSES = ("password", "passw0rd", "headrace", "qwertyuiop", "letmein", "welcome", "changeme", "administrator")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)


def normalised(password: str) -> str:
    """Return the password as it is hashed: the same however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


def checked_password(password: str, *, email: str, name: str) -> str:
    """Return the password as it is hashed.

    Raises:
        WeakPassword
    """
    text = normalised(password)
    if len(text) < MIN_LENGTH:
        raise WeakPassword(
            f"a password has at least {MIN_LENGTH} characters; a few words that nobody else would join do"
        )
    if len(text) > MAX_LENGTH:
        raise WeakPassword(f"a password has {MAX_LENGTH} characters at most")
    lowered = text.casefold()
    if len(set(lowered)) < _LEAST_DIFFERENT:
        raise WeakPassword(f"a password has at least {_LEAST_DIFFERENT} different characters")
    known = [*_FIRST_GUESSES, *filter(_is_long, (email, email.partition("@")[0], name.casefold()))]
    rest = lowered
    for word in known:
        rest = rest.replace(word, "")
    if len(rest) < MIN_LENGTH // 2:
        raise WeakPassword("the password is little more than your name, or a word that everybody tries first")
    if any(lowered in row + row or lowered in (row + row)[::-1] for row in _ROWS):
        raise WeakPassword("the password is a row of keys or letters")
    return text


def _is_long(word: str) -> bool:
    # Of "jo@example.com", "jo" is in many a good password.
    return len(word) > 3
