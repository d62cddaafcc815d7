"""HTML as Markdown.

The habits (what is escaped, where blank lines go) are those of the JavaScript library node-html-markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from headrace.nodes.builtin.html.documents import Comment, Element, parse

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "audio", "blockquote", "body", "canvas", "center", "dd", "dir", "div", "dl"),
        *("dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hgroup", "hr", "html", "isindex", "li", "main", "menu", "nav", "noframes", "noscript", "ol"),
        *("output", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_IGNORED = frozenset(
    (
        *("area", "base", "col", "command", "embed", "head", "input", "keygen", "link", "meta", "param", "script"),
        *("source", "style", "track", "wbr", "template"),
    )
)
_BOLD, _STRUCK, _SLANTED = ("strong", "b"), ("del", "s", "strike"), ("em", "i")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

Replacement = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How Markdown is written."""

    bullet: str = "*"
    fence: str = "```"
    indented_code: bool = False
    slanted: str = "_"
    bold: str = "**"
    ignored: Collection[str] = ()
    """Elements to leave out, with all in them; those that are blocks are never left out."""

    blocks: Collection[str] = ()
    """Further elements that stand apart from what is around them."""

    max_newlines: int = 3
    keep_data_images: bool = False
    references: bool = False
    """Whether addresses of links are collected at the end."""

    escape: Replacement | None = None
    escape_line_start: Replacement | None = None
    """What is done to text in place of the usual escapes."""

    replacements: Sequence[Replacement] = ()


def to_markdown(html: str, style: Style) -> str:
    """Return HTML as Markdown.

    Raises:
        NodeError: it is too long or nested too deeply.
    """
    root = parse(html)
    writer = _Writer(style)
    # What is before the first element stays as one blank: the document type's line is text to that library.
    if re.match(r"\s*<!doctype[^>]*>[^\S\r\n]", html, re.IGNORECASE):
        writer.append(" ")
    shown: Sequence[Element | Comment | str] = [root]
    if not re.search(r"<(?:html|body)[\s>]", html, re.IGNORECASE):
        shown = [child for part in root.elements() if part.tag == "body" for child in part.children]
    for node in shown:
        writer.visit(node, _Place())
    text = writer.text()
    if style.references:
        if text[-1:] not in ("", "\r", "\n"):
            text += "\n"
        text += "".join(f"\n[{number}]: {address}" for number, address in enumerate(writer.addresses, start=1))
    return _at_most(text, style.max_newlines).strip("\n")


def _at_most(text: str, count: int) -> str:
    """Return text with no more line breaks in a row; of too many, the last ones stay."""
    if count <= 0:
        return text

    def shorten(run: re.Match[str]) -> str:
        breaks = [match.start() for match in re.finditer("\n", run.group())]
        return run.group()[breaks[-count] :] if len(breaks) > count else run.group()

    return re.sub(r"\n\s*", shorten, text)


