"""The operations on pictures.

Colours are GraphicsMagick's, as in workflows that come from n8n: in "#rrggbbaa" the last two digits say how much shines
through, so that "#ff000000" is a full red and "#ffffffff" is nothing.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageFont, ImageOps

from headrace.nodes.builtin.files.edit_image.pictures import BadStep, Picture, check_size
from headrace.sdk.js import to_number

Step = dict[str, Any]
"""{operation, its parameters, "_other": the second picture of "composite"}"""

OPERATIONS: Mapping[str, str] = {
    "blur": "Blur",
    "border": "Border",
    "composite": "Composite",
    "create": "Create",
    "crop": "Crop",
    "draw": "Draw",
    "resize": "Resize",
    "rotate": "Rotate",
    "shear": "Shear",
    "text": "Text",
    "transparent": "Transparent",
}

_MAX_FONT_SIZE = 2_000
_MAX_TEXT = 100_000
Colour = tuple[int, int, int, int]


def apply(picture: Picture, step: Step) -> Picture:
    """Raises: BadStep: there is no such operation, or it cannot be done with these settings."""
    operation = _BY_NAME.get(str(step.get("operation")))
    if operation is None:
        raise BadStep(f'there is no operation "{step.get("operation")}"; choose one of {", ".join(OPERATIONS)}')
    return picture.with_image(operation(picture.image, step))


def _number(step: Step, name: str, default: float = 0) -> float:
    value = to_number(step.get(name, default))
    if not math.isfinite(value):
        raise BadStep(f'"{name}" has to be a number, and is {step.get(name)!r}')
    return float(value)


def _place(step: Step, x: str = "positionX", y: str = "positionY") -> tuple[int, int]:
    limit = 10**7
    return (
        int(max(-limit, min(_number(step, x), limit))),
        int(max(-limit, min(_number(step, y), limit))),
    )


def _colour(step: Step, name: str, default: str) -> Colour:
    text = str(step.get(name) or default).strip()
    try:
        red, green, blue, *rest = ImageColor.getrgb(text)
    except ValueError as unknown:
        raise BadStep(f'"{text}" is no colour; write one as #rrggbb') from unknown
    through = rest[0] if rest and text.startswith("#") else 0
    return red, green, blue, 255 - through


def _create(_image: Image.Image, step: Step) -> Image.Image:
    size = check_size(_number(step, "width", 50), _number(step, "height", 50))
    return Image.new("RGBA", size, _colour(step, "backgroundColor", "#ffffff00"))


def _blur(image: Image.Image, step: Step) -> Image.Image:
    """Blur as Gauss does; a radius says at most how far, sigma how strongly."""
    sigma = min(_number(step, "sigma", 2), _number(step, "blur", 5) or 1_000, 1_000)
    return image.filter(ImageFilter.GaussianBlur(max(sigma, 0)))


def _border(image: Image.Image, step: Step) -> Image.Image:
    width, height = max(0, int(_number(step, "borderWidth", 10))), max(0, int(_number(step, "borderHeight", 10)))
    check_size(image.width + 2 * width, image.height + 2 * height)
    return ImageOps.expand(image, (width, height, width, height), fill=_colour(step, "borderColor", "#000000"))


def _crop(image: Image.Image, step: Step) -> Image.Image:
    left, top = _place(step)
    left, top = max(left, 0), max(top, 0)
    right = min(image.width, left + int(_number(step, "width", 500)))
    lower = min(image.height, top + int(_number(step, "height", 500)))
    if right <= left or lower <= top:
        raise BadStep(f"nothing of the picture ({image.width} x {image.height}) lies in the part to keep")
    return image.crop((left, top, right, lower))


def _resize(image: Image.Image, step: Step) -> Image.Image:
    width, height = _number(step, "width", 500), _number(step, "height", 500)
    option = str(step.get("resizeOption") or "maximumArea")
    across, down = width / image.width, height / image.height
    if option == "percent":
        across, down = width / 100, height / 100
    elif option == "ignoreAspectRatio":
        pass
    elif option == "minimumArea":
        across = down = max(across, down)
    elif option in ("maximumArea", "onlyIfLarger", "onlyIfSmaller"):
        within = min(across, down)
        if (option == "onlyIfLarger" and within >= 1) or (option == "onlyIfSmaller" and within <= 1):
            return image
        across = down = within
    else:
        raise BadStep(f'there is no way to resize called "{option}"')
    size = check_size(max(1, image.width * across), max(1, image.height * down))
    return image.resize(size, Image.Resampling.LANCZOS)


def _rotate(image: Image.Image, step: Step) -> Image.Image:
    angle = math.radians(_number(step, "rotate"))
    across, up = abs(math.cos(angle)), abs(math.sin(angle))
    check_size(image.width * across + image.height * up, image.width * up + image.height * across)
    return image.rotate(
        -_number(step, "rotate"),
        resample=Image.Resampling.BICUBIC,
        expand=True,
        fillcolor=_colour(step, "backgroundColor", "#ffffffff"),
    )


def _shear(image: Image.Image, step: Step) -> Image.Image:
    for name in ("degreesX", "degreesY"):
        if abs(_number(step, name)) >= 89:
            raise BadStep(f'"{name}" has to lie between -89 and 89 degrees')
    across = math.tan(math.radians(_number(step, "degreesX")))
    down = math.tan(math.radians(_number(step, "degreesY")))
    width, height = check_size(image.width + abs(across) * image.height, image.height + abs(down) * image.width)
    # The transformation says for each point of the new picture where it comes from.
    shift_x, shift_y = (0.0 if across >= 0 else across * image.height), (0.0 if down >= 0 else down * image.width)
    scale = 1 / (1 - across * down) if across * down != 1 else 1.0
    a, b, d, e = scale, -across * scale, -down * scale, scale
    return image.transform(
        (width, height),
        Image.Transform.AFFINE,
        (a, b, a * shift_x + b * shift_y, d, e, d * shift_x + e * shift_y),
        resample=Image.Resampling.BICUBIC,
        fillcolor=(255, 255, 255, 255),
    )


def _draw(image: Image.Image, step: Step) -> Image.Image:
    layer = Image.new("RGBA", image.size)
    pen = ImageDraw.Draw(layer)
    start, end = _place(step, "startPositionX", "startPositionY"), _place(step, "endPositionX", "endPositionY")
    colour = _colour(step, "color", "#ff000000")
    box = min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])
    match step.get("primitive", "rectangle"):
        case "line":
            pen.line([start, end], fill=colour)
        case "circle":
            # From the centre to a point on the line.
            radius = min(math.dist(start, end), 10**5)
            pen.ellipse(
                (start[0] - radius, start[1] - radius, start[0] + radius, start[1] + radius),
                fill=colour,
                outline=colour,
            )
        case "rectangle":
            corner = max(0.0, _number(step, "cornerRadius"))
            pen.rounded_rectangle(_within(box), radius=corner, fill=colour)
        case other:
            raise BadStep(f'there is no shape "{other}"')
    return Image.alpha_composite(image, layer)


def _within(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return a box cut to what any picture can show of it: far corners cost time and show nothing."""
    limit = 20_000
    left, top, right, lower = (max(-limit, min(value, limit)) for value in box)
    return left, top, right, lower


