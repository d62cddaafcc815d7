"""Bodies of every kind, and of no kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.kernel.ids import DEFAULT_TENANT
from headrace.payloads.adapters.memory import MemoryPayloads
from headrace.webhooks.domain import Options
from headrace.webhooks.errors import BadCall, CallTooLarge
from headrace.webhooks.reading import Body, Reader, ReadingLimits, path_of, query_of

PAYLOADS = MemoryPayloads()
MULTIPART = (
    b'--cut\r\nContent-Disposition: form-data; name="who"\r\n\r\nInes\r\n'
    b'--cut\r\nContent-Disposition: form-data; name="tag[]"\r\n\r\na\r\n'
    b'--cut\r\nContent-Disposition: form-data; name="scan"; filename="../../etc/\x00pass wd.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n\x00\xff\r\n--cut--\r\n"
)


async def read(data: bytes, kind: str = "", *, options: Options | None = None, cut: int = 7, **limits: int) -> Body:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), cut):
            yield data[start : start + cut]

    reader = Reader(PAYLOADS, DEFAULT_TENANT, "e1", ReadingLimits(**limits))
    headers = {"content-type": kind} if kind else {}
    return await reader.read(headers, chunks(), options or Options())


@pytest.mark.parametrize(
    ("data", "kind", "value"),
    [
        (b'{"a": [1, 2.5, "\xc3\xa9"]}', "application/json", {"a": [1, 2.5, "é"]}),
        (b'{"a": 1}', "application/ld+json; charset=utf-8", {"a": 1}),
        (b"a=1&b=x%20y&a=2&c[]=3", "application/x-www-form-urlencoded", {"a": ["1", "2"], "b": "x y", "c": ["3"]}),
        (b"plain", "text/plain", "plain"),
        (b"caf\xe9", "text/plain; charset=latin-1", "café"),
        (b"<a/>", "application/xml", "<a/>"),
        (b'{"a": 1}', "", {"a": 1}),
        (b"just text", "", "just text"),
        (b"", "application/json", {}),
    ],
)
async def test_a_body_is_read_as_its_type_says(data: bytes, kind: str, value: Any) -> None:
    assert (await read(data, kind)).value == value


async def test_parts_become_fields_and_files() -> None:
    body = await read(MULTIPART, "multipart/form-data; boundary=cut")

    assert body.value == {"who": "Ines", "tag": ["a"]}
    (file,) = body.files.values()
    assert list(body.files) == ["scan"]
    assert (file.file_name, file.mime_type, file.bytes) == ("pass wd.pdf", "application/pdf", 12)
    assert file.directory is None
    assert await PAYLOADS.get(DEFAULT_TENANT, file.id) == b"%PDF-1.7\r\n\x00\xff"


@pytest.mark.parametrize("cut", [1, 2, 3, 64, 10_000])
async def test_parts_do_not_depend_on_how_the_body_arrives(cut: int) -> None:
    body = await read(MULTIPART, "multipart/form-data; boundary=cut", cut=cut)

    assert (body.value["who"], body.files["scan"].bytes) == ("Ines", 12)


async def test_any_other_type_is_a_file() -> None:
    body = await read(b"\x89PNG\r\n\x1a\n...", "image/png", options=Options(binary_name="picture"))

    assert body.value == {}
    assert body.files["picture"].mime_type == "image/png"


async def test_the_raw_body_is_kept_where_it_is_wanted() -> None:
    body = await read(b'{"a": 1}', "application/json", options=Options(raw_body=True))

    assert body.value == {"a": 1}
    assert await PAYLOADS.get(DEFAULT_TENANT, body.files["data"].id) == b'{"a": 1}'


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"{", "application/json"),
        (b"[" * 200 + b"]" * 200, "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"a": NaN}', "application/json"),
        (b'"\xff"', "application/json"),
        (b"text", "text/plain; charset=klingon"),
        (b"no boundary", "multipart/form-data"),
        (b"--cut\r\nContent-Disposition: form-data\r\n\r\nx\r\n--cut--", "multipart/form-data; boundary=cut"),
        (b"--cut\r\nContent-Disposition: form-data; name=x\r\n\r\nx", "multipart/form-data; boundary=cut"),
        (b"--cut\r\n" + b"A: " + b"b" * 20_000 + b"\r\n\r\n--cut--", "multipart/form-data; boundary=cut"),
    ],
)
async def test_a_body_that_is_not_what_it_says_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(BadCall):
        await read(data, kind, cut=4096)


async def test_bodies_and_files_have_limits() -> None:
    with pytest.raises(CallTooLarge, match="limit of 10 bytes"):
        await read(b'"' + b"x" * 20 + b'"', "application/json", body_bytes=10)
    with pytest.raises(CallTooLarge, match="limit of 10 bytes"):
        await read(b"x" * 20, "image/png", file_bytes=10)
    with pytest.raises(CallTooLarge):
        await read(MULTIPART, "multipart/form-data; boundary=cut", file_bytes=5)


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "application/json", "multipart/form-data; boundary=x", "a/b", "text/x;charset=utf-16"]),
)
async def test_anything_is_read_or_refused(data: bytes, kind: str) -> None:
    try:
        body = await read(data, kind)
    except BadCall:
        return
    assert isinstance(body, Body)


@given(st.binary(max_size=200))
def test_any_query_and_path_is_read_or_refused(data: bytes) -> None:
    try:
        assert isinstance(query_of(data), dict)
        assert not path_of(data).startswith("/")
    except BadCall:
        pass


@pytest.mark.parametrize("more", [b"a&" * 1_001, b"a=1&" * 5_000])
async def test_more_fields_than_anybody_means_are_refused(more: bytes) -> None:
    with pytest.raises(BadCall, match="more than 1000 fields"):
        query_of(more)
    with pytest.raises(BadCall, match="more than 1000 fields"):
        await read(more, "application/x-www-form-urlencoded")
