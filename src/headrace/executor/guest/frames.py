"""The frames between executor and sandbox worker: a few parts of bytes, each with its length.

A frame is a 4-byte big-endian count of parts, then for each part its 4-byte length, then the parts. Both sides refuse
a frame over the limit before they read it, so that a worker that has been taken over cannot fill the parent's memory.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from io import RawIOBase
from typing import BinaryIO

VERSION = 1
MAX_PARTS = 64
MAX_FRAME_BYTES = 512 * 1024 * 1024

_WORD = struct.Struct(">I")


class BadFrame(Exception):
    """The bytes are no frame, or one over the limits."""


class FrameTooLarge(BadFrame):
    """The parts are longer than the limit."""


def pack(parts: Sequence[bytes]) -> bytes:
    """Return *parts* as one frame.

    Raises:
        BadFrame: too many or too long.
    """
    if len(parts) > MAX_PARTS or sum(map(len, parts)) > MAX_FRAME_BYTES:
        raise FrameTooLarge(f"a frame of {sum(map(len, parts))} bytes is over the limit of {MAX_FRAME_BYTES}")
    return b"".join((_WORD.pack(len(parts)), *(_WORD.pack(len(part)) for part in parts), *parts))


def part_count(header: bytes) -> int:
    """Raises: BadFrame: over the limit."""
    (count,) = _WORD.unpack(header)
    if count > MAX_PARTS:
        raise BadFrame(f"{count} parts are over the limit of {MAX_PARTS}")
    return int(count)


def part_lengths(header: bytes, limit: int = MAX_FRAME_BYTES) -> list[int]:
    """Raises: BadFrame: together over the limit."""
    lengths = [length for (length,) in _WORD.iter_unpack(header)]
    if sum(lengths) > limit:
        raise FrameTooLarge(f"a frame of {sum(lengths)} bytes is over the limit of {limit}")
    return lengths


def read(stream: BinaryIO) -> list[bytes] | None:
    """Return the parts of the next frame; None at the end of the stream.

    Raises:
        BadFrame: the stream ends inside a frame, or the frame is over the limits.
    """
    header = stream.read(4)
    if not header:
        return None
    count = part_count(_exactly(stream, header, 4))
    lengths = part_lengths(_exactly(stream, b"", 4 * count))
    return [_exactly(stream, b"", length) for length in lengths]


def write(stream: RawIOBase, parts: Sequence[bytes]) -> None:
    """Write *parts* as one frame to an unbuffered stream."""
    packed = memoryview(pack(parts))
    while packed:
        packed = packed[stream.write(packed) or 0 :]


def _exactly(stream: BinaryIO, begun: bytes, length: int) -> bytes:
    parts = [begun]
    missing = length - len(begun)
    while missing:
        part = stream.read(missing)
        if not part:
            raise BadFrame("the stream ended inside a frame")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
