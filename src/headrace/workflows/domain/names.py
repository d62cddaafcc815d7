"""What people call things."""

from __future__ import annotations

import unicodedata

from headrace.workflows.errors import BadName

MAX_NAME = 128
"""Characters of the name of a workflow, a folder or a tag."""


def checked_name(kind: str, name: str) -> str:
    """Return *name* without blanks around it.

    Raises:
        BadName: it is empty, too long, or holds what cannot be shown in a line.
    """
    stripped = name.strip()
    if not stripped:
        raise BadName(f"the name of a {kind} cannot be empty")
    if len(stripped) > MAX_NAME:
        raise BadName(f"the name of a {kind} has {MAX_NAME} characters at most; this one has {len(stripped)}")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in stripped):
        raise BadName(f"the name of a {kind} cannot hold control characters")
    return stripped


def name_key(name: str) -> str:
    """Return what names are compared by: the same for all ways to capitalise one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
