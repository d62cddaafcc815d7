"""XML: turns XML into JSON, and JSON into XML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.xml.reading import Reading, from_xml
from headrace.nodes.builtin.xml.writing import Writing, to_xml
from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Notice, Options, Parameter, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.outcome import ItemResult
from headrace.sdk.paths import get_path

_TO_JSON, _TO_XML = {"mode": ["xmlToJson"]}, {"mode": ["jsonToxml"]}


def _attribute_key() -> Parameter:
    return String("attrkey", "Attribute Key", "$", description="The field that holds an element's attributes.")


def _text_key() -> Parameter:
    return String("charkey", "Character Key", "_", description="The field that holds an element's text.")


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.xml",
    versions=(1,),
    title="XML",
    summary="Turns XML into JSON, and JSON into XML.",
    group="transform",
    aliases=("parse", "soap", "convert"),
    parameters=[
        Options("mode", {"jsonToxml": "JSON to XML", "xmlToJson": "XML to JSON"}, "Mode", "xmlToJson"),
        Notice("xmlNotice", "To read XML from a file, use Extract From File first.", show=_TO_JSON),
        String(
            "dataPropertyName",
            "Property Name",
            "data",
            required=True,
            show=_TO_XML,
            description="The field that the XML goes to.",
        ),
        Collection(
            "options",
            [
                Boolean("allowSurrogateChars", "Allow Surrogate Chars"),
                _attribute_key(),
                Boolean("cdata", "Cdata", description="Whether text that needs escapes goes into CDATA sections."),
                _text_key(),
                Boolean("headless", "Headless", description="Whether the XML declaration is left out."),
                String("rootName", "Root Name", "root"),
            ],
            "Options",
            show=_TO_XML,
        ),
        String(
            "dataPropertyName",
            "Property Name",
            "data",
            required=True,
            show=_TO_JSON,
            description="The field that holds the XML.",
        ),
        Collection(
            "options",
            [
                _attribute_key(),
                _text_key(),
                Boolean("explicitArray", "Explicit Array", description="Whether single children are lists, too."),
                Boolean("explicitRoot", "Explicit Root", True, description="Whether the root element is kept."),
                Boolean("ignoreAttrs", "Ignore Attributes"),
                Boolean("mergeAttrs", "Merge Attributes", True, description="Whether attributes become plain fields."),
                Boolean("normalize", "Normalize", description="Whether runs of white space become one blank."),
                Boolean("normalizeTags", "Normalize Tags", description="Whether tags become lower case."),
                Boolean("trim", "Trim"),
            ],
            "Options",
            show=_TO_JSON,
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    name = str(ctx.param("dataPropertyName", index))
    options: Mapping[str, Any] = ctx.param("options", index, {}) or {}
    mode = ctx.param("mode", index)
    if mode == "jsonToxml":
        return Item(json={name: to_xml(item.json, _writing(options))}, paired_item=index)
    if mode != "xmlToJson":
        raise NodeError(f'The operation "{mode}" is not known!')
    text = get_path(item.json, name, UNDEFINED)
    if text is UNDEFINED:
        raise NodeError(f'Item has no JSON property called "{name}"')
    found = from_xml("" if text is None else to_text(text), _reading(options))
    if found is None:
        found = {}
    # A root that holds only text, without its name: an item needs an object.
    return Item(json=found if isinstance(found, dict) else {name: found}, paired_item=index)


def _reading(options: Mapping[str, Any]) -> Reading:
    return Reading(
        attribute_key=str(options.get("attrkey") or "$"),
        text_key=str(options.get("charkey") or "_"),
        lists_always=bool(options.get("explicitArray", False)),
        keep_root=bool(options.get("explicitRoot", True)),
        ignore_attributes=bool(options.get("ignoreAttrs", False)),
        merge_attributes=bool(options.get("mergeAttrs", True)),
        normalize=bool(options.get("normalize", False)),
        lower_tags=bool(options.get("normalizeTags", False)),
        trim=bool(options.get("trim", False)),
    )


def _writing(options: Mapping[str, Any]) -> Writing:
    return Writing(
        attribute_key=str(options.get("attrkey") or "$"),
        text_key=str(options.get("charkey") or "_"),
        cdata=bool(options.get("cdata")),
        headless=bool(options.get("headless")),
        root=str(options.get("rootName") or "root"),
    )
