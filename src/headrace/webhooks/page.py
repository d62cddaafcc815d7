"""A page for people: HTML that loads nothing, and whose policy lets nothing be added to it."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from html import escape

from headrace.webhooks.public import Answer
from headrace.webhooks.sanitising import sanitised
from headrace.webhooks.style import STYLE


def page(
    title: str,
    body: str,
    *,
    css: str = "",
    status: int = 200,
    headers: Sequence[tuple[str, str]] = (),
    attribution: bool = False,
) -> Answer:
    """Return a page; *body* is HTML, and all that others wrote in it is escaped or cut down by then."""
    own = style_text(css)
    styles = [STYLE, own] if own else [STYLE]
    made = '<p class="made">Made with Headrace</p>' if attribution else ""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title>{''.join(f'<style>{style}</style>' for style in styles)}</head>"
        f"<body><main>{body}{made}</main></body></html>"
    )
    return Answer(
        status=status,
        headers=[
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            # The address of a waiting form is all that one needs to answer it.
            ("referrer-policy", "no-referrer"),
            *headers,
        ],
        body=text.encode("utf-8", "replace"),
        policy=_policy(styles),
    )


def _policy(styles: Sequence[str]) -> str:
    hashes = " ".join(
        f"'sha256-{b64encode(hashlib.sha256(style.encode('utf-8', 'replace')).digest()).decode()}'" for style in styles
    )
    return (
        f"default-src 'none'; style-src {hashes}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "sandbox allow-forms allow-downloads"
    )


def style_text(css: str) -> str:
    """Return an author's style such that it cannot end its element, and hashes to what a browser hashes."""
    return css.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("</", "<\\/").strip()


def about(text: str) -> str:
    """Return what an author says about a page, cut down to HTML that shows text; empty for nothing."""
    shown = sanitised(text.strip()).replace("\n", "<br>")
    return f'<div class="about">{shown}</div>' if shown else ""
