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
    about: str
    button: str
    to: str
    fields: tuple[tuple[str, str, str, str], ...]
    """Name, label, type, and what a browser fills in."""

    member: str = ""
    """Where it goes instead for those who are logged in, without any field."""


_FORMS: Mapping[str, _Form] = {
    "setup": _Form(
        "Set up Headrace",
        "Nobody is here yet. The first user owns this server, and may invite others.",
        "Make me the owner",
        "/api/v1/setup",
        (*_KNOWN, *_NEW),
    ),
    "login": _Form(
        "Log in to Headrace",
        "Welcome back.",
        "Log in",
        "/api/v1/login",
        (*_KNOWN, ("password", "Password", "password", "current-password")),
    ),
    "join": _Form(
        "Join",
        "You were invited to work here.",
        "Join",
        "/api/v1/invitations/accept-as-new",
        _NEW,
        member="/api/v1/invitations/accept",
    ),
}

_MARK = (
    '<svg width="40" height="40" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"'
    ' fill="#0b7285"/><path d="M7 9v14M25 9v14M7 13c4-3 6 3 9 0s5 3 9 0M7 19c4-3 6 3 9 0s5 3 9 0" fill="none"'
    ' stroke="#e3fafc" stroke-width="2.4" stroke-linecap="round"/></svg>'
)
_STYLE = (
    ":root{color-scheme:light dark;--paper:#f5f7f9;--card:#fff;--ink:#15222c;--soft:#4d5f6c;--line:#bcc8d1;"
    "--deep:#0b7285}"
    "@media(prefers-color-scheme:dark){:root{--paper:#0f171d;--card:#17212a;--ink:#e6edf2;--soft:#a3b4c0;--line:#435664}}"
    "body{font:15px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;"
    "background:var(--paper);color:var(--ink)}"
    "main{box-sizing:border-box;width:min(24rem,100vw);padding:2.25rem 2rem;background:var(--card);border-radius:14px;"
    "box-shadow:0 1px 2px #10222e14,0 10px 40px #10222e1f}"
    "h1{font-size:1.35rem;margin:.9rem 0 .2rem}p{margin:.2rem 0 1.2rem;color:var(--soft)}"
    "label{display:block;margin-bottom:.9rem;font-size:.875rem;font-weight:550}"
    "input{display:block;box-sizing:border-box;width:100%;margin-top:.3rem;padding:.6rem .7rem;font:inherit;"
    "color:inherit;background:transparent;border:1px solid var(--line);border-radius:8px}"
    "input:focus,button:focus-visible{outline:2px solid var(--deep);outline-offset:1px}"
    "button{width:100%;margin-top:.4rem;padding:.65rem;font:inherit;font-weight:600;color:#fff;background:var(--deep);"
    "border:0;border-radius:8px;cursor:pointer}[role=alert]{margin:1rem 0 0;color:#d33a3a}"
    "[role=alert]:empty{display:none}"
)

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def entering_page(name: str) -> str | None:
    """Return a whole page, or None if there is none of this name."""
    form = _FORMS.get(name)
    if form is None:
        return None
    fields = "".join(
        f'<label>{escape(label)}<input name="{name}" type="{kind}" autocomplete="{filled}" required></label>'
        for name, label, kind, filled in form.fields
    )
    member = f' data-member="{form.member}"' if form.member else ""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="/favicon.svg" type="image/svg+xml">'
        f"<title>{escape(form.title)}</title><style>{_STYLE}</style><main>{_MARK}<h1>{escape(form.title)}</h1>"
        f"<p>{escape(form.about)}</p>"
        f'<form data-to="{form.to}"{member}>{fields}<button>{escape(form.button)}</button></form>'
        '<p role="alert"></p></main><script src="/entering.js"></script></html>'
    )


def entering_script() -> bytes:
    return (files("headrace.gateway") / "static" / "entering.js").read_bytes()
