"""Tables in files: CSV, HTML, XLSX, XLS and ODS, to rows and back, with the habits of SheetJS."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any

from headrace.sdk.conversion import to_json_text
from headrace.sdk.dates import to_js_iso
from headrace.sdk.errors import NodeError
from headrace.sdk.js import text_to_number, to_text, whole

MAX_ROWS = 2_000_000
MAX_COLUMNS = 16_384
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
"""What a spreadsheet, which is a zip archive, may unpack to."""

Row = list[Any]
"""Cells; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    header_row: bool = True
    range: str = ""
    """A1 notation, or a row number from which to read."""

    sheet: str = ""
    raw: bool = False
    include_empty: bool = False
    read_as_string: bool = False


def read_table(data: bytes, kind: str, options: ReadOptions) -> list[dict[str, Any]]:
    """Return the rows of a file as objects.

    Raises:
        NodeError: it is no such file, too large, or has no such sheet.
    """
    rows = list(_cells(data, kind, options))
    first, last, left, right = _range(options.range)
    rows = [row[left : right + 1] for row in rows[first : last + 1]]
    return objects_of(rows, header_row=options.header_row, include_empty=options.include_empty)


def objects_of(rows: Sequence[Row], *, header_row: bool, include_empty: bool) -> list[dict[str, Any]]:
    """Return rows as objects: by the names in the first row, or each as {row: [...]}."""
    if not rows:
        return []
    if not header_row:
        width = max(len(row) for row in rows)
        return [{"row": _trimmed(row, width)} for row in rows if any(cell is not None for cell in row)]
    names = _names(rows[0])
    made: list[dict[str, Any]] = []
    for row in rows[1:]:
        one = {
            name: "" if cell is None else cell
            for name, cell in zip(names, [*row, *[None] * (len(names) - len(row))], strict=False)
            if cell is not None or include_empty
        }
        if one and any(cell is not None for cell in row):
            made.append(one)
    return made


def _trimmed(row: Row, width: int) -> Row:
    return [*row, *[None] * (width - len(row))]


def _names(header: Row) -> list[str]:
    """Return the columns' names: empty ones are __EMPTY, repeated ones numbered."""
    seen: dict[str, int] = {}
    names: list[str] = []
    for cell in header:
        name = "__EMPTY" if cell is None or cell == "" else to_text(cell)
        count = seen.get(name, 0)
        seen[name] = count + 1
        names.append(f"{name}_{count}" if count else name)
    return names


def _range(text: str) -> tuple[int, int, int, int]:
    """Return first row, last row, first column, last column, all from 0.

    Raises:
        NodeError: it is no range.
    """
    text = str(text).strip()
    if not text:
        return 0, MAX_ROWS, 0, MAX_COLUMNS
    if text.isdecimal():
        return int(text), MAX_ROWS, 0, MAX_COLUMNS
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})?\$?(\d{1,7})?(?::\$?([A-Za-z]{1,3})?\$?(\d{1,7})?)?", text)
    if match is None:
        raise NodeError(f'"{text}" is not a range; write one such as A1:C10')
    left, first, right, last = match.groups()
    return (
        int(first or 1) - 1,
        int(last) - 1 if last else MAX_ROWS,
        _column(left) if left else 0,
        _column(right) if right else MAX_COLUMNS,
    )


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_name(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cells(data: bytes, kind: str, options: ReadOptions) -> Iterator[Row]:
    match kind:
        case "csv" | "txt":
            return _csv_cells(data)
        case "html":
            return _html_cells(data)
        case "xls":
            return _xls_cells(data, options)
        case "ods":
            return _ods_cells(data, options)
    return _xlsx_cells(data, options)


def detect(data: bytes, extension: str | None) -> str:
    """Return what kind of table a file holds, by its first bytes and then its name."""
    if data[:4] == b"PK\x03\x04":
        return "ods" if b"opendocument.spreadsheet" in data[:200] else "xlsx"
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return "xls"
    head = data[:2048].lstrip().lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table")) or b"<table" in head:
        return "html"
    if data[:5] == b"{\\rtf":
        return "rtf"
    return extension if extension in ("csv", "html", "txt") else "csv"


def guess(text: str) -> Any:
    """Return a cell of text as SheetJS takes it: numbers and booleans are what they look like."""
    if text == "":
        return None
    if text in ("TRUE", "FALSE", "true", "false"):
        return text.lower() == "true"
    stripped = text.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text) else text
    if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", stripped):
        number = text_to_number(stripped)
        return number if math.isfinite(number) else text
    return text


