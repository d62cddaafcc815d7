"""Edit Image: what comes out is a picture of the right size, format and colour."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from headrace.nodes.builtin.files import edit_image
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.testing import try_node


def picture(size: tuple[int, int] = (40, 20), colour: str = "#00ff00", format_: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, format_)
    return out.getvalue()


async def edited(parameters: dict[str, Any], data: bytes | None = None, other: bytes = b"") -> Image.Image:
    binary = Binary(id="one", mime_type="image/png", file_name="photo.png")
    extra = Binary(id="two", mime_type="image/png", file_name="stamp.png")
    run = await try_node(
        edit_image,
        parameters=parameters,
        items=[Item(json={}, binary={"data": binary, "stamp": extra})],
        binaries={"one": picture() if data is None else data, "two": other},
    )
    key = parameters.get("options", {}).get("destinationKey", "data")
    made = run.outputs[0][0].binary
    assert made is not None
    return Image.open(io.BytesIO(run.ctx.payloads[made[key].id]))


@pytest.mark.parametrize(
    ("parameters", "size"),
    [
        ({"operation": "border", "borderWidth": 5, "borderHeight": 2}, (50, 24)),
        ({"operation": "crop", "width": 10, "height": 500, "positionX": 5}, (10, 20)),
        ({"operation": "resize", "width": 20, "height": 20}, (20, 10)),
        ({"operation": "resize", "width": 20, "height": 20, "resizeOption": "minimumArea"}, (40, 20)),
        ({"operation": "resize", "width": 7, "height": 9, "resizeOption": "ignoreAspectRatio"}, (7, 9)),
        ({"operation": "resize", "width": 400, "height": 400, "resizeOption": "onlyIfLarger"}, (40, 20)),
        ({"operation": "resize", "width": 400, "height": 400, "resizeOption": "onlyIfSmaller"}, (400, 200)),
        ({"operation": "resize", "width": 50, "height": 50, "resizeOption": "percent"}, (20, 10)),
        ({"operation": "rotate", "rotate": 90}, (20, 40)),
        ({"operation": "shear", "degreesX": 45}, (60, 20)),
        ({"operation": "create", "width": 3, "height": 4}, (3, 4)),
        ({"operation": "blur"}, (40, 20)),
        ({"operation": "text", "text": "Hello"}, (40, 20)),
    ],
)
async def test_an_operation_gives_a_picture_of_its_size(parameters: dict[str, Any], size: tuple[int, int]) -> None:
    assert (await edited(parameters)).size == size


async def test_a_drawing_is_opaque_where_its_colour_ends_in_zeros() -> None:
    drawn = await edited(
        {"operation": "draw", "startPositionX": 0, "startPositionY": 0, "endPositionX": 5, "endPositionY": 5}
    )

    assert drawn.convert("RGB").getpixel((2, 2)) == (255, 0, 0)
    assert drawn.convert("RGB").getpixel((30, 10)) == (0, 255, 0)


async def test_text_leaves_ink() -> None:
    made = await edited({"operation": "text", "text": "W", "positionX": 2, "positionY": 18, "fontColor": "#ff0000"})

    assert any(pixel[0] > 200 for pixel in made.convert("RGB").get_flattened_data())


async def test_one_colour_becomes_transparent() -> None:
    made = await edited({"operation": "transparent", "color": "#00ff00"})

    assert made.convert("RGBA").getpixel((1, 1)) == (0, 255, 0, 0)


@pytest.mark.parametrize(
    ("operator", "colour"),
    [
        ("Over", (255, 0, 0)),
        ("Plus", (255, 255, 0)),
        ("Multiply", (0, 0, 0)),
        ("Difference", (255, 255, 0)),
        ("CopyRed", (255, 255, 0)),
        ("Copy", (255, 0, 0)),
    ],
)
async def test_a_second_picture_is_put_onto_the_first(operator: str, colour: tuple[int, int, int]) -> None:
    made = await edited(
        {
            "operation": "composite",
            "dataPropertyNameComposite": "stamp",
            "operator": operator,
            "positionX": 3,
            "positionY": 3,
        },
        other=picture((4, 4), "#ff0000"),
    )

    assert made.convert("RGB").getpixel((4, 4)) == colour
    assert made.convert("RGB").getpixel((1, 1)) == (0, 255, 0)


async def test_steps_follow_one_another() -> None:
    steps = [
        {"operation": "resize", "width": 10, "height": 10},
        {"operation": "border", "borderWidth": 1, "borderHeight": 1},
    ]

    assert (await edited({"operation": "multiStep", "operations": {"operations": steps}})).size == (12, 7)


async def test_the_format_can_be_changed() -> None:
    made = await edited({"operation": "blur", "options": {"format": "jpeg", "destinationKey": "small"}})

    assert made.format == "JPEG"


async def test_information_tells_format_and_size() -> None:
    run = await try_node(
        edit_image,
        parameters={"operation": "information"},
        items=[Item(json={"id": 1}, binary={"data": Binary(id="one", mime_type="image/gif")})],
        binaries={"one": picture(format_="GIF")},
    )

    made = run.outputs[0][0].json
    assert (made["id"], made["format"], made["size"]) == (1, "GIF", {"width": 40, "height": 20})


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 100,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("parameters", "data", "message"),
    [
        ({"operation": "blur"}, b"no picture", "no picture"),
        ({"operation": "blur"}, bomb(), "megapixels"),
        ({"operation": "blur"}, picture()[:60], "cannot be read"),
        ({"operation": "create", "width": 10**9, "height": 10**9}, None, "megapixels"),
        ({"operation": "border", "borderWidth": 10**9}, None, "megapixels"),
        ({"operation": "resize", "width": 10**9, "height": 1, "resizeOption": "percent"}, None, "megapixels"),
        ({"operation": "crop", "positionX": 1000}, None, "nothing of the picture"),
        ({"operation": "text", "text": "x", "fontSize": 10**9}, None, "font size"),
        ({"operation": "border", "borderColor": "mud"}, None, "no colour"),
        ({"operation": "engrave"}, None, "no operation"),
    ],
)
async def test_what_cannot_be_done_is_said(parameters: dict[str, Any], data: bytes | None, message: str) -> None:
    with pytest.raises(NodeError, match=message):
        await edited(parameters, data)
