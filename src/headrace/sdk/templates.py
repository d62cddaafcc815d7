"""Splitting a parameter's text into literal text and `{{ code }}`.

Source: n8n's rules. `\\{{` is literal text, backslash included; `\\}}` inside code stands for `}}`; code that is never
closed still counts as code.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a template."""

    text: str
    is_code: bool = False
    closed: bool = True
    """For code: whether its closing brackets were there."""


def split_expression(text: str) -> list[Chunk]:
    """Return the chunks of a template (without the leading "="): text first, code and text in turn."""
    chunks: list[Chunk] = []
    in_code = False
    held = ""
    start = 0
    while start < len(text):
        mark = "}}" if in_code else "{{"
        at = text.find(mark, start)
        if at < 0:
            held += text[start:]
            break
        if at > 0 and text[at - 1] == "\\" and not (at > 1 and text[at - 2] == "\\"):
            held += text[start : at - 1] + mark if in_code else text[start : at + 2]
            start = at + 2
            continue
        held += text[start:at]
        chunks.append(Chunk(held, in_code))
        held, in_code, start = "", not in_code, at + 2
    if in_code:
        chunks.append(Chunk(held, is_code=True, closed=False))
    elif held or not chunks:
        chunks.append(Chunk(held))
    return chunks
