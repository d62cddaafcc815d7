"""HTML as text that people read: headings in capitals, lists with bullets, links with their addresses.

The habits are those of the JavaScript library html-to-text with its default settings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from headrace.nodes.builtin.html.documents import Comment, Element

_WIDTH = 80
_NARROWEST = 20
_SPACE = " \t\r\n\f\u200b"
_WORDS = re.compile(f"[^{_SPACE}]+")
_PLAIN_BLOCKS = frozenset(("article", "aside", "div", "footer", "form", "header", "main", "nav", "section"))
_HEADINGS = {"h1": 3, "h2": 3, "h3": 3, "h4": 2, "h5": 2, "h6": 2}
"""Headings, with the line breaks before them."""

_Change = Callable[[str], str]


def readable_text(nodes: Sequence[Element | Comment | str], skip: Collection[Element] = ()) -> str:
    """Return the text of some nodes.

    Args:
        skip: Elements that are left out, with all in them.
    """
    page = _Page({id(element) for element in skip})
    page.walk(nodes)
    return page.block.text()


class _Lines:
    """Words put into lines of a width."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: list[list[str]] = []
        self.line: list[str] = []
        self.room = width
        self.space_before_next = False
        self.may_break = False

    def push(self, word: str) -> None:
        """Add a word, on a new line if it does not fit."""
        if self.room <= 0:
            self.new_line()
        cost = len(word) + bool(self.line)
        if cost > self.room:
            if self.line:
                self.new_line()
            cost = len(word)
        self.line.append(word)
        self.room -= cost

    def lengthen(self, word: str) -> None:
        """Add to the last word."""
        if self.may_break and len(word) > self.room:
            self.may_break = False
        elif self.line:
            last = self.line.pop()
            self.room += len(last) + bool(self.line)
            word = last + word
        self.push(word)

    def new_line(self, count: int = 1) -> None:
        self.lines.append(self.line)
        self.lines.extend([] for _ in range(count - 1))
        self.line = []
        self.room = self.width

    def add(self, text: str, change: _Change | None) -> None:
        words = _WORDS.findall(text)
        for place, found in enumerate(words):
            word = change(found) if change else found
            if place or self.space_before_next or text[0] in _SPACE:
                self.push(word)
            else:
                self.lengthen(word)
        self.space_before_next = (self.space_before_next and not words) or text[-1] in _SPACE

    @property
    def is_empty(self) -> bool:
        return not self.lines and not self.line

    def clear(self) -> None:
        self.lines, self.line, self.room = [], [], self.width

    def text(self) -> str:
        return "\n".join(" ".join(words) for words in (*self.lines, self.line))


class _Block:
    """A block under construction: finished text, the lines after it, and the breaks before what comes next."""

    def __init__(self, width: int, before: int, *, keeps_space: bool) -> None:
        self.words = _Lines(width)
        self.before = before
        self.keeps_space = keeps_space
        self.finished = ""
        self.pending_breaks = 0

    def text(self) -> str:
        return self.finished if self.words.is_empty else self.finished + self.words.text()

    def add_inline(self, text: str, change: _Change | None) -> None:
        if self.keeps_space:
            self.finished += text
            return
        if not text or (self.pending_breaks and not text.strip(_SPACE)):
            return
        if self.pending_breaks:
            self.words.new_line(self.pending_breaks)
        self.words.add(text, change)
        self.pending_breaks = 0

    def add_break(self) -> None:
        if self.keeps_space:
            self.finished += "\n"
        else:
            self.words.new_line()

    def add_block(self, text: str, before: int, after: int) -> None:
        so_far = self.text()
        breaks = max(self.pending_breaks, before)
        self.words.clear()
        if so_far:
            self.finished = so_far + "\n" * breaks + text
        else:
            self.finished = text
            self.before = breaks
        self.pending_breaks = after