@dataclass(slots=True)
class _List:
    """A list that is being written; its elements share it."""

    ordered: bool
    level: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the document an element is."""

    rules: Mapping[str, _Rule] | None = None
    """What is known here, where it differs from the usual: in links, tables and code."""

    keeps_space: bool = False
    escapes: bool = True
    list: _List | None = None
    table: _Table | None = None


@dataclass(slots=True)
class _Table:
    caption: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """How one element is written."""

    newlines: int = 0
    """Line breaks before and after, at least."""

    prefix: str = ""
    postfix: str = ""
    content: str | None = None
    """In place of what is inside."""

    finish: Callable[[str], str | None] | None = None
    """Applied to what was written for the inside; None removes the element."""

    apart_from_same: bool = False
    """Whether a blank is put before it when it begins with the character that is already there."""

    ignored: bool = False
    escapes: bool = True
    rules: Mapping[str, _Rule] | None = None


_Rule = Callable[["_Writer", Element, _Place], _Form]
_PLAIN = _Form()
_BLOCK = _Form(newlines=2)


class _Writer:
    def __init__(self, style: Style) -> None:
        self.style = style
        self.addresses: list[str] = []
        self._parts: list[str] = []

    def text(self) -> str:
        return "".join(self._parts)

    def append(self, text: str, *, apart_from_same: bool = False) -> None:
        if not text:
            return
        if apart_from_same and self._parts and self._parts[-1][-1:] == text[0]:
            self._parts.append(" ")
        self._parts.append(text)

    def address_number(self, address: str) -> int:
        if address not in self.addresses:
            self.addresses.append(address)
        return self.addresses.index(address) + 1

    def _trailing(self) -> str:
        """Return the white space at the end, ten characters of it at most."""
        tail = ""
        for part in reversed(self._parts):
            tail = (part + tail)[-10:]
            if len(tail) == 10 or not part.isspace():
                break
        return tail[len(tail.rstrip()) :]

    def _new_lines(self, count: int) -> None:
        self.append("\n" * max(0, count - self._trailing().count("\n") - self._trailing().count("\r")))

    def _cut(self, start: int) -> str:
        """Take back everything from the part *start* on, and return it."""
        taken = "".join(self._parts[start:])
        del self._parts[start:]
        return taken

    def visit(self, node: Element | Comment | str, place: _Place) -> None:
        if isinstance(node, str):
            self._write_text(node, place)
        elif isinstance(node, Element):
            self._write_element(node, place)

    def _write_text(self, text: str, place: _Place) -> None:
        if place.keeps_space:
            self.append(self._escaped(text, place))
        elif not text.strip():
            if self._parts and not self._trailing():
                self.append(" ")
        else:
            self.append(self._escaped(_trimmed(text), place))

    def _escaped(self, text: str, place: _Place) -> str:
        if not place.keeps_space:
            text = re.sub(r"\s+", " ", text)
        if not place.escapes:
            return text
        style = self.style
        text = style.escape(text) if style.escape else re.sub(r"[\\`*_~\[\]]", r"\\\g<0>", text)
        text = style.escape_line_start(text) if style.escape_line_start else _LINE_START.sub(_escape_mark, text)
        for change in style.replacements:
            text = change(text)
        return text

    def _write_element(self, element: Element, place: _Place) -> None:
        if not _has_content(element):
            return
        tag = element.tag
        if tag in ("ul", "ol"):
            outer = place.list
            place = replace(place, list=_List(ordered=tag == "ol", level=outer.level + 1 if outer else 0))
        elif tag == "li" and place.list is not None and place.list.ordered:
            place.list.number += 1
        elif tag == "pre":
            place = replace(place, keeps_space=True)
        elif tag == "table":
            place = replace(place, table=_Table())
        form = self._form(element, place)
        if form.ignored:
            return
        inside = place
        if not form.escapes:
            inside = replace(inside, escapes=False)
        if form.rules is not None:
            inside = replace(inside, rules=form.rules)
        self._write(element, form, inside)

    def _form(self, element: Element, place: _Place) -> _Form:
        tag = element.tag
        if place.rules is not None:
            rule = place.rules.get(tag)
            return rule(self, element, place) if rule else _PLAIN
        if tag not in _BLOCKS and tag not in self.style.blocks and (tag in _IGNORED or tag in self.style.ignored):
            return _Form(ignored=True)
        rule = _RULES.get(tag)
        form = rule(self, element, place) if rule else _PLAIN
        if form.newlines == 0 and (tag in _BLOCKS or tag in self.style.blocks):
            form = replace(form, newlines=2)
        return form

    def _write(self, element: Element, form: _Form, inside: _Place) -> None:
        outer_start = len(self._parts)
        self._new_lines(form.newlines)
        self.append(form.prefix)
        if form.content is not None:
            self.append(form.content, apart_from_same=form.apart_from_same)
        else:
            start = len(self._parts)
            for child in element.children:
                self.visit(child, inside)
            if form.finish is not None:
                finished = form.finish(self._cut(start))
                if finished is None:
                    if element.tag == "li" and inside.list is not None and inside.list.number:
                        inside.list.number -= 1
                    self._cut(outer_start)
                    return
                self.append(finished, apart_from_same=form.apart_from_same)
        self.append(form.postfix)
        self._new_lines(form.newlines)


def _has_content(element: Element) -> bool:
    """Whether anything in it can be written; elements of which nothing is left are skipped as a whole."""
    if element.tag in ("br", "hr", "img"):
        return True
    if not element.children:
        return element.tag in _KEPT_EMPTY
    return any(
        isinstance(child, str) or (isinstance(child, Element) and _has_content(child)) for child in element.children
    )


_KEPT_EMPTY = frozenset((*_HEADINGS, "ul", "ol", "li", "code", "table", "a"))

_LINE_START = re.compile(r"^(\s*?)((?:\+\s)|(?:[=>-])|(?:#{1,6}\s))|(?:(\d+)(\.\s))", re.MULTILINE)


def _escape_mark(match: re.Match[str]) -> str:
    before, mark, number, dot = (match.group(place) or "" for place in (1, 2, 3, 4))
    return f"{before}{number}\\{mark}{dot}"


def _trimmed(text: str) -> str:
    """Return text without white space around it, but for one blank where a blank touches it."""
    core = text.strip()
    start = text.index(core)
    before, after = text[:start], text[start + len(core) :]
    return f"{' ' if _ends_blank(before[-1:]) else ''}{core}{' ' if _ends_blank(after[:1]) else ''}"


def _ends_blank(char: str) -> bool:
    return char != "" and char not in "\r\n"


def _surrounded(mark: str) -> Callable[[str], str | None]:
    """Return what puts a mark around each line of a text, blanks outside of it; marks of the same kind inside go."""

    def finish(content: str) -> str | None:
        if not content.strip():
            return None
        if mark and mark in content:
            content = re.sub(rf"(^|[^\\]){re.escape(mark)}", r"\1", content)
        lines: list[str] = []
        for line in content.split("\n"):
            core = line.strip()
            if not core:
                lines.append(line)
                continue
            start = line.index(core)
            end = start + len(core)
            lines.append(f"{line[max(0, start - 1) : start]}{mark}{core}{mark}{line[end : end + 1]}")
        return "\n".join(lines)

    return finish


def _bold(writer: _Writer, _: Element, __: _Place) -> _Form:
    return _Form(apart_from_same=True, finish=_surrounded(writer.style.bold))


def _slanted(writer: _Writer, _: Element, __: _Place) -> _Form:
    return _Form(apart_from_same=True, finish=_surrounded(writer.style.slanted))


def _struck(_: _Writer, __: Element, ___: _Place) -> _Form:
    return _Form(apart_from_same=True, finish=_surrounded("~~"))


def _fixed(form: _Form) -> _Rule:
    return lambda _, __, ___: form


def _heading(_: _Writer, element: Element, __: _Place) -> _Form:
    return _Form(prefix="#" * int(element.tag[1]) + " ", newlines=2)


def _entry(writer: _Writer, _: Element, place: _Place) -> _Form:
    level = place.list.level if place.list else 0
    mark = f"{place.list.number}." if place.list and place.list.ordered else writer.style.bullet
    indent = "   " * level

    def finish(content: str) -> str | None:
        if not content.strip():
            return None
        content = re.sub(r"([^\r\n])\n+", rf"\1  \n{indent}", content.strip())
        return re.sub(r"(\S)[^\S\r\n]+$", r"\1  ", content, flags=re.MULTILINE)

    return _Form(newlines=1, prefix=f"{indent}{mark} ", finish=finish)


def _quote(_: _Writer, __: Element, ___: _Place) -> _Form:
    return _Form(
        newlines=2,
        finish=lambda content: re.sub(r"^(>*)[^\S\r\n]?", r">\1 ", content.strip("\n"), flags=re.MULTILINE),
    )


def _code(writer: _Writer, element: Element, _: _Place) -> _Form:
    parent = element.parent
    if parent is None or parent.tag != "pre" or len(parent.children) > 1:
        return _Form(apart_from_same=True, escapes=False, finish=_ticked)
    if writer.style.indented_code:
        return _Form(
            escapes=False,
            rules=_CODE_RULES,
            finish=lambda content: re.sub(r"^", "    ", content, flags=re.MULTILINE),
        )
    language = re.search(r"language-(\S+)", element.attributes.get("class", ""))
    fence = writer.style.fence
    return _Form(
        escapes=False,
        rules=_CODE_RULES,
        prefix=f"{fence}{language.group(1) if language else ''}\n",
        postfix=f"\n{fence}",
    )


def _ticked(content: str) -> str:
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    mark = "`" * (longest + 1)
    blank = " " if longest else ""
    return f"{mark}{blank}{content}{blank}{mark}"


_ENCODED = str.maketrans({"(": "%28", ")": "%29", "_": "%5F", "*": "%2A"})


def _link(writer: _Writer, element: Element, _: _Place) -> _Form:
    href = element.attributes.get("href")
    if not href:
        return _PLAIN
    address = href.translate(_ENCODED)
    if element.text() == href:
        return _Form(content=f"<{address}>")
    title = element.attributes.get("title")
    if writer.style.references:
        target = f"[{writer.address_number(address)}]"
    else:
        shown_title = f' "{title}"' if title else ""
        target = f"({address}{shown_title})"
    return _Form(
        prefix="[",
        postfix=f"]{target}",
        rules=_LINK_RULES,
        finish=lambda content: re.sub(r"(?:\r?\n)+", " ", content),
    )


def _image(writer: _Writer, element: Element, _: _Place) -> _Form:
    source = element.attributes.get("src", "")
    if not source or (not writer.style.keep_data_images and source[:5].lower() == "data:"):
        return _Form(ignored=True)
    title = element.attributes.get("title")
    shown_title = f' "{title}"' if title else ""
    return _Form(content=f"![{element.attributes.get('alt', '')}]({source}{shown_title})")


def _table(_: _Writer, __: Element, place: _Place) -> _Form:
    table = place.table or _Table()
    return _Form(newlines=2, rules=_TABLE_RULES, finish=lambda content: _composed(content, table))


def _composed(content: str, table: _Table) -> str | None:
    """Return the rows of a table with their columns in line, the first one as the heading."""
    rows: list[list[str]] = []
    for line in content.split("\n"):
        inside = line.removesuffix("|").rstrip() if line.endswith("|") else line
        inside = re.sub(r"^\|\s+", "", inside)
        if inside:
            rows.append([cell.strip() for cell in inside.split(" |")])
    if not rows:
        return None
    widths = [max(len(row[place]) for row in rows if place < len(row)) for place in range(max(map(len, rows)))]
    lines = [table.caption] if table.caption else []
    for number, given in enumerate(rows):
        cells = [(given[place] if place < len(given) else "").ljust(width) for place, width in enumerate(widths)]
        lines.append(f"| {' | '.join(cells)} |")
        if number == 0:
            lines.append("|" + "".join(f" {'-' * width} |" for width in widths))
    return "\n".join(lines) + "\n"


def _caption(_: _Writer, __: Element, place: _Place) -> _Form:
    def finish(content: str) -> None:
        caption = re.sub(r"(?:\r?\n)+", " ", content).strip()
        if caption and place.table is not None:
            place.table.caption = f"__{caption}__"

    return _Form(rules=_CELL_RULES, finish=finish)


def _row(_: _Writer, __: Element, ___: _Place) -> _Form:
    return _Form(
        prefix="| ",
        postfix="\n",
        rules=_ROW_RULES,
        finish=lambda content: content if content.rstrip().endswith(" |") else None,
    )


def _cell(_: _Writer, __: Element, ___: _Place) -> _Form:
    return _Form(
        prefix=" ",
        postfix=" |",
        rules=_CELL_RULES,
        finish=lambda content: re.sub(r"(?:\r?\n)+", " ", content.strip("\n").replace("|", "\\|", 1)).strip(),
    )


def _for(tags: Sequence[str], rule: _Rule) -> dict[str, _Rule]:
    return dict.fromkeys(tags, rule)


_INLINE: dict[str, _Rule] = {
    **_for(_BOLD, _bold),
    **_for(_STRUCK, _struck),
    **_for(_SLANTED, _slanted),
    "img": _image,
}
_PRE = _fixed(_Form(escapes=False))
_LISTS = _fixed(_Form(newlines=1))
_RULES: Mapping[str, _Rule] = {
    **_INLINE,
    **_for(_HEADINGS, _heading),
    "pre": _PRE,
    "br": _fixed(_Form(content="  \n")),
    "hr": _fixed(_Form(content="---", newlines=2)),
    "ol": _LISTS,
    "ul": _LISTS,
    "li": _entry,
    "blockquote": _quote,
    "code": _code,
    "table": _table,
    "a": _link,
}
_CELL_RULES: Mapping[str, _Rule] = {**_INLINE, "a": _link}
_ROW_RULES: Mapping[str, _Rule] = _for(("th", "td"), _cell)
_TABLE_RULES: Mapping[str, _Rule] = {**_ROW_RULES, "tr": _row, "caption": _caption}
_LINK_RULES: Mapping[str, _Rule] = {
    **_INLINE,
    "br": _fixed(_Form(content="\n")),
    "hr": _fixed(_Form(content="\n")),
    "pre": _PRE,
}
_CODE_RULES: Mapping[str, _Rule] = {
    **_for(sorted(_BLOCKS), _fixed(_BLOCK)),
    **_for(sorted(_IGNORED), _fixed(_Form(ignored=True))),
    **_for(_HEADINGS, _fixed(_Form(prefix="[", postfix="]", newlines=2))),
    "br": _fixed(_Form(content="\n")),
    "hr": _fixed(_Form(content="---", newlines=2)),
    "ol": _LISTS,
    "ul": _LISTS,
    "li": _entry,
    "tr": _fixed(_Form(newlines=1)),
}
