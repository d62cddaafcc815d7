"""Markdown: HTML to Markdown and back."""

from __future__ import annotations

import re
from typing import Any

from headrace.nodes.builtin.html.documents import inner_html, parse
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    FixedCollection,
    Group,
    NodeDescription,
    Number,
    Options,
    String,
)
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.outcome import ItemResult
from headrace.sdk.paths import set_path
from headrace.sdk.patterns import replace

_TO_HTML, _TO_MARKDOWN = {"mode": ["markdownToHtml"]}, {"mode": ["htmlToMarkdown"]}
_FLAGS = (
    "backslashEscapesHTMLTags", "completeHTMLDocument", "customizedHeaderId", "emoji", "encodeEmails", "ghCodeBlocks",
    "ghCompatibleHeaderId", "ghMentions", "literalMidWordUnderscores", "noHeaderId", "openLinksInNewWindow",
    "parseImgDimensions", "prefixHeaderId", "rawHeaderId", "rawPrefixHeaderId", "requireSpaceBeforeHeadingText",
    "simpleLineBreaks", "simplifiedAutoLink", "smoothLivePreview", "splitAdjacentBlockquotes", "strikethrough", "tables",
    "tablesHeaderId", "tasklists",
)  # fmt: skip

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.markdown",
    versions=(1,),
    title="Markdown",
    summary="Turns HTML into Markdown, and Markdown into HTML.",
    aliases=("html", "convert"),
    parameters=[
        Options(
            "mode",
            {"markdownToHtml": "Markdown to HTML", "htmlToMarkdown": "HTML to Markdown"},
            "Mode",
            "htmlToMarkdown",
        ),
        String("html", "HTML", required=True, show=_TO_MARKDOWN),
        String("markdown", "Markdown", required=True, show=_TO_HTML),
        String("destinationKey", "Destination Key", "data", required=True),
        Collection(
            "options",
            [
                String("bulletMarker", "Bullet Marker", "*"),
                String("codeBlockStyle", "Code Block Style", "fence"),
                String("emDelimiter", "Emphasis Delimiter", "_"),
                FixedCollection(
                    "globalEscape",
                    [Group(name="value", display_name="Value", values=[String("pattern"), String("replacement")])],
                    "Global Escape Pattern",
                ),
                String("ignore", "Ignored Elements"),
                Boolean("keepDataImages", "Keep Images With Data"),
                FixedCollection(
                    "lineStartEscape",
                    [Group(name="value", display_name="Value", values=[String("pattern"), String("replacement")])],
                    "Line Start Escape Pattern",
                ),
                Number("maxConsecutiveNewlines", "Max Consecutive New Lines", 3),
                Boolean("useLinkReferenceDefinitions", "Place URLs At The Bottom"),
                String("strongDelimiter", "Strong Delimiter", "**"),
                String("textDelimiter", "Style For Code Block", "```"),
                String("blockElements", "Treat As Blocks"),
                FixedCollection(
                    "textReplace",
                    [Group(name="values", display_name="Values", values=[String("pattern"), String("replacement")])],
                    "Text Replacement Pattern",
                    multiple=True,
                ),
            ],
            "Options",
            show=_TO_MARKDOWN,
        ),
        Collection(
            "options",
            [
                *(Boolean(name) for name in _FLAGS),
                Number("headerLevelStart", "Header Level Start", 1),
                String("simplifiedAutoLink"),
            ],
            "Options",
            show=_TO_HTML,
        ),
    ],
)


_TRANSLATED = frozenset(
    "a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s strike strong table ul".split()
)
"""Elements that have a form in Markdown; ignoring one has no effect, as in the reader whose habits these are."""


def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    options = ctx.param("options", index) or {}
    if ctx.param("mode", index) == "htmlToMarkdown":
        value = to_markdown(to_text(ctx.param("html", index)), options)
    else:
        value = to_html(to_text(ctx.param("markdown", index)), options)
    json = dict(item.json)
    set_path(json, str(ctx.param("destinationKey", index)), value)
    return Item(json=json, binary=item.binary)


def to_markdown(html: str, options: dict[str, Any]) -> str:
    """Return HTML as Markdown."""
    from markdownify import markdownify

    root = parse(html)
    body = next(root.iter("body"), root)
    ignored = [name.strip().lower() for name in str(options.get("ignore") or "").split(",") if name.strip()]
    for element in [
        one
        for one in body.iter()
        if isinstance(one.tag, str) and one.tag in ("script", "style", "noscript", *(set(ignored) - _TRANSLATED))
    ]:
        _drop(element)
    text = markdownify(
        inner_html(body),
        heading_style="ATX",
        bullets=str(options.get("bulletMarker") or "*"),
        strong_em_symbol="*",
        escape_asterisks=True,
        escape_underscores=True,
        escape_misc=False,
    )
    if options.get("emDelimiter", "_") == "_":
        text = re.sub(r"(?<![\w*\\])\*(?![\s*])([^*\n]+?)(?<![\s*\\])\*(?![\w*])", r"_\1_", text)
    for rule in (options.get("textReplace") or {}).get("values") or ():
        text = replace(str(rule.get("pattern", "")), str(rule.get("replacement", "")), text, "g")
    lines = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    most = int(options.get("maxConsecutiveNewlines") or 3)
    lines = re.sub(r"\n{%d,}" % (min(most, 2) + 1), "\n" * min(most, 2), lines)
    # White space before the first block stays as one blank, as readers of this node's output know it.
    return f" \n\n{lines}" if (body.text or "x").isspace() and len(body) and lines else lines


def _drop(element: Any) -> None:
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def to_html(markdown: str, options: dict[str, Any]) -> str:
    """Return Markdown as HTML, in showdown's habits: headings have ids, three dots are an ellipsis."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True, "breaks": bool(options.get("simpleLineBreaks")), "linkify": False})
    if options.get("tables"):
        reader.enable("table")
    if options.get("strikethrough"):
        reader.enable("strikethrough")
    tokens = reader.parse(markdown)
    start = int(options.get("headerLevelStart") or 1)
    seen: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + start - 1, 6)}"
        if token.type == "heading_open" and not options.get("noHeaderId"):
            token.attrSet("id", _heading_id(tokens[place + 1].content, options, seen))
        for part in token.children or ():
            if part.type == "text":
                part.content = part.content.replace("...", "…")
            if part.type == "link_open" and options.get("openLinksInNewWindow"):
                part.attrSet("rel", "noopener noreferrer")
                part.attrSet("target", "_blank")
    html = str(reader.renderer.render(tokens, reader.options, {})).strip("\n")
    if options.get("completeHTMLDocument"):
        return f'<!DOCTYPE HTML>\n<html>\n<head>\n<meta charset="utf-8">\n</head>\n<body>\n{html}\n</body>\n</html>'
    return html


def _heading_id(text: str, options: dict[str, Any], seen: dict[str, int]) -> str:
    if options.get("ghCompatibleHeaderId"):
        plain = re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")
    else:
        plain = re.sub(r"[^\w]", "", text).lower()
    prefix = options.get("prefixHeaderId")
    plain = f"{prefix}{plain}" if isinstance(prefix, str) else plain
    count = seen.get(plain, 0)
    seen[plain] = count + 1
    return f"{plain}-{count}" if count else plain
