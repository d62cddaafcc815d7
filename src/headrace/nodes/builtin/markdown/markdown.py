"""Markdown: turns HTML into Markdown, and Markdown into HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from headrace.nodes.builtin.lists.fields import put_path
from headrace.nodes.builtin.markdown.from_html import Style, to_markdown
from headrace.nodes.builtin.markdown.to_html import to_html
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    FixedCollection,
    Group,
    NodeDescription,
    Number,
    Options,
    Parameter,
    String,
)
from headrace.sdk.items import Item
from headrace.sdk.js import to_number, to_text
from headrace.sdk.outcome import ItemResult
from headrace.sdk.patterns import replace, split_literal

_TO_HTML, _TO_MARKDOWN = {"mode": ["markdownToHtml"]}, {"mode": ["htmlToMarkdown"]}

_FLAGS = {
    "openLinksInNewWindow": "Add Blank To Links",
    "simplifiedAutoLink": "Automatic Linking To URLs",
    "backslashEscapesHTMLTags": "Backslash Escapes HTML Tags",
    "completeHTMLDocument": "Complete HTML Document",
    "customizedHeaderId": "Customized Header ID",
    "emoji": "Emoji Support",
    "encodeEmails": "Encode Emails",
    "excludeTrailingPunctuationFromURLs": "Exclude Trailing Punctuation From URLs",
    "ghCodeBlocks": "GitHub Code Blocks",
    "ghCompatibleHeaderId": "GitHub Compatible Header IDs",
    "ghMentions": "GitHub Mentions",
    "tasklists": "GitHub Task Lists",
    "requireSpaceBeforeHeadingText": "Mandatory Space Before Header",
    "literalMidWordAsterisks": "Middle Word Asterisks",
    "literalMidWordUnderscores": "Middle Word Underscores",
    "noHeaderId": "No Header ID",
    "parseImgDimensions": "Parse Image Dimensions",
    "rawHeaderId": "Raw Header ID",
    "rawPrefixHeaderId": "Raw Prefix Header ID",
    "simpleLineBreaks": "Simple Line Breaks",
    "smartIndentationFix": "Smart Indentation Fix",
    "disableForced4SpacesIndentedSublists": "Spaces Indented Sublists",
    "splitAdjacentBlockquotes": "Split Adjacent Blockquotes",
    "strikethrough": "Strikethrough",
    "tablesHeaderId": "Tables Header ID",
    "tables": "Tables Support",
}
_ON_BY_DEFAULT = ("encodeEmails", "ghCodeBlocks")


def _pattern_and_text(name: str, label: str, group: str, *, multiple: bool = False) -> Parameter:
    values = [String("pattern", "Pattern", description="A regular expression."), String("replacement", "Replacement")]
    return FixedCollection(name, [Group(name=group, display_name="Value", values=values)], label, multiple=multiple)


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.markdown",
    versions=(1,),
    title="Markdown",
    summary="Turns HTML into Markdown, and Markdown into HTML.",
    group="transform",
    aliases=("html", "convert", "md"),
    parameters=[
        Options(
            "mode",
            {"markdownToHtml": "Markdown to HTML", "htmlToMarkdown": "HTML to Markdown"},
            "Mode",
            "htmlToMarkdown",
        ),
        String("html", "HTML", required=True, rows=5, show=_TO_MARKDOWN),
        String("markdown", "Markdown", required=True, rows=5, show=_TO_HTML),
        String(
            "destinationKey",
            "Destination Key",
            "data",
            required=True,
            description="The field for the result; dots lead into objects.",
        ),
        Collection(
            "options",
            [
                String("bulletMarker", "Bullet Marker", "*"),
                String("codeFence", "Code Block Fence", "```"),
                String("emDelimiter", "Emphasis Delimiter", "_"),
                _pattern_and_text("globalEscape", "Global Escape Pattern", "value"),
                String("ignore", "Ignored Elements", description="Tags to leave out, separated by commas."),
                Boolean("keepDataImages", "Keep Images With Data"),
                _pattern_and_text("lineStartEscape", "Line Start Escape Pattern", "value"),
                Number("maxConsecutiveNewlines", "Max Consecutive New Lines", 3),
                Boolean("useLinkReferenceDefinitions", "Place URLs At The Bottom"),
                String("strongDelimiter", "Strong Delimiter", "**"),
                Options("codeBlockStyle", {"indented": "Indented", "fence": "Fence"}, "Style For Code Block", "fence"),
                _pattern_and_text("textReplace", "Text Replacement Pattern", "values", multiple=True),
                String("blockElements", "Treat As Blocks", description="Tags, separated by commas."),
            ],
            "Options",
            show=_TO_MARKDOWN,
        ),
        Collection(
            "options",
            [
                *(Boolean(name, label, name in _ON_BY_DEFAULT) for name, label in _FLAGS.items()),
                String("ghMentionsLink", "GitHub Mention Link", "https://github.com/{u}"),
                Number("headerLevelStart", "Header Level Start", 1),
                String("prefixHeaderId", "Prefix Header ID", "section"),
            ],
            "Options",
            show=_TO_HTML,
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    options: Mapping[str, Any] = ctx.param("options", index, {}) or {}
    if ctx.param("mode", index) == "markdownToHtml":
        result = to_html(to_text(ctx.param("markdown", index, "")), options)
    else:
        result = to_markdown(to_text(ctx.param("html", index, "")), _style(options))
    json = dict(item.json)
    put_path(json, str(ctx.param("destinationKey", index)), result)
    return Item(json=json, binary=item.binary, paired_item=index)


def _style(options: Mapping[str, Any]) -> Style:
    most = to_number(options.get("maxConsecutiveNewlines", 3))
    replacements = (options.get("textReplace") or {}).get("values") or []
    return Style(
        bullet=str(options.get("bulletMarker") or "*"),
        fence=str(options.get("codeFence") or "```"),
        indented_code=options.get("codeBlockStyle") == "indented",
        slanted=str(options.get("emDelimiter") or "_"),
        bold=str(options.get("strongDelimiter") or "**"),
        ignored=_tags(options.get("ignore")),
        blocks=_tags(options.get("blockElements")),
        max_newlines=int(most) if 0 <= most <= 1_000 else 3,
        keep_data_images=bool(options.get("keepDataImages")),
        references=bool(options.get("useLinkReferenceDefinitions")),
        escape=_replacement((options.get("globalEscape") or {}).get("value")),
        escape_line_start=_replacement((options.get("lineStartEscape") or {}).get("value")),
        replacements=[change for change in map(_replacement, replacements) if change],
    )


def _tags(names: Any) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in str(names or "").split(",") if name.strip())


def _replacement(entry: Mapping[str, Any] | None) -> Callable[[str], str] | None:
    """Return what an entry {pattern, replacement} does to a text; None if it has no pattern."""
    if not entry or not entry.get("pattern"):
        return None
    pattern, flags = split_literal(str(entry["pattern"]))
    new = str(entry.get("replacement", ""))
    return lambda text: replace(pattern, new, text, flags or "g")
