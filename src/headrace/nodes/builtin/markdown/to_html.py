"""Markdown as HTML.

Markdown is read by CommonMark's rules, bent where the JavaScript library showdown reads it otherwise; the HTML is
laid out as showdown lays it out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from headrace.sdk.errors import NodeError
from headrace.sdk.js import to_number

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.tree import SyntaxTreeNode

MAX_CHARS = 5_000_000


def to_html(markdown: str, options: Mapping[str, Any]) -> str:
    """Return Markdown as HTML.

    Args:
        options: showdown's, by their names.

    Raises:
        NodeError: it is too long.
    """
    from markdown_it.tree import SyntaxTreeNode

    if len(markdown) > MAX_CHARS:
        raise NodeError(f"The Markdown is longer than the limit of {MAX_CHARS} characters")
    tokens = _reader(options).parse(_prepared(markdown, options))
    body = _Writer(options).blocks(SyntaxTreeNode(tokens).children)
    if not options.get("completeHTMLDocument"):
        return body
    return f'<!DOCTYPE HTML>\n<html>\n<head>\n<meta charset="utf-8">\n</head>\n<body>\n{body}\n</body>\n</html>'


def _reader(options: Mapping[str, Any]) -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True, "maxNesting": 50})
    for option, rule in (("tables", "table"), ("strikethrough", "strikethrough")):
        if options.get(option):
            reader.enable(rule)
    if options.get("ghCodeBlocks") is False:
        reader.disable("fence")
    # Addresses stay as they are written.
    reader.normalizeLink = lambda url: url  # type: ignore[method-assign] # a documented way to change it
    whole_words = {
        "_": bool(options.get("literalMidWordUnderscores")),
        "*": bool(options.get("literalMidWordAsterisks")),
    }

    def emphasis(state: StateInline, silent: bool) -> bool:
        """Open or close emphasis; unless told otherwise, also in the middle of words."""
        from markdown_it.rules_inline.state_inline import Delimiter

        mark = state.src[state.pos]
        if silent or mark not in whole_words:
            return False
        scanned = state.scanDelims(state.pos, not whole_words[mark])
        for _ in range(scanned.length):
            token = state.push("text", "", 0)
            token.content = mark
            state.delimiters.append(
                Delimiter(
                    marker=ord(mark),
                    length=scanned.length,
                    token=len(state.tokens) - 1,
                    end=-1,
                    open=scanned.can_open,
                    close=scanned.can_close,
                )
            )
        state.pos += scanned.length
        return True

    reader.inline.ruler.at("emphasis", emphasis)
    return reader


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ENTRY = re.compile(r"( +)(?=(?:[*+-]|\d+\.)[ \t])")


def _prepared(markdown: str, options: Mapping[str, Any]) -> str:
    """Return the text with what only showdown reads as it does put into CommonMark's form."""
    text = markdown.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    if options.get("smartIndentationFix"):
        indent = re.match(r"\n*( *)", text)
        text = re.sub(rf"^ {{{len(indent.group(1)) if indent else 0}}}", "", text, flags=re.MULTILINE)
    spaced = bool(options.get("requireSpaceBeforeHeadingText"))
    free_lists = bool(options.get("disableForced4SpacesIndentedSublists"))
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)
        elif not fence:
            if not spaced:
                line = re.sub(r"^(#{1,6})(?=[^#\s])", r"\1 ", line)
            entry = _ENTRY.match(line)
            if entry and not free_lists:
                # Four blanks make a list within a list; fewer make none.
                line = " " * (len(entry.group(1)) // 4 * 4) + line[entry.end() :]
        lines.append(line)
    return "\n".join(lines)


_BARE_AMPERSAND = re.compile(r"&(?!#?[xX]?(?:[0-9a-fA-F]+|\w+);)")
_BARE_LESS = re.compile(r"<(?![a-zA-Z/?$!])")


def _text(text: str) -> str:
    """Escape what would be HTML; a ">" and quotes stay."""
    return _BARE_LESS.sub("&lt;", _BARE_AMPERSAND.sub("&amp;", text))


def _code(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"]+|www\.[^\s<>\"]+\.[^\s<>\"]+", re.IGNORECASE)
_TRAILING = re.compile(r"[!.,?()\[\]]+$")
_MENTION = re.compile(r"(^|\s)@([a-z\d]+(?:[a-z\d.-]*[a-z\d])?)", re.IGNORECASE)
_TASK = re.compile(r"^\[([ xX])\][ \t]?")
_TASK_STYLE = ' class="task-list-item" style="list-style-type: none;"'
_BOX = '<input type="checkbox" disabled style="margin: 0px 0.35em 0.25em -1.6em; vertical-align: middle;"'


class _Writer:
    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        level = to_number(options.get("headerLevelStart", 1))
        self._first_level = int(level) if 1 <= level <= 6 else 1
        self._ids: dict[str, int] = {}

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        parts: list[str] = []
        place = 0
        while place < len(nodes):
            node = nodes[place]
            if node.type == "blockquote":
                children = list(node.children)
                while (
                    not self._options.get("splitAdjacentBlockquotes")
                    and place + 1 < len(nodes)
                    and nodes[place + 1].type == "blockquote"
                ):
                    place += 1
                    children += nodes[place].children
                parts.append(self._quote(children))
            else:
                parts.append(self._block(node))
            place += 1
        return "\n".join(parts)

    def _block(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "paragraph":
                inside = self._inline(node.children)
                return inside if node.hidden else f"<p>{inside}</p>"
            case "heading":
                return self._heading(node)
            case "bullet_list" | "ordered_list":
                return self._list(node)
            case "fence" | "code_block":
                language = node.info.split()[0] if node.type == "fence" and node.info.strip() else ""
                kind = f' class="{_attribute(language)} language-{_attribute(language)}"' if language else ""
                content = node.content if node.content.endswith("\n") else f"{node.content}\n"
                return f"<pre><code{kind}>{_code(content)}</code></pre>"
            case "html_block":
                return node.content.strip("\n")
            case "hr":
                return "<hr />"
            case "table":
                return self._table(node)
            case "inline":
                return self._inline([node])
        return self.blocks(node.children)

    def _heading(self, node: SyntaxTreeNode) -> str:
        level = self._first_level - 1 + int(node.tag[1])
        source = node.children[0].content if node.children else ""
        shown = self._inline(node.children)
        custom = None
        if self._options.get("customizedHeaderId"):
            custom = re.search(r"\s?\{([^{}]+)\}\s*$", source)
            if custom:
                shown = re.sub(r"\s?\{[^{}]+\}\s*$", "", shown)
        mark = "" if self._options.get("noHeaderId") else f' id="{self._id(custom.group(1) if custom else source)}"'
        return f"<h{level}{mark}>{shown}</h{level}>"

    def _id(self, title: str) -> str:
        options = self._options
        given = options.get("prefixHeaderId")
        prefix = given if isinstance(given, str) else "section-" if given is True else ""
        raw_prefix = bool(options.get("rawPrefixHeaderId"))
        if not raw_prefix:
            title = prefix + title
        if options.get("ghCompatibleHeaderId"):
            title = re.sub(r"[&+$,/:;=?@\"#{}|^¨~\[\]`\\*)(%.!'<>]", "", title.replace(" ", "-"))
        elif options.get("rawHeaderId"):
            title = re.sub(r"[\"']", "-", title.replace(" ", "-"))
        else:
            title = re.sub(r"[^A-Za-z0-9_]", "", title)
        title = _attribute(title.lower())
        if raw_prefix:
            title = _attribute(prefix) + title
        count = self._ids.get(title, 0)
        self._ids[title] = count + 1
        return f"{title}-{count}" if count else title

    def _quote(self, children: Sequence[SyntaxTreeNode]) -> str:
        inside = self.blocks(children)
        # Code keeps its lines as they are; all else is indented.
        pieces = re.split(r"(<pre>.*?</pre>)", inside, flags=re.DOTALL)
        shown = "".join(piece if place % 2 else piece.replace("\n", "\n  ") for place, piece in enumerate(pieces))
        return f"<blockquote>\n  {shown}\n</blockquote>"

    def _list(self, node: SyntaxTreeNode) -> str:
        tag = "ul" if node.type == "bullet_list" else "ol"
        start = node.attrs.get("start") if tag == "ol" else None
        entries = "\n".join(self._entry(child) for child in node.children)
        return f"<{tag}{f' start={chr(34)}{start}{chr(34)}' if start not in (None, 1) else ''}>\n{entries}\n</{tag}>"

    def _entry(self, node: SyntaxTreeNode) -> str:
        parts: list[str] = []
        style = ""
        for place, child in enumerate(node.children):
            shown = self._block(child)
            if place == 0 and child.type == "paragraph" and self._options.get("tasklists"):
                bare = shown.removeprefix("<p>")
                task = _TASK.match(bare)
                if task:
                    style = _TASK_STYLE
                    box = f"{_BOX}{' checked' if task.group(1) != ' ' else ''}> "
                    shown = shown[: len(shown) - len(bare)] + box + bare[task.end() :]
            tight = child.type in ("bullet_list", "ordered_list") and place and node.children[place - 1].hidden
            if tight:
                # A list that follows bare text begins on the same line, and ends on the same line as the entry.
                shown = re.sub(r"\n(</[uo]l>)$", r"\1", shown)
            parts.append(shown if not parts or tight else f"\n{shown}")
        return f"<li{style}>{''.join(parts)}</li>"

    def _table(self, node: SyntaxTreeNode) -> str:
        lines = ["<table>"]
        for part in node.children:
            lines.append(f"<{part.tag}>")
            for row in part.children:
                lines.append("<tr>")
                lines.extend(self._cell(cell) for cell in row.children)
                lines.append("</tr>")
            lines.append(f"</{part.tag}>")
        if not any(part.tag == "tbody" for part in node.children):
            lines += ["<tbody>", "</tbody>"]
        return "\n".join([*lines, "</table>"])

    def _cell(self, cell: SyntaxTreeNode) -> str:
        align = re.search(r"text-align:(\w+)", str(cell.attrs.get("style", "")))
        style = f' style="text-align:{align.group(1)};"' if align else ""
        mark = ""
        if cell.tag == "th" and (self._options.get("tablesHeaderId") or self._options.get("tableHeaderId")):
            source = cell.children[0].content if cell.children else ""
            mark = f' id="{_attribute(source.strip().replace(" ", "_").lower())}"'
        return f"<{cell.tag}{mark}{style}>{self._inline(cell.children)}</{cell.tag}>"

    def _inline(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        return "".join(map(self._span, nodes))

    def _span(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "text":
                return self._words(node.content, in_link=_is_in_link(node))
            case "softbreak":
                return "<br />\n" if self._options.get("simpleLineBreaks") else "\n"
            case "hardbreak":
                return "<br />\n"
            case "code_inline":
                return f"<code>{_code(node.content)}</code>"
            case "html_inline":
                return str(node.content)
            case "image":
                title = node.attrs.get("title")
                shown_title = f' title="{_attribute(str(title))}"' if title else ""
                return (
                    f'<img src="{_attribute(str(node.attrs["src"]))}" alt="{_attribute(node.content)}"{shown_title} />'
                )
            case "link":
                return self._link(str(node.attrs["href"]), self._inline(node.children), node.attrs.get("title"))
            case "em" | "strong":
                return f"<{node.tag}>{self._inline(node.children)}</{node.tag}>"
            case "s":
                return f"<del>{self._inline(node.children)}</del>"
        return self._inline(node.children)

    def _link(self, address: str, shown: str, title: Any = None) -> str:
        if address.startswith("mailto:") and self._options.get("encodeEmails") is not False:
            address, shown = _hidden(address), _hidden(shown)
        else:
            address = _attribute(address)
        shown_title = f' title="{_attribute(str(title))}"' if title else ""
        window = ""
        if self._options.get("openLinksInNewWindow") and not address.startswith("#"):
            window = ' rel="noopener noreferrer" target="_blank"'
        return f'<a href="{address}"{shown_title}{window}>{shown}</a>'

    def _words(self, text: str, *, in_link: bool) -> str:
        text = text.replace("...", "…")
        if in_link or not (self._options.get("simplifiedAutoLink") or self._options.get("ghMentions")):
            return _text(text)
        parts: list[str] = []
        place = 0
        if self._options.get("simplifiedAutoLink"):
            for match in _URL.finditer(text):
                address, after = match.group(), ""
                if self._options.get("excludeTrailingPunctuationFromURLs"):
                    bare = _TRAILING.sub("", address)
                    address, after = bare, address[len(bare) :]
                parts.append(self._mentions(text[place : match.start()]))
                target = f"http://{address}" if address.lower().startswith("www.") else address
                parts.append(self._link(target, _text(address)) + _text(after))
                place = match.end()
        parts.append(self._mentions(text[place:]))
        return "".join(parts)

    def _mentions(self, text: str) -> str:
        if not self._options.get("ghMentions"):
            return _text(text)
        pattern = str(self._options.get("ghMentionsLink") or "https://github.com/{u}")
        parts: list[str] = []
        place = 0
        for match in _MENTION.finditer(text):
            parts.append(_text(text[place : match.end(1)]))
            parts.append(self._link(pattern.replace("{u}", match.group(2)), f"@{match.group(2)}"))
            place = match.end()
        return "".join([*parts, _text(text[place:])])


def _is_in_link(node: SyntaxTreeNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.type == "link":
            return True
        parent = parent.parent
    return False


def _hidden(text: str) -> str:
    """Return text as character references, which simple collectors of addresses do not read."""
    return "".join(f"&#{ord(char)};" for char in text)
