"""The pages on which people come in: set-up, log-in, and joining by an invitation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files

_NEW = (
    ("name", "Your name", "text", "name"),
    ("password", "Password, 10 characters or more", "password", "new-password"),
)
_KNOWN = (("email", "E-mail address", "email", "username"),)


@dataclass(frozen=True, slots=True)
class _Form:
    title: str
    button: str
    to: str
    fields: tuple[tuple[str, str, str, str], ...]
    """Name, label, type, and what a browser fills in."""

    member: str = ""
    """Where it goes instead for those who are logged in, without any field."""


_FORMS: Mapping[str, _Form] = {
    "setup": _Form("Set up Headrace", "Make me the owner", "/api/v1/setup", (*_KNOWN, *_NEW)),
    "login": _Form(
        "Log in to Headrace",
        "Log in",
        "/api/v1/login",
        (*_KNOWN, ("password", "Password", "password", "current-password")),
    ),
    "join": _Form("Join", "Join", "/api/v1/invitations/accept-as-new", _NEW, member="/api/v1/invitations/accept"),
}

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)


def entering_page(name: str) -> tuple[str, str] | None:
    """Return the title and the content of a page, or None if there is none of this name."""
    form = _FORMS.get(name)
    if form is None:
        return None
    fields = "".join(
        f'<p><label>{escape(label)}<br><input name="{name}" type="{kind}" autocomplete="{filled}" required></label></p>'
        for name, label, kind, filled in form.fields
    )
    member = f' data-member="{form.member}"' if form.member else ""
    return form.title, (
        f'<form data-to="{form.to}"{member}>{fields}<p><button>{escape(form.button)}</button></p></form>'
        '<p role="alert" class="error"></p><script src="/entering.js"></script>'
    )


def entering_script() -> bytes:
    return (files("headrace.gateway") / "static" / "entering.js").read_bytes()