class _Page:
    def __init__(self, skip: Collection[int]) -> None:
        self.block = _Block(_WIDTH, 1, keeps_space=False)
        self._skip = skip
        self._changes: list[_Change] = []

    def walk(self, nodes: Sequence[Element | Comment | str]) -> None:
        for node in nodes:
            if isinstance(node, str):
                self.block.add_inline(node, self._change if self._changes else None)
            elif isinstance(node, Element) and id(node) not in self._skip:
                self._element(node)

    def _change(self, word: str) -> str:
        for change in reversed(self._changes):
            word = change(word)
        return word

    def _element(self, element: Element) -> None:
        tag = element.tag
        if tag in ("script", "style"):
            return
        if tag in _PLAIN_BLOCKS:
            self._in_block(element, 1, 1)
        elif tag in ("p", "table"):
            self._in_block(element, 2, 2)
        elif tag in _HEADINGS:
            self._changes.append(str.upper)
            self._in_block(element, _HEADINGS[tag], 2)
            self._changes.pop()
        elif tag == "pre":
            self._in_block(element, 2, 2, keeps_space=True)
        elif tag == "blockquote":
            self._in_block(element, 2, 2, reserved=2, finish=_quoted)
        elif tag in ("ul", "ol"):
            self._list(element)
        elif tag == "a":
            self._link(element)
        elif tag == "img":
            self._image(element)
        elif tag == "br":
            self.block.add_break()
        elif tag == "wbr":
            self.block.words.may_break = True
        elif tag == "hr":
            outer = self._open(2)
            self.block.add_inline("-" * _WIDTH, None)
            self._close(outer, 2)
        else:
            self.walk(element.children)

    def _open(self, before: int, *, reserved: int = 0, keeps_space: bool = False) -> _Block:
        outer = self.block
        width = max(_NARROWEST, outer.words.width - reserved)
        self.block = _Block(width, before, keeps_space=keeps_space or outer.keeps_space)
        return outer

    def _close(self, outer: _Block, after: int, finish: _Change | None = None) -> None:
        inner, self.block = self.block, outer
        text = finish(inner.text()) if finish else inner.text()
        outer.add_block(text, inner.before, max(inner.pending_breaks, after))

    def _in_block(
        self,
        element: Element,
        before: int,
        after: int,
        *,
        reserved: int = 0,
        keeps_space: bool = False,
        finish: _Change | None = None,
    ) -> None:
        outer = self._open(before, reserved=reserved, keeps_space=keeps_space)
        self.walk(element.children)
        self._close(outer, after, finish)

    def _list(self, element: Element) -> None:
        nested = element.parent is not None and element.parent.tag == "li"
        prefixes = _Prefixes(element, nested=nested)
        entries = [
            (child, next(prefixes) if isinstance(child, Element) and child.tag == "li" else "")
            for child in element.children
            if not (isinstance(child, Comment) or (isinstance(child, str) and not child.strip()))
        ]
        if not entries:
            return
        width = max(len(prefix) for _, prefix in entries)
        breaks = 1 if nested else 2
        outer = self._open(breaks)
        for child, prefix in entries:
            within = self._open(1, reserved=width)
            self.walk([child])
            entry, self.block = self.block, within
            text = prefix.ljust(width) + entry.text().replace("\n", "\n" + " " * width)
            within.add_block(text, entry.before, max(entry.pending_breaks, 1))
        inner, self.block = self.block, outer
        text = inner.text()
        if text:
            outer.add_block(text, inner.before, breaks)

    def _link(self, element: Element) -> None:
        address = element.attributes.get("href", "").removeprefix("mailto:")
        if not address or address.startswith("#"):
            self.walk(element.children)
            return
        seen: list[str] = []

        def note(word: str) -> str:
            seen.append(word)
            return word

        self._changes.append(note)
        self.walk(element.children)
        self._changes.pop()
        self.block.add_inline(f" [{address}]" if seen else address, None)

    def _image(self, element: Element) -> None:
        label, address = element.attributes.get("alt", ""), element.attributes.get("src", "")
        self.block.add_inline(" ".join(part for part in (label, address and f"[{address}]") if part), None)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.strip("\n").split("\n"))


class _Prefixes:
    """The marks of a list's entries, one after the other."""

    def __init__(self, element: Element, *, nested: bool) -> None:
        self._ordered = element.tag == "ol"
        start = element.attributes.get("start", "1").strip()
        self._number = int(start) if re.fullmatch(r"[+-]?\d{1,9}", start) else 1
        self._kind = element.attributes.get("type", "1")
        self._nested = nested

    def __next__(self) -> str:
        prefix = " * "
        if self._ordered:
            prefix = f" {_counted(self._number, self._kind)}. "
            self._number += 1
        return prefix.lstrip() if self._nested else prefix


_MOST_ROMAN = 4_999


def _counted(number: int, kind: str) -> str:
    """Return a list's number as digits, letters or Roman figures."""
    if kind in ("a", "A") and number > 0:
        letters = ""
        while number > 0:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(kind) + rest) + letters
        return letters
    if kind in ("i", "I") and 0 < number <= _MOST_ROMAN:
        roman = _roman(number)
        return roman if kind == "I" else roman.lower()
    return str(number)


def _roman(number: int) -> str:
    figures = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
    text = ""
    for value, letters in (*figures, (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        count, number = divmod(number, value)
        text += letters * count
    return text
