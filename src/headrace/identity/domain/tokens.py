"""Secrets that are shown once: how one is told from another, and kept so that the keeper cannot show it."""

from __future__ import annotations

import hashlib

KEY_PREFIX = "hr_"
"""Of API keys, so that people, and programs that look for leaked secrets, know one when they see it."""

SHOWN = 7
"""Characters of a key that are kept readable, its prefix included."""

MAX_LENGTH = 200
"""Of anything that could be a token; what is longer is none, and not hashed."""


def token_hash(token: str) -> str:
    """Return what is kept of a token. It has 256 random bits: a fast hash tells nobody anything."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def may_be_token(token: str) -> bool:
    return 0 < len(token) <= MAX_LENGTH
