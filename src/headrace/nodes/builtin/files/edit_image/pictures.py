"""Pictures in memory: opened within limits, and written in the formats that the node offers."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image, UnidentifiedImageError

from headrace.sdk.binaries import pretty_size

MAX_PIXELS = 64_000_000
"""A picture of a few kilobytes can ask for gigabytes of memory once it is opened."""

_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
"""What is read and written. Pillow's other decoders see less use, and files here come from strangers."""

_TYPES = {"jpeg": ("image/jpeg", "jpg"), "tiff": ("image/tiff", "tiff"), "webp": ("image/webp", "webp")}


class BadStep(Exception):
    """The picture, or what should be done with it, is not usable; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as RGBA, and the format that it came in ("" for a new one)."""

    image: Image.Image
    format: str = ""
    mode: str = "RGBA"
    """Its colours as they were in the file."""

    @classmethod
    def blank(cls) -> Picture:
        return cls(Image.new("RGBA", (1, 1)))

    def with_image(self, image: Image.Image) -> Picture:
        return replace(self, image=image)


def check_size(width: float, height: float) -> tuple[int, int]:
    """Return the size in whole pixels.

    Raises:
        BadStep: it is empty, or larger than a picture may be.
    """
    size = max(round(width), 0), max(round(height), 0)
    if 0 in size:
        raise BadStep(f"a picture of {size[0]} x {size[1]} pixels is empty")
    if size[0] * size[1] > MAX_PIXELS:
        raise BadStep(
            f"a picture of {size[0]} x {size[1]} pixels is over the limit of {MAX_PIXELS // 10**6} megapixels"
        )
    return size


def opened(data: bytes) -> Picture:
    """Return the picture in a file, the first one of an animation.

    Raises:
        BadStep: the bytes are no picture, a damaged one, or one that is too large.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        check_size(*image.size)
        return Picture(image.convert("RGBA"), (image.format or "").lower(), image.mode)
    except UnidentifiedImageError as unknown:
        raise BadStep(f"this is no picture in a format that can be read ({', '.join(_FORMATS)})") from unknown
    except Image.DecompressionBombError as large:
        raise BadStep(f"the picture is over the limit of {MAX_PIXELS // 10**6} megapixels") from large
    except (OSError, ValueError, SyntaxError) as damaged:
        raise BadStep(f"the picture cannot be read: {damaged}") from damaged


def information(picture: Picture, size_bytes: int) -> dict[str, Any]:
    """Return what is known of a picture, by the names of GraphicsMagick's report where they are plain."""
    width, height = picture.image.size
    return {
        "format": picture.format.upper(),
        "size": {"width": width, "height": height},
        "Geometry": f"{width}x{height}",
        "Type": {"1": "bilevel", "L": "grayscale", "P": "palette", "CMYK": "color separation"}.get(
            picture.mode, "true color with transparency" if picture.mode in ("RGBA", "LA", "PA") else "true color"
        ),
        "Filesize": pretty_size(size_bytes),
    }


def written(picture: Picture, format_: str, quality: int) -> tuple[bytes, str, str]:
    """Return the picture as a file: its bytes, MIME type and extension.

    Raises:
        BadStep: there is no such format.
    """
    name = format_.lower()
    name = "jpeg" if name == "jpg" else name
    if name.upper() not in _FORMATS:
        raise BadStep(f'pictures cannot be written as "{format_}"')
    image = picture.image
    if name in ("jpeg", "bmp"):
        # These have no transparency: what shines through is white.
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image).convert("RGB")
    out = io.BytesIO()
    options: dict[str, Any] = {"quality": max(1, min(quality, 100))} if name in ("jpeg", "webp") else {}
    image.save(out, format=name.upper(), **options)
    type_, extension = _TYPES.get(name, (f"image/{name}", name))
    return out.getvalue(), type_, extension
