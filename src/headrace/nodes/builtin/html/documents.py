"""HTML documents: parsed as browsers do, searched by CSS selectors, and turned to text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import escape
from typing import Any

from headrace.sdk.errors import NodeError

MAX_CHARS = 20_000_000
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_RAW = frozenset(("script", "style"))
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset"
    " h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p pre section summary table tbody"
    " td tfoot th thead tr ul xmp".split()
)
_SKIPPED = frozenset(("head", "script", "style", "template", "noscript"))


def parse(text: str) -> Any:
    """Return the root of a document.

    Raises:
        NodeError: it is longer than may be.
    """
    import html5lib

    if len(text) > MAX_CHARS:
        raise NodeError(f"The HTML is longer than the limit of {MAX_CHARS} characters")
    return html5lib.parse(text, treebuilder="lxml", namespaceHTMLElements=False).getroot()


def select(root: Any, selector: str) -> list[Any]:
    """Return the elements that match a selector, in document order.

    Raises:
        NodeError: it is no selector.
    """
    from cssselect import HTMLTranslator, SelectorError

    try:
        return list(root.xpath(HTMLTranslator().css_to_xpath(selector)))
    except SelectorError as wrong:
        raise NodeError(f'"{selector[:200]}" is not a CSS selector: {wrong}') from wrong


def plain_text(element: Any) -> str:
    """Return all text inside an element, as it stands."""
    return "".join(part for part in element.itertext() if isinstance(part, str))


def inner_html(element: Any) -> str:
    """Return what is inside an element, as HTML."""
    raw = element.tag in _RAW
    parts = [element.text or "" if raw else escape(element.text or "", quote=False)]
    for child in element:
        parts += _outer(child)
        parts.append(escape(child.tail or "", quote=False))
    return "".join(parts)


def _outer(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str):
        yield f"<!--{element.text or ''}-->"
        return
    attributes = "".join(f' {name}="{_attribute(value)}"' for name, value in element.attrib.items())
    yield f"<{element.tag}{attributes}>"
    if element.tag not in _VOID:
        yield inner_html(element)
        yield f"</{element.tag}>"


def _attribute(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("\u00a0", "&nbsp;")


class _Text:
    """Text laid out in blocks: runs of white space are one space, blocks stand apart."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._breaks = 0
        self._space = False

    def add(self, text: str) -> None:
        if not text:
            return
        collapsed = re.sub(r"[ \t\r\n\f]+", " ", text)
        if self._breaks or not self._out:
            collapsed = collapsed.lstrip(" ")
        if self._space and collapsed.startswith(" "):
            collapsed = collapsed[1:]
        if not collapsed:
            return
        if self._breaks and self._out:
            self._out[-1] = self._out[-1].rstrip(" ")
            self._out.append("\n" * self._breaks)
        self._breaks = 0
        self._out.append(collapsed)
        self._space = collapsed.endswith(" ")

    def apart(self, lines: int) -> None:
        if self._out:
            self._breaks = max(self._breaks, lines)
        self._space = False

    def result(self) -> str:
        return "".join(self._out).strip(" ")


def readable_text(element: Any, skip: Collection[Any] = ()) -> str:
    """Return the text of an element as people read it: headings in capitals, links and images with their addresses."""
    text = _Text()
    _walk(element, text, set(map(id, skip)), capitals=False, inside=True)
    return text.result()


def _walk(element: Any, text: _Text, skip: set[int], *, capitals: bool, inside: bool = False) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED or id(element) in skip:
        return
    if tag == "br":
        text.apart(1)
        return
    if tag == "img":
        alt, source = element.get("alt") or "", element.get("src") or ""
        text.add(" ".join(part for part in (alt, f"[{source}]" if source else "") if part))
        return
    heading = re.fullmatch(r"h[1-6]", tag) is not None
    gap = 2 if tag in ("p", "ul", "ol", "pre", "blockquote", "table") or heading else 1 if tag in _BLOCKS else 0
    if gap and not inside:
        text.apart(gap)
    loud = capitals or heading
    if tag == "li":
        text.add(" * ")
    text.add((element.text or "").upper() if loud else element.text or "")
    for child in element:
        _walk(child, text, skip, capitals=loud)
        tail = child.tail or ""
        text.add(tail.upper() if loud else tail)
    if tag == "a" and element.get("href") and element.get("href") != plain_text(element).strip():
        text.add(f" [{element.get('href')}]")
    if gap and not inside:
        text.apart(gap)