def _text(image: Image.Image, step: Step) -> Image.Image:
    size = _number(step, "fontSize", 18)
    if not 1 <= size <= _MAX_FONT_SIZE:
        raise BadStep(f"the font size has to lie between 1 and {_MAX_FONT_SIZE}")
    length = int(max(1, min(_number(step, "lineLength", 80), _MAX_TEXT)))
    text = str(step.get("text") or "")[:_MAX_TEXT]
    lines = [piece for line in text.split("\n") for piece in textwrap.wrap(line, length) or [""]]
    layer = Image.new("RGBA", image.size)
    # The position is that of the first line's foot, as in GraphicsMagick.
    left, foot = _place(step)
    font = ImageFont.load_default(size)
    spacing = size * 1.2
    for number, line in enumerate(lines):
        ImageDraw.Draw(layer).text(
            (left, foot + number * spacing), line, fill=_colour(step, "fontColor", "#000000"), font=font, anchor="ls"
        )
        if foot + number * spacing > image.height + size:
            break
    return Image.alpha_composite(image, layer)


def _transparent(image: Image.Image, step: Step) -> Image.Image:
    red, green, blue, _ = _colour(step, "color", "#ff0000")
    *channels, alpha = image.split()
    same = ImageChops.constant(alpha, 255)
    for channel, wanted in zip(channels, (red, green, blue), strict=True):
        same = ImageChops.multiply(same, channel.point([255 if value == wanted else 0 for value in range(256)]))
    made = image.copy()
    made.putalpha(ImageChops.subtract(alpha, same))
    return made


