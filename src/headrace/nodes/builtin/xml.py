"""XML: JSON to XML and back, in the form that xml2js gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.outcome import ItemResult
from headrace.sdk.paths import get_path

MAX_CHARS = 50_000_000
MAX_DEPTH = 1_000
_NAME = re.compile(r"[A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*")
_TO_JSON, _TO_XML = {"mode": ["xmlToJson"]}, {"mode": ["jsonToxml"]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.xml",
    versions=(1,),
    title="XML",
    summary="Turns XML into JSON, and JSON into XML.",
    aliases=("parse", "soap", "convert"),
    parameters=[
        Options("mode", {"jsonToxml": "JSON to XML", "xmlToJson": "XML to JSON"}, "Mode", "xmlToJson"),
        String("dataPropertyName", "Property Name", "data", required=True),
        Collection(
            "options",
            [
                Boolean("allowSurrogateChars", "Allow Surrogate Chars"),
                String("attrkey", "Attribute Key", "$"),
                Boolean("cdata", "Cdata"),
                String("charkey", "Character Key", "_"),
                Boolean("headless", "Headless"),
                String("rootName", "Root Name", "root"),
            ],
            "Options",
            show=_TO_XML,
        ),
        Collection(
            "options",
            [
                String("attrkey", "Attribute Key", "$"),
                String("charkey", "Character Key", "_"),
                Boolean("explicitArray", "Explicit Array"),
                Boolean("explicitRoot", "Explicit Root", True),
                Boolean("ignoreAttrs", "Ignore Attributes"),
                Boolean("mergeAttrs", "Merge Attributes", True),
                Boolean("normalize", "Normalize"),
                Boolean("normalizeTags", "Normalize Tags"),
                Boolean("trim", "Trim"),
            ],
            "Options",
            show=_TO_JSON,
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    name = str(ctx.param("dataPropertyName", index))
    options = ctx.param("options", index) or {}
    if ctx.param("mode", index) == "jsonToxml":
        return Item(json={name: to_xml(item.json, options)})
    text = get_path(item.json, name)
    if text is None:
        raise NodeError(f'Item has no JSON property called "{name}"')
    parsed = from_xml(to_text(text), options)
    return Item(json=parsed if isinstance(parsed, dict) else {name: parsed})


def from_xml(text: str, options: Mapping[str, Any]) -> Any:
    """Return XML as JSON.

    Raises:
        NodeError: it is not well formed, too large, too deep, or declares entities.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if len(text) > MAX_CHARS:
        raise NodeError(f"The XML is longer than the limit of {MAX_CHARS} characters")
    try:
        # A declared encoding speaks of bytes that are long decoded.
        root = fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text.removeprefix("\ufeff"), count=1), forbid_dtd=False)
    except ParseError as malformed:
        raise NodeError(f"The XML is not well formed: {malformed}") from malformed
    except DefusedXmlException as bomb:
        raise NodeError("The XML declares entities, which is not allowed") from bomb
    prefixes = {uri: prefix for prefix, uri in re.findall(r"xmlns:([\w.-]+)\s*=\s*[\"']([^\"']*)[\"']", text)}
    names = _Names(prefixes, lower=bool(options.get("normalizeTags")))
    value = _element(root, options, names, 0)
    return {names.of(root.tag): value} if options.get("explicitRoot", True) else value


class _Names:
    """Names of elements and attributes as they were written, with their prefixes."""

    def __init__(self, prefixes: Mapping[str, str], *, lower: bool) -> None:
        self._prefixes = prefixes
        self._lower = lower

    def of(self, tag: str) -> str:
        if tag.startswith("{"):
            uri, _, local = tag[1:].partition("}")
            prefix = self._prefixes.get(uri) or ("xml" if uri.endswith("XML/1998/namespace") else "")
            tag = f"{prefix}:{local}" if prefix else local
        return tag.lower() if self._lower else tag


def _element(element: Any, options: Mapping[str, Any], names: _Names, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise NodeError(f"The XML is nested deeper than the limit of {MAX_DEPTH} levels")
    arrays = bool(options.get("explicitArray", False))
    made: dict[str, Any] = {}
    attributes = {} if options.get("ignoreAttrs") else {names.of(name): value for name, value in element.attrib.items()}
    if attributes and options.get("mergeAttrs", True):
        for name, value in attributes.items():
            _put(made, name, value, arrays=arrays)
    elif attributes:
        made[str(options.get("attrkey") or "$")] = attributes
    text = element.text or ""
    for child in element:
        _put(made, names.of(child.tag), _element(child, options, names, depth + 1), arrays=arrays)
        text += child.tail or ""
    if options.get("normalize"):
        text = re.sub(r"\s{2,}", " ", text).strip()
    if options.get("trim"):
        text = text.strip()
    if not text.strip():
        return made if made else ""
    if not made:
        return text
    made[str(options.get("charkey") or "_")] = text
    return made


def _put(target: dict[str, Any], name: str, value: Any, *, arrays: bool) -> None:
    if name not in target:
        target[name] = [value] if arrays else value
    elif isinstance(target[name], list):
        target[name].append(value)
    else:
        target[name] = [target[name], value]


def to_xml(value: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Return JSON as XML.

    Raises:
        NodeError: a key is no name for an element.
    """
    attrkey, charkey = str(options.get("attrkey") or "$"), str(options.get("charkey") or "_")
    if len(value) == 1:
        ((name, content),) = value.items()
    else:
        name, content = str(options.get("rootName") or "root"), value
    lines = [] if options.get("headless") else ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>']
    writer = _Writer(attrkey, charkey, cdata=bool(options.get("cdata")))
    if isinstance(content, list):
        content = {name: content}
        name = str(options.get("rootName") or "root")
    writer.write(lines, name, content, 0)
    return "\n".join(lines)


class _Writer:
    def __init__(self, attrkey: str, charkey: str, *, cdata: bool) -> None:
        self._attrkey = attrkey
        self._charkey = charkey
        self._cdata = cdata

    def write(self, lines: list[str], name: str, value: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise NodeError(f"The data is nested deeper than the limit of {MAX_DEPTH} levels")
        if not _NAME.fullmatch(name):
            raise NodeError(f'"{name[:100]}" is not a name for an XML element')
        pad = "  " * depth
        if isinstance(value, list):
            for one in value:
                self.write(lines, name, one, depth)
            return
        if not isinstance(value, Mapping):
            text = "" if value is None else self._text(to_text(value))
            lines.append(f"{pad}<{name}>{text}</{name}>" if text else f"{pad}<{name}/>")
            return
        attributes = value.get(self._attrkey)
        shown = (
            "".join(f" {key}={quoteattr(to_text(one))}" for key, one in attributes.items() if _NAME.fullmatch(key))
            if isinstance(attributes, Mapping)
            else ""
        )
        children = [(key, one) for key, one in value.items() if key not in (self._attrkey, self._charkey)]
        text = self._text(to_text(value[self._charkey])) if self._charkey in value else ""
        if not children:
            lines.append(f"{pad}<{name}{shown}>{text}</{name}>" if text else f"{pad}<{name}{shown}/>")
            return
        lines.append(f"{pad}<{name}{shown}>{text}")
        for key, one in children:
            self.write(lines, key, one, depth + 1)
        lines.append(f"{pad}</{name}>")

    def _text(self, text: str) -> str:
        if self._cdata and re.search(r"[<>&]", text):
            return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
        return escape(text, {"\r": "&#xD;"})