def decode_text(data: bytes, encoding: str = "utf-8") -> str:
    """Raises: NodeError: there is no such encoding."""
    try:
        return data.decode(encoding, "replace")
    except LookupError as unknown:
        raise NodeError(f'There is no encoding "{encoding}"') from unknown


def _csv_cells(data: bytes) -> Iterator[Row]:
    text = decode_text(data).removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t", "|"), key=first.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [guess(cell) for cell in row]


def _html_cells(data: bytes) -> Iterator[Row]:
    import lxml.html

    tree = lxml.html.fromstring(data or b"<html></html>")
    for table in tree.iter("table"):
        for row in table.iter("tr"):
            cells: Row = []
            for cell in row.iterchildren("td", "th"):
                stored = cell.get("data-v")
                text = "".join(str(piece) for piece in cell.itertext()).strip()
                kind = cell.get("data-t")
                cells.append(
                    (stored if stored is not None else text)
                    if kind == "s"
                    else guess(stored if stored is not None else text)
                )
                cells.extend([None] * (min(int(cell.get("colspan") or 1), 1000) - 1))
            yield cells
        return


def _check_archive(data: bytes) -> None:
    """Raises: NodeError: no archive, or one that unpacks to more than may be."""
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            total = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as broken:
        raise NodeError("The file is not a spreadsheet, or it is damaged") from broken
    if total > MAX_UNPACKED_BYTES:
        raise NodeError(f"The spreadsheet unpacks to more than the limit of {MAX_UNPACKED_BYTES // 1024**2} MiB")


def _xlsx_cells(data: bytes, options: ReadOptions) -> Iterator[Row]:
    import openpyxl

    _check_archive(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (KeyError, ValueError, OSError) as broken:
        raise NodeError("The file is not a spreadsheet, or it is damaged") from broken
    name = _sheet(options.sheet, book.sheetnames)
    for row in book[name].iter_rows(values_only=True):
        yield [_plain(cell, raw=options.raw) for cell in row]


def _xls_cells(data: bytes, options: ReadOptions) -> Iterator[Row]:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data)
    except (xlrd.XLRDError, AssertionError, IndexError, ValueError) as broken:
        raise NodeError("The file is not a spreadsheet, or it is damaged") from broken
    sheet = book.sheet_by_name(_sheet(options.sheet, book.sheet_names()))
    for number in range(sheet.nrows):
        row: Row = []
        for cell in sheet.row(number):
            match cell.ctype:
                case xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
                    row.append(None)
                case xlrd.XL_CELL_BOOLEAN:
                    row.append(bool(cell.value))
                case xlrd.XL_CELL_DATE if not options.raw:
                    row.append(_plain(xlrd.xldate_as_datetime(cell.value, book.datemode), raw=False))
                case _:
                    row.append(_plain(cell.value, raw=options.raw))
        yield row


