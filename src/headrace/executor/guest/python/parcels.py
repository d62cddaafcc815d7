"""Frames that pass through the zygote without a trace.

A call's bytes are kept in pages of their own, which go back to the system when the call is over. In the heap they would
leave remains, and the next call, forked from the same heap, could look for them.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Sequence

from headrace.executor.guest import frames

Fill = Callable[[memoryview], None]
"""Fills a buffer from a pipe. Raises: EOFError: the pipe ended first."""


class Parcel:
    """One frame that was received."""

    def __init__(self, header: bytes, lengths: Sequence[int], fill: Fill) -> None:
        self._header = header
        # Private: a child that is forked now sees it, and what the child does to it nobody sees.
        self._pages = mmap.mmap(-1, sum(lengths) or 1, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._all = memoryview(self._pages)[: sum(lengths)]
        self.parts: list[memoryview] = []
        begin = 0
        for length in lengths:
            self.parts.append(self._all[begin : begin + length])
            begin += length
        try:
            fill(self._all)
        except BaseException:
            self.close()
            raise

    def text(self, place: int) -> str:
        """Return a part as text: a copy in the heap."""
        return str(self.parts[place], "utf-8", "surrogatepass")

    def send(self, descriptor: int) -> None:
        """Write the frame as it came."""
        # Both at once most often; a pipe that is full takes a part.
        written = os.writev(descriptor, [self._header, self._all])
        for buffer in (self._header, self._all):
            written = _write_rest(descriptor, memoryview(buffer), written)

    def close(self) -> None:
        """Give the pages back."""
        for view in (*self.parts, self._all):
            view.release()
        self.parts = []
        self._pages.close()


def receive(fill: Fill, limit_bytes: int = frames.MAX_FRAME_BYTES) -> Parcel:
    """Read one frame.

    Raises:
        EOFError: there is none, or it ends early.
        BadFrame: it is no frame, or over the limit.
    """
    word = bytearray(4)
    fill(memoryview(word))
    sizes = bytearray(4 * frames.part_count(bytes(word)))
    fill(memoryview(sizes))
    lengths = frames.part_lengths(bytes(sizes), limit_bytes)
    return Parcel(bytes(word + sizes), lengths, fill)


def blocking(descriptor: int) -> Fill:
    """Return what fills buffers from *descriptor*, waiting as long as it takes."""

    def fill(buffer: memoryview) -> None:
        filled = 0
        while filled < len(buffer):
            # A slice that outlived this call, in an error's traceback say, would keep the pages from being given back.
            count = os.readv(descriptor, [buffer[filled:]])
            if not count:
                raise EOFError
            filled += count

    return fill


def write(descriptor: int, parts: Sequence[bytes]) -> None:
    """Write *parts* as one frame."""
    _write_rest(descriptor, memoryview(frames.pack(parts)), 0)


def _write_rest(descriptor: int, buffer: memoryview, written: int) -> int:
    """Write what is left of *buffer* after *written* bytes; return how many were written beyond it."""
    while written < len(buffer):
        written += os.write(descriptor, buffer[written:])
    return written - len(buffer)
