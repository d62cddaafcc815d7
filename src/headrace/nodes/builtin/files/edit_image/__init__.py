"""Edit Image: size, turn, crop, draw, write on and combine pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from headrace.nodes.builtin.files.edit_image.pictures import BadStep, Picture, information, opened, written
from headrace.nodes.builtin.files.edit_image.steps import OPERATIONS, Step, apply
from headrace.nodes.builtin.files.fields import bytes_of
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Collection,
    FixedCollection,
    Group,
    NodeDescription,
    Number,
    Options,
    Parameter,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item

_COMPOSITE = {
    **{
        name: name
        for name in ("Add", "Atop", "Copy", "Difference", "In", "Minus", "Multiply", "Out", "Over", "Plus", "Subtract")
    },
    **{f"Copy{channel}": f"Copy {channel}" for channel in ("Red", "Green", "Blue", "Opacity")},
    "Xor": "Xor",
}

_RESIZE = {
    "ignoreAspectRatio": "Ignore Aspect Ratio",
    "maximumArea": "Maximum Area",
    "minimumArea": "Minimum Area",
    "onlyIfLarger": "Only if Larger",
    "onlyIfSmaller": "Only if Smaller",
    "percent": "Percent",
}


def _settings() -> list[Parameter]:
    """Return the parameters of all operations: the node has them, and each of its steps does."""

    def on(*operations: str) -> dict[str, Sequence[Any]]:
        return {"operation": operations}

    return [
        String("backgroundColor", "Background Color", "#ffffff00", show=on("create")),
        Number("width", "Image Width", 50, show=on("create")),
        Number("height", "Image Height", 50, show=on("create")),
        Options(
            "primitive",
            {"circle": "Circle", "line": "Line", "rectangle": "Rectangle"},
            "Primitive",
            "rectangle",
            show=on("draw"),
        ),
        String("color", "Color", "#ff000000", show=on("draw")),
        Number("startPositionX", "Start Position X", 50, show=on("draw")),
        Number("startPositionY", "Start Position Y", 50, show=on("draw")),
        Number("endPositionX", "End Position X", 250, show=on("draw")),
        Number("endPositionY", "End Position Y", 250, show=on("draw")),
        Number("cornerRadius", "Corner Radius", 0, show={**on("draw"), "primitive": ["rectangle"]}),
        String("text", "Text", "", rows=5, show=on("text")),
        Number("fontSize", "Font Size", 18, show=on("text")),
        String("fontColor", "Font Color", "#000000", show=on("text")),
        Number("positionX", "Position X", 50, show=on("text")),
        Number("positionY", "Position Y", 50, show=on("text")),
        Number("lineLength", "Max Line Length", 80, show=on("text")),
        Number("blur", "Blur", 5, minimum=0, maximum=1000, show=on("blur")),
        Number("sigma", "Sigma", 2, minimum=0, maximum=1000, show=on("blur")),
        Number("borderWidth", "Border Width", 10, show=on("border")),
        Number("borderHeight", "Border Height", 10, show=on("border")),
        String("borderColor", "Border Color", "#000000", show=on("border")),
        String("dataPropertyNameComposite", "Composite Image Field", "", show=on("composite")),
        Options("operator", _COMPOSITE, "Operator", "Over", show=on("composite")),
        Number("positionX", "Position X", 0, show=on("composite", "crop")),
        Number("positionY", "Position Y", 0, show=on("composite", "crop")),
        Number("width", "Width", 500, show=on("crop", "resize")),
        Number("height", "Height", 500, show=on("crop", "resize")),
        Options("resizeOption", _RESIZE, "Option", "maximumArea", show=on("resize")),
        Number("rotate", "Rotate", 0, minimum=-360, maximum=360, show=on("rotate")),
        String("backgroundColor", "Background Color", "#ffffffff", show=on("rotate")),
        Number("degreesX", "Degrees X", 0, show=on("shear")),
        Number("degreesY", "Degrees Y", 0, show=on("shear")),
        String("color", "Color", "#ff0000", show=on("transparent")),
    ]


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.editImage",
    versions=(1,),
    title="Edit Image",
    summary="Sizes, turns, crops, draws on and combines pictures.",
    group="files",
    aliases=("picture", "photo", "resize", "crop", "watermark"),
    parameters=[
        Options(
            "operation",
            {**OPERATIONS, "information": "Get Information", "multiStep": "Multi Step"},
            "Operation",
            "border",
        ),
        String("dataPropertyName", "Property Name", "data"),
        FixedCollection(
            "operations",
            [Group("operations", "Operations", [Options("operation", OPERATIONS, "Operation", ""), *_settings()])],
            "Operations",
            multiple=True,
            show={"operation": ["multiStep"]},
        ),
        *_settings(),
        Collection(
            "options",
            [
                String("destinationKey", "Destination Output Field", "data"),
                String("fileName", "File Name"),
                String("font", "Font", description="Kept for workflows that name one; there is one font here."),
                Options(
                    "format",
                    {"bmp": "bmp", "gif": "gif", "jpeg": "jpeg", "png": "png", "tiff": "tiff", "webp": "WebP"},
                    "Format",
                    "jpeg",
                ),
                Number("quality", "Quality", 100, minimum=0, maximum=100),
            ],
            "Options",
            hide={"operation": ["information"]},
        ),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    operation = str(ctx.param("operation", index))
    field = str(ctx.param("dataPropertyName", index) or "data")
    steps = _steps(ctx, operation, index)
    try:
        if operation == "create" or (operation == "multiStep" and steps and steps[0]["operation"] == "create"):
            picture, file_name = Picture.blank(), None
        else:
            data, held = await bytes_of(ctx, item, field, index)
            picture, file_name = await asyncio.to_thread(opened, data), held.file_name
        if operation == "information":
            return Item(json={**item.json, **information(picture, len(data))}, binary=item.binary)
        for step in steps:
            step["_other"] = await _other(ctx, item, step, index)
        options: Mapping[str, Any] = ctx.param("options", index, {}) or {}
        format_ = str(options.get("format") or picture.format or "png")
        made, type_, extension = await asyncio.to_thread(_edited, picture, steps, format_, options.get("quality"))
    except BadStep as refused:
        raise NodeError(str(refused), item_index=index) from refused
    name = str(options.get("fileName") or file_name or f"{field}.{extension}")
    if "." not in name or options.get("format"):
        name = f"{name.rsplit('.', 1)[0]}.{extension}"
    key = str(options.get("destinationKey") or field)
    stored = await ctx.store_binary(made, file_name=name, mime_type=type_)
    return Item(json=item.json, binary={**(item.binary or {}), key: stored})


def _steps(ctx: NodeContext, operation: str, index: int) -> list[Step]:
    if operation == "information":
        return []
    if operation == "multiStep":
        listed = (ctx.param("operations", index, {}) or {}).get("operations") or []
        return [dict(step) for step in listed]
    names = {parameter.name for parameter in _settings()}
    found = {name: ctx.param(name, index, None) for name in sorted(names)}
    return [{"operation": operation, **{name: value for name, value in found.items() if value is not None}}]


async def _other(ctx: NodeContext, item: Item, step: Step, index: int) -> Picture | None:
    if step.get("operation") != "composite":
        return None
    data, _ = await bytes_of(ctx, item, str(step.get("dataPropertyNameComposite") or ""), index)
    return await asyncio.to_thread(opened, data)


def _edited(picture: Picture, steps: Sequence[Step], format_: str, quality: Any) -> tuple[bytes, str, str]:
    for step in steps:
        picture = apply(picture, step)
    return written(picture, format_, 100 if quality is None else int(quality))
