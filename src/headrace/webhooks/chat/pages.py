"""The page of a chat: one script, which its policy names by its hash, and nothing from anywhere else."""

from __future__ import annotations

import functools
import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any

from headrace.webhooks.chat.messages import MAX_MESSAGE
from headrace.webhooks.page import style_text
from headrace.webhooks.public import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """What a chat shows before anybody has written."""

    title: str
    subtitle: str
    placeholder: str
    greetings: tuple[str, ...]
    css: str


def chat_of(parameters: Mapping[str, Any]) -> Chat:
    """Read a trigger's parameters, defaults filled in."""
    options = parameters.get("options")
    given: Mapping[str, Any] = options if isinstance(options, Mapping) else {}
    greetings = str(parameters.get("initialMessages") or "").splitlines()
    return Chat(
        title=str(given.get("title") or "Chat"),
        subtitle=str(given.get("subtitle") or ""),
        placeholder=str(given.get("inputPlaceholder") or "Write a message"),
        greetings=tuple(line.strip() for line in greetings if line.strip()),
        css=style_text(str(given.get("customCss") or "")),
    )


def chat_page(chat: Chat, *, to: str, pass_: str) -> Answer:
    """Return the page of a chat.

    Args:
        to: Address that messages are sent to.
        pass_: What lets the page send them.
    """
    style, script = _own("chat.css"), _own("chat.js")
    styles = [style, chat.css] if chat.css else [style]
    subtitle = f"<p>{escape(chat.subtitle)}</p>" if chat.subtitle else ""
    greetings = "".join(f'<div class="bubble theirs">{escape(line)}</div>' for line in chat.greetings)
    hint = escape(chat.placeholder)
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(chat.title)}</title>{''.join(f'<style>{one}</style>' for one in styles)}</head>"
        f'<body><main data-to="{escape(to)}" data-pass="{escape(pass_)}">'
        f"<header><h1>{escape(chat.title)}</h1>{subtitle}</header>"
        f'<div id="log" role="log" aria-live="polite">{greetings}'
        '<noscript><div class="bubble trouble">This chat needs JavaScript.</div></noscript></div>'
        f'<form id="write"><label class="hidden" for="message">{hint}</label>'
        f'<textarea id="message" rows="1" maxlength="{MAX_MESSAGE}" placeholder="{hint}" autofocus></textarea>'
        f'<button type="submit">Send</button></form></main><script>{script}</script></body></html>'
    )
    hashes = " ".join(map(_hash, styles))
    return Answer(
        headers=[
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
        ],
        body=text.encode("utf-8", "replace"),
        policy=(
            f"default-src 'none'; script-src {_hash(script)}; style-src {hashes}; connect-src 'self'; "
            "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-forms"
        ),
    )


@functools.cache
def _own(name: str) -> str:
    return files("headrace.webhooks.chat").joinpath(name).read_text("utf-8").strip()


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode('utf-8', 'replace')).digest()).decode()}'"
