"""What can be said of a file from its name and its first bytes."""

from __future__ import annotations

import mimetypes

from headrace.sdk.items import Binary

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\xd0\xcf\x11\xe0", "application/x-cfb"),
)

_EXTENSIONS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/csv": "csv",
    "text/calendar": "ics",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/json": "json",
    "application/octet-stream": "bin",
    "application/gzip": "gz",
    "application/zip": "zip",
    "image/jpeg": "jpeg",
    "image/png": "png",
    "application/pdf": "pdf",
    "application/rtf": "rtf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}

_TYPES = {extension: mime_type for mime_type, extension in _EXTENSIONS.items()} | {
    "jpg": "image/jpeg",
    "htm": "text/html",
    "md": "text/markdown",
    "yaml": "text/yaml",
    "yml": "text/yaml",
    "xml": "application/xml",
    "webp": "image/webp",
}


def guess_mime_type(data: bytes, file_name: str | None) -> str:
    """Guess from the bytes if they say it plainly, else from the name, else text/plain or application/octet-stream."""
    extension = extension_of(file_name)
    if extension:
        known = _TYPES.get(extension) or mimetypes.guess_type(f"x.{extension}")[0]
        if known:
            return known
    for offset, signature, mime_type in _SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return mime_type
    return "text/plain"


def extension_of(file_name: str | None) -> str | None:
    """Return "txt" for "a/b.TXT"; None for a name without a dot."""
    if not file_name:
        return None
    name = file_name.rsplit("/", 1)[-1]
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem and extension else None


def file_type_of(mime_type: str) -> str | None:
    """Return the broad kind that previews go by."""
    if mime_type.startswith("application/json"):
        return "json"
    if mime_type.startswith("text/html"):
        return "html"
    for kind in ("image", "audio", "video"):
        if mime_type.startswith(f"{kind}/"):
            return kind
    if mime_type.startswith(("text/", "application/javascript")):
        return "text"
    if mime_type.startswith("application/pdf"):
        return "pdf"
    return None


def pretty_size(count: int) -> str:
    """Return a size as people write it: 512 as "512 B", 1040 as "1.04 kB"."""
    if count < 1000:
        return f"{count} B"
    size, unit = float(count), ""
    for unit in ("kB", "MB", "GB", "TB", "PB"):  # noqa: B007 - the one it stops at is the answer
        size /= 1000
        if float(f"{size:.3g}") < 1000:
            break
    return f"{float(f'{size:.3g}'):g} {unit}"


def describe_binary(key: str, data: bytes, *, file_name: str | None = None, mime_type: str | None = None) -> Binary:
    """Describe stored bytes: type and extension are guessed where they are not given."""
    return describe_stored(key, len(data), data[:64], file_name=file_name, mime_type=mime_type)


def describe_stored(
    key: str, size: int, start: bytes, *, file_name: str | None = None, mime_type: str | None = None
) -> Binary:
    """Describe stored bytes of which only the *start* is at hand; as `describe_binary`."""
    directory: str | None = None
    if file_name and "/" in file_name:
        directory, file_name = file_name.rsplit("/", 1)
    kind = mime_type or guess_mime_type(start, file_name)
    bare = kind.split(";", 1)[0].strip().lower()
    extension = extension_of(file_name) or _EXTENSIONS.get(bare)
    if extension is None:
        guessed = mimetypes.guess_extension(bare)
        extension = guessed.lstrip(".") if guessed else None
    return Binary(
        id=key,
        mime_type=kind,
        file_name=file_name,
        file_extension=extension,
        file_type=file_type_of(bare),
        directory=directory or None,
        file_size=pretty_size(size),
        bytes=size,
    )


def safe_file_name(name: str) -> str:
    """Return the last part of a name that somebody else chose, without anything that moves about or hides in it."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in last if character.isprintable()).strip()
    return shown[:255] if shown not in ("", ".", "..") else "file"
