"""What users may be called."""

from __future__ import annotations

import unicodedata

from headrace.identity.errors import BadEmail, BadUserName

MAX_EMAIL = 254
MAX_NAME = 128


def checked_email(text: str) -> str:
    """Return an e-mail address as it is kept: without blanks around it, in lower case.

    Addresses that differ in their capitals are different by the letter of the mail's rules, and belong to one person
    everywhere: were they two users, one could pass for the other.

    Raises:
        BadEmail: it is none, or too long.
    """
    email = unicodedata.normalize("NFC", text).strip().lower()
    local, at, host = email.rpartition("@")
    if len(email) > MAX_EMAIL:
        raise BadEmail(f"an e-mail address has {MAX_EMAIL} characters at most; this one has {len(email)}")
    if not (at and local and host) or "@" in local or not email.isprintable() or any(map(str.isspace, email)):
        raise BadEmail('an e-mail address looks like "ann@example.com"')
    return email


def checked_user_name(text: str) -> str:
    """Return a display name without blanks around it.

    Raises:
        BadUserName: it is empty, too long, or holds what cannot be shown in a line.
    """
    name = text.strip()
    if not 0 < len(name) <= MAX_NAME:
        raise BadUserName(f"a name has 1 to {MAX_NAME} characters; this one has {len(name)}")
    if not name.isprintable():
        raise BadUserName("a name cannot hold control characters")
    return name
