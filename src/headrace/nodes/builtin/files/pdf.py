"""The text of PDF files."""

from __future__ import annotations

import io
import logging
from typing import Any

from headrace.sdk.errors import NodeError

MAX_PAGES = 5_000
_VERSION = "5.3.31"
"""Workflows may compare it: the reader whose output's form this is."""


def read_pdf(data: bytes, *, password: str = "", max_pages: int = 0, join_pages: bool = True) -> dict[str, Any]:
    """Return a PDF's text and what it says of itself.

    Args:
        max_pages: 0 reads all, up to MAX_PAGES.

    Raises:
        NodeError: it is no PDF, or the password is wrong.
    """
    import pypdf
    from pypdf.errors import PyPdfError

    # Its warnings quote the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)

    try:
        reader = pypdf.PdfReader(io.BytesIO(data), password=password or None)
        if reader.is_encrypted and not reader.decrypt(password):
            raise NodeError(
                "Incorrect Password" if password else "No password given",
                description="The PDF is protected by a password.",
            )
        count = len(reader.pages)
        limit = min(count, max_pages or MAX_PAGES, MAX_PAGES)
        pages = [_lines(reader.pages[number].extract_text() or "") for number in range(limit)]
        info = _info(reader)
        metadata = _metadata(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as broken:
        raise NodeError("Invalid PDF structure.") from broken
    found: dict[str, Any] = {"numpages": count, "numrender": limit, "info": info}
    if metadata:
        found["metadata"] = metadata
    found["text"] = "\n\n".join(pages) if join_pages else pages
    found["version"] = _VERSION
    return found


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def _info(reader: Any) -> dict[str, Any]:
    root = reader.trailer.get("/Root", {})
    form = root.get("/AcroForm")
    fields = form.get_object() if form is not None else {}
    info: dict[str, Any] = {
        "PDFFormatVersion": str(reader.pdf_header).removeprefix("%PDF-"),
        "Language": str(root["/Lang"]) if "/Lang" in root else None,
        "EncryptFilterName": "Standard" if reader.is_encrypted else None,
        "IsLinearized": b"/Linearized" in _head(reader),
        "IsAcroFormPresent": bool(fields.get("/Fields")) if fields else False,
        "IsXFAPresent": "/XFA" in fields if fields else False,
        "IsCollectionPresent": "/Collection" in root,
        "IsSignaturesPresent": bool(fields and int(fields.get("/SigFlags", 0) or 0) & 1),
    }
    for key, value in (reader.metadata or {}).items():
        info[key.lstrip("/")] = str(value)
    return info


def _head(reader: Any) -> bytes:
    reader.stream.seek(0)
    head: bytes = reader.stream.read(2048)
    return head


def _metadata(reader: Any) -> dict[str, Any]:
    try:
        xmp = reader.xmp_metadata
    except Exception:  # noqa: BLE001 - damaged metadata must not cost the text
        return {}
    if xmp is None:
        return {}
    found: dict[str, Any] = {}
    for name, value in (
        ("dc:title", xmp.dc_title),
        ("dc:creator", xmp.dc_creator),
        ("xmp:creatortool", xmp.xmp_creator_tool),
        ("pdf:producer", xmp.pdf_producer),
    ):
        if value:
            found[name] = next(iter(value.values())) if isinstance(value, dict) else value
    return found
