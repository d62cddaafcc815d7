"""HTML documents: read as browsers read them, into a tree that is plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from headrace.sdk.errors import NodeError

MAX_CHARS = 16_777_216
MAX_DEPTH = 200
"""Elements deeper than this become children of the one at this depth: every later walk recurses."""

_MAX_NESTING = 2_000
_MAX_REOPENED = 10_000_000
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
_UNCLOSED = VOID | frozenset(
    ("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "html", "head", "body")
)
"""Elements whose end tag may be left out: they do not nest by being opened again and again."""

_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
_RAW = frozenset(("script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"))
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")


class Comment:
    """A comment; it is kept for HTML that is handed on."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Element:
    """An element; its children are elements, comments, and text as plain strings."""

    __slots__ = ("attributes", "children", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | Comment | str] = []

    def elements(self) -> Iterator[Element]:
        """Yield the child elements."""
        for child in self.children:
            if isinstance(child, Element):
                yield child

    def descendants(self) -> Iterator[Element]:
        """Yield this element and all below it, in document order."""
        yield self
        for child in self.elements():
            yield from child.descendants()

    def text(self, *, code: bool = True) -> str:
        """Return all text inside, as it stands.

        Args:
            code: Whether that of scripts and style sheets counts.
        """
        if not code and self.tag in ("script", "style"):
            return ""
        return "".join(
            child if isinstance(child, str) else child.text(code=code)
            for child in self.children
            if not isinstance(child, Comment)
        )

    def inner_html(self) -> str:
        """Return what is inside, as HTML."""
        parts: list[str] = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(child if self.tag in _RAW else _escaped(child))
            elif isinstance(child, Comment):
                parts.append(f"<!--{child.text}-->")
            else:
                parts.append(child.outer_html())
        return "".join(parts)

    def outer_html(self) -> str:
        """Return the element, as HTML."""
        attributes = "".join(f' {name}="{_quoted(value)}"' for name, value in self.attributes.items())
        opened = f"<{self.tag}{attributes}>"
        return opened if self.tag in VOID else f"{opened}{self.inner_html()}</{self.tag}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("\u00a0", "&nbsp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(value: str) -> str:
    return value.replace("&", "&amp;").replace("\u00a0", "&nbsp;").replace('"', "&quot;")


def parse(text: str) -> Element:
    """Return the html element of a document; what is missing around a fragment is added.

    Raises:
        NodeError: it is too long, or built to make the reader work without end.
    """
    from selectolax.lexbor import LexborHTMLParser

    _check(text)
    root = LexborHTMLParser(text.encode("utf-8", "replace")).root
    return _tree(root) if root is not None else Element("html", {}, None)


def _check(text: str) -> None:
    if len(text) > MAX_CHARS:
        raise NodeError(f"The HTML is longer than the limit of {MAX_CHARS} characters")
    depth = deepest = formatting = most = tags = 0
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if name in _UNCLOSED:
            tags += 1
            continue
        tags += 1
        step = -1 if match[1] else 1
        depth = max(0, depth + step)
        deepest = max(deepest, depth)
        if name in _FORMATTING:
            formatting = max(0, formatting + step)
            most = max(most, formatting)
    # Open formatting elements are opened again in every later block: the tree grows with their product.
    if deepest > _MAX_NESTING or most * tags > _MAX_REOPENED:
        raise NodeError(f"The HTML is nested deeper than the limit of {_MAX_NESTING} levels")


def _tree(node: Any) -> Element:
    """Copy the parser's tree, without recursion: it can be deeper than Python recurses."""
    root = Element(node.tag, _attributes(node), None)
    pending: list[tuple[Any, Element, int]] = [(node.child, root, 1)]
    while pending:
        child, parent, depth = pending.pop()
        while child is not None:
            if child.is_text_node:
                parent.children.append(child.text_content or "")
            elif child.is_comment_node:
                # What is left of "<!" at the end of a text would end the comment that it is written as.
                parent.children.append(Comment((child.comment_content or "").lstrip(">")))
            elif child.is_element_node:
                made = Element(child.tag, _attributes(child), parent)
                parent.children.append(made)
                inner = child.child
                if inner is not None and depth >= MAX_DEPTH:
                    # Too deep: what is inside comes after it.
                    pending.append((child.next, parent, depth))
                    child = inner
                    continue
                if inner is not None:
                    pending.append((child.next, parent, depth))
                    parent, depth, child = made, depth + 1, inner
                    continue
            child = child.next
    return root


def _attributes(node: Any) -> dict[str, str]:
    return {name: value or "" for name, value in node.attributes.items()}