def _ods_cells(data: bytes, options: ReadOptions) -> Iterator[Row]:
    import zipfile

    from defusedxml import ElementTree

    _check_archive(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            tree = ElementTree.fromstring(archive.read("content.xml"))
    except (KeyError, ElementTree.ParseError) as broken:
        raise NodeError("The file is not a spreadsheet, or it is damaged") from broken
    table_ns, office_ns = (
        "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
        "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}",
    )
    tables = {table.get(f"{table_ns}name", ""): table for table in tree.iter(f"{table_ns}table")}
    chosen = tables[_sheet(options.sheet, list(tables))]
    for row in chosen.iter(f"{table_ns}table-row"):
        cells: Row = []
        for cell in row:
            repeat = min(int(cell.get(f"{table_ns}number-columns-repeated") or 1), MAX_COLUMNS)
            text = "\n".join("".join(part.itertext()) for part in cell)
            kind = cell.get(f"{office_ns}value-type")
            value: Any = text or None
            if kind in ("float", "currency", "percentage"):
                value = whole(float(cell.get(f"{office_ns}value") or 0))
            elif kind == "boolean":
                value = cell.get(f"{office_ns}boolean-value") == "true"
            cells.extend([value] * (repeat if value is not None or repeat < 100 else 1))
        while cells and cells[-1] is None:
            cells.pop()
        yield cells


def _sheet(wanted: str, names: Sequence[str]) -> str:
    """Raises: NodeError: no such sheet."""
    if not names:
        raise NodeError("Spreadsheet does not have sheets!")
    if not wanted:
        return names[0]
    if wanted not in names:
        raise NodeError(f'Spreadsheet does not contain sheet called "{wanted}"!')
    return wanted


def _plain(value: Any, *, raw: bool) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value if value != "" else None
    if isinstance(value, float):
        return whole(value)
    if isinstance(value, datetime):
        if raw:
            from datetime import UTC

            return to_js_iso(value.replace(tzinfo=UTC))
        return f"{value.month}/{value.day}/{value.year % 100:02d}" + (
            f" {value.hour}:{value.minute:02d}" if value.time() != time() else ""
        )
    if isinstance(value, date):
        return f"{value.month}/{value.day}/{value.year % 100:02d}"
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


# ---- writing ------------------------------------------------------------------------------------------------------


def flatten(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested objects and lists as one level of dotted names."""
    flat: dict[str, Any] = {}
    for key, part in value.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(part, Mapping) and part:
            flat.update(flatten(part, name))
        elif isinstance(part, list) and part:
            flat.update(flatten({str(index): one for index, one in enumerate(part)}, name))
        else:
            flat[name] = part
    return flat


def header_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def write_table(
    rows: Sequence[Mapping[str, Any]],
    kind: str,
    *,
    header_row: bool = True,
    sheet: str = "Sheet1",
    delimiter: str = ",",
    compress: bool = False,
) -> bytes:
    """Return rows as a file.

    Raises:
        NodeError: there is no such kind of file.
    """
    names = header_of(rows)
    table: list[list[Any]] = [[row.get(name) for name in names] for row in rows]
    if header_row:
        table = [list(names), *table]
    match kind:
        case "csv":
            return to_csv(table, delimiter).encode()
        case "html":
            return _to_html(table).encode()
        case "rtf":
            return _to_rtf(table).encode()
        case "xlsx":
            return _to_xlsx(table, sheet)
        case "xls":
            return _to_xls(table, sheet)
        case "ods":
            return _to_ods(table, sheet)
    raise NodeError(f'Files of the format "{kind}" cannot be written')


def _shown(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return to_json_text(cell) if isinstance(cell, Mapping | list) else to_text(cell)


def to_csv(table: Sequence[Sequence[Any]], delimiter: str = ",") -> str:
    def quoted(text: str) -> str:
        needs = any(char in text for char in (delimiter, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if needs else text

    return "\n".join(delimiter.join(quoted(_shown(cell)) for cell in row) for row in table)


def _to_html(table: Sequence[Sequence[Any]]) -> str:
    rows: list[str] = []
    for number, row in enumerate(table, start=1):
        cells: list[str] = []
        for place, cell in enumerate(row):
            id_ = f'id="sjs-{column_name(place)}{number}"'
            text = escape(_shown(cell), quote=True)
            if cell is None:
                cells.append(f"<td {id_}></td>")
                continue
            kind = "b" if isinstance(cell, bool) else "n" if isinstance(cell, int | float) else "s"
            stored = str(cell).lower() if isinstance(cell, bool) else text
            cells.append(f'<td data-t="{kind}" data-v="{stored}" {id_}>{text}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    head = '<html><head><meta charset="utf-8"/><title>SheetJS Table Export</title></head><body>'
    return f"{head}<table>{''.join(rows)}</table></body></html>"


def _to_rtf(table: Sequence[Sequence[Any]]) -> str:
    def text(cell: Any) -> str:
        return "".join(char if char.isascii() and char not in "\\{}" else f"\\u{ord(char)}?" for char in _shown(cell))

    rows = []
    for row in table:
        edges = "".join(f"\\cellx{place + 1}" for place in range(len(row)))
        rows.append(
            f"\\trowd\\trautofit1{edges}\\pard\\intbl"
            + "".join(f" {text(cell)}\\cell" for cell in row)
            + "\\pard\\intbl\\row"
        )
    return "{\\rtf1\\ansi" + "".join(rows) + "}"


def _cell(cell: Any) -> Any:
    if isinstance(cell, Mapping | list):
        return to_json_text(cell)[:32_767]
    return cell[:32_767] if isinstance(cell, str) else cell


def _to_xlsx(table: Sequence[Sequence[Any]], sheet: str) -> bytes:
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(_sheet_title(sheet))
    for row in table:
        cells = [_cell(cell) for cell in row]
        page.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _to_xls(table: Sequence[Sequence[Any]], sheet: str) -> bytes:
    import xlwt

    if len(table) > 65_536:
        raise NodeError("An XLS file holds 65536 rows at most", description="Use XLSX.")
    book = xlwt.Workbook()
    page = book.add_sheet(_sheet_title(sheet))
    for number, row in enumerate(table):
        for place, cell in enumerate(row[:256]):
            if cell is not None:
                page.write(number, place, _cell(cell))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _to_ods(table: Sequence[Sequence[Any]], sheet: str) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    page = Table(name=_sheet_title(sheet))
    for row in table:
        line = TableRow()
        for cell in row:
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                made = TableCell(valuetype="float", value=str(cell))
            else:
                made = TableCell(valuetype="string") if cell is not None else TableCell()
            if cell is not None:
                made.addElement(P(text=_shown(cell)))
            line.addElement(made)
        page.addElement(line)
    document.spreadsheet.addElement(page)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


def _sheet_title(sheet: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "_", sheet or "Sheet1")[:31]


def parse_csv(
    data: bytes,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    header_row: bool = True,
    bom: bool = True,
    from_line: int = 1,
    to_line: int | None = None,
    max_rows: int | None = None,
    include_empty: bool = True,
    relax_quotes: bool = False,
) -> list[dict[str, Any]]:
    """Return CSV as objects of text: every cell is text, as csv-parse gives it.

    Args:
        bom: Whether a byte order mark is taken off; it is part of the first name otherwise.

    Raises:
        NodeError: rows have more cells than there are columns, or the encoding is unknown.
    """
    text = decode_text(data, encoding)
    if bom:
        text = text.removeprefix("\ufeff")
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter[:1] or ",", strict=not relax_quotes):
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise NodeError(f"The file has more than the limit of {MAX_ROWS} rows")
    except csv.Error as malformed:
        raise NodeError(f"The CSV cannot be read: {malformed}") from malformed
    rows = [row for row in rows[max(from_line - 1, 0) : to_line] if row]
    if not rows:
        return []
    if not header_row:
        body = rows[:max_rows] if max_rows and max_rows > 0 else rows
        return [{"row": row} for row in body]
    names, body = rows[0], rows[1:]
    if max_rows is not None and max_rows > 0:
        body = body[:max_rows]
    made: list[dict[str, Any]] = []
    for number, row in enumerate(body, start=2):
        if len(row) != len(names) and not (len(row) < len(names) and not any(row)):
            raise NodeError(f"Invalid Record Length: columns length is {len(names)}, got {len(row)} on line {number}")
        made.append({name: cell for name, cell in zip(names, row, strict=False) if cell != "" or include_empty})
    return made