def _composite(image: Image.Image, step: Step) -> Image.Image:
    other = step.get("_other")
    if not isinstance(other, Picture):
        raise BadStep("there is no second picture to put onto the first")
    operator = str(step.get("operator") or "Over")
    layer = Image.new("RGBA", image.size)
    layer.paste(other.image, _place(step))
    above, below = layer.getchannel("A"), image.getchannel("A")
    match operator:
        case "Over":
            return Image.alpha_composite(image, layer)
        case "In":
            return _with_alpha(layer, ImageChops.multiply(above, below))
        case "Out":
            return _with_alpha(layer, ImageChops.multiply(above, ImageChops.invert(below)))
        case "Atop":
            return Image.alpha_composite(image, _with_alpha(layer, ImageChops.multiply(above, below)))
        case "Xor":
            outside = _with_alpha(layer, ImageChops.multiply(above, ImageChops.invert(below)))
            rest = _with_alpha(image, ImageChops.multiply(below, ImageChops.invert(above)))
            return Image.alpha_composite(rest, outside)
    # The others touch only what the second picture covers.
    place = _place(step)
    covered = Image.new("L", image.size)
    covered.paste(255, (*place, place[0] + other.image.width, place[1] + other.image.height))
    return Image.composite(_combined(operator, image, layer), image, covered)


def _with_alpha(image: Image.Image, alpha: Image.Image) -> Image.Image:
    made = image.copy()
    made.putalpha(alpha)
    return made


def _combined(operator: str, image: Image.Image, layer: Image.Image) -> Image.Image:
    one, other = image.convert("RGB"), layer.convert("RGB")
    combine = _ARITHMETIC.get(operator)
    if combine is not None:
        return _with_alpha(
            combine(one, other).convert("RGBA"), ImageChops.lighter(image.getchannel("A"), layer.getchannel("A"))
        )
    if operator == "Copy":
        return layer
    if operator == "CopyOpacity":
        return _with_alpha(image, layer.getchannel("A"))
    place = {"CopyRed": 0, "CopyGreen": 1, "CopyBlue": 2}.get(operator)
    if place is None:
        raise BadStep(f'pictures cannot be combined by "{operator}" here')
    channels = list(image.split())
    channels[place] = layer.split()[place]
    return Image.merge("RGBA", channels)


_ARITHMETIC: Mapping[str, Callable[[Image.Image, Image.Image], Image.Image]] = {
    "Add": ImageChops.add_modulo,
    "Plus": ImageChops.add,
    "Minus": lambda one, other: ImageChops.subtract(other, one),
    "Subtract": lambda one, other: ImageChops.subtract_modulo(other, one),
    "Difference": ImageChops.difference,
    "Multiply": ImageChops.multiply,
}

_BY_NAME: Mapping[str, Callable[[Image.Image, Step], Image.Image]] = {
    "blur": _blur,
    "border": _border,
    "composite": _composite,
    "create": _create,
    "crop": _crop,
    "draw": _draw,
    "resize": _resize,
    "rotate": _rotate,
    "shear": _shear,
    "text": _text,
    "transparent": _transparent,
}
