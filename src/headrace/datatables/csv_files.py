"""Tables as CSV files, and back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from headrace.datatables.domain import SYSTEM, column_named, iso, value_for
from headrace.datatables.errors import BadCsv, BadValue
from headrace.datatables.public import Row, Table, Type

MAX_BYTES = 64 * 1024 * 1024
"""Of a file that is taken in."""

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?")
_MAX_FIELD = 16 * 1024 * 1024


def written(table: Table, rows: Iterable[Row]) -> Iterator[str]:
    """Yield a file in pieces: a line of names, then a line for each row; no value is an empty field."""
    names = [column.name for column in table.columns]
    yield _line([*SYSTEM, *names])
    for row in rows:
        own = (_shown(row.values.get(name)) for name in names)
        yield _line([row.id, iso(row.created_at), iso(row.updated_at), *own])


def _line(fields: Sequence[Any]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerow(fields)
    return made.getvalue()


def _shown(value: Any) -> Any:
    return {True: "true", False: "false", None: ""}[value] if value is None or isinstance(value, bool) else value


def read(content: bytes) -> tuple[list[str], list[list[str]]]:
    """Return a file's names and its lines, as many fields each.

    Raises:
        BadCsv: it is too large, no text in UTF-8, or a line has other fields than the first.
    """
    if len(content) > MAX_BYTES:
        raise BadCsv(f"the file has {len(content)} bytes; {MAX_BYTES} are allowed")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BadCsv("the file is no text in UTF-8") from wrong
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[list[str]] = []
    csv.field_size_limit(_MAX_FIELD)
    try:
        names = next(reader, [])
        for line in reader:
            if not line:
                continue
            if len(line) != len(names):
                raise BadCsv(f"line {reader.line_num} has {len(line)} fields, the first line {len(names)}")
            lines.append(line)
    except csv.Error as wrong:
        raise BadCsv(f"line {reader.line_num} is no CSV: {wrong}") from wrong
    if not names:
        raise BadCsv("the file is empty; its first line has the names of columns")
    return names, lines


def values_of(table: Table, names: Sequence[str], lines: Iterable[Sequence[str]]) -> list[dict[str, Any]]:
    """Return rows by the ids of columns; what every table has by itself is left out.

    Raises:
        ColumnNotFound: a name is of no column.
        BadCsv: a value does not fit its column.
    """
    columns = [None if name in SYSTEM else column_named(table, name) for name in names]
    found = []
    for number, line in enumerate(lines, 2):
        try:
            found.append(
                {
                    column.id: value_for(column.name, column.type, field)
                    for column, field in zip(columns, line, strict=True)
                    if column is not None and field != ""
                }
            )
        except BadValue as wrong:
            raise BadCsv(f"row {number}: {wrong}") from wrong
    return found


def guessed_types(names: Sequence[str], lines: Sequence[Sequence[str]]) -> list[tuple[str, Type]]:
    """Return columns with the type that all of their values have; texts where there is no other."""
    return [
        (name, _guessed([line[place] for line in lines if line[place] != ""]))
        for place, name in enumerate(names)
        if name not in SYSTEM
    ]


def _guessed(fields: Sequence[str]) -> Type:
    if not fields:
        return Type.STRING
    # Numbers with zeros in front are names of something: postal codes, articles.
    if all(_NUMBER.fullmatch(field) and not re.match(r"[+-]?0\d", field) for field in fields):
        return Type.NUMBER
    if all(field.lower() in ("true", "false") for field in fields):
        return Type.BOOLEAN
    if all(_is_date(field) for field in fields):
        return Type.DATE
    return Type.STRING


def _is_date(field: str) -> bool:
    if not _DATE.fullmatch(field):
        return False
    try:
        value_for("", Type.DATE, field)
    except BadValue:
        return False
    return True
