"""Whether what was sent answers what a form asks. Only the form's own fields count, and what is sent stays data."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from headrace.sdk.items import Binary
from headrace.webhooks.forms.fields import Field, Form

MAX_TEXT = 100_000
"""Characters of one answer."""

_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@[^\s@<>(),;:\\\"\[\].]+(?:\.[^\s@<>(),;:\\\"\[\].]+)+")
_NUMBER = re.compile(r"[+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(slots=True)
class Checked:
    """What was sent, by the names that it has in the item; or what is wrong with it."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Binary] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """By the field's key."""


def check(form: Form, texts: Mapping[str, Sequence[str]], files: Mapping[str, Sequence[Binary]]) -> Checked:
    """Compare what was sent with what was asked.

    Args:
        texts: By the field's key.
        files: By the field's key; made by the parser of multipart bodies and by nothing else.
    """
    checked = Checked()
    for asked in form.fields:
        if asked.kind == "html":
            if asked.name:
                checked.values[asked.name] = asked.html
            continue
        if asked.kind == "file":
            error = _take_files(checked, asked, files.get(asked.key, ()))
        else:
            error = _take_texts(checked, asked, texts.get(asked.key, ()))
        if error is not None:
            checked.errors[asked.key] = error
    return checked


def _take_files(checked: Checked, asked: Field, sent: Sequence[Binary]) -> str | None:
    if not sent:
        checked.values[asked.name] = [] if asked.many else None
        return "Choose a file" if asked.required else None
    if len(sent) > 1 and not asked.many:
        return "Choose one file only"
    refused = next((one for one in sent if not _is_accepted(one, asked.accept)), None)
    if refused is not None:
        return f"{refused.file_name or 'The file'} is not of a kind that is accepted: {', '.join(asked.accept)}"
    seen = [{"filename": one.file_name, "mimetype": one.mime_type, "size": one.bytes} for one in sent]
    checked.values[asked.name] = seen if asked.many else seen[0]
    place = re.sub(r"\W", "_", asked.name, flags=re.ASCII)
    for number, one in enumerate(sent):
        checked.files[f"{place}_{number}" if asked.many else place] = one
    return None


def _is_accepted(file: Binary, accept: Sequence[str]) -> bool:
    kind = file.mime_type.lower()
    name = (file.file_name or "").lower()
    return not accept or any(
        name.endswith(one) if one.startswith(".") else kind == one or (one.endswith("/*") and kind.startswith(one[:-1]))
        for one in accept
    )


def _take_texts(checked: Checked, asked: Field, sent: Sequence[str]) -> str | None:
    if any(len(one) > MAX_TEXT for one in sent):
        return f"Longer than {MAX_TEXT} characters"
    if asked.kind in ("dropdown", "checkbox", "radio"):
        return _take_choices(checked, asked, [one for one in sent if one])
    text = (sent[0] if sent else "").replace("\r\n", "\n")
    text = text if asked.kind in ("password", "hiddenField") else text.strip()
    checked.values[asked.name] = text
    if not text:
        if asked.kind in ("number", "date"):
            checked.values[asked.name] = None
        return "This field is required" if asked.required else None
    match asked.kind:
        case "number":
            number = _number(text)
            checked.values[asked.name] = number
            return "Enter a number" if number is None else None
        case "email":
            return None if len(text) <= 254 and _EMAIL.fullmatch(text) else "Enter an email address"
        case "date":
            return None if _is_date(text) else "Enter a date, such as 2026-11-23"
    return None


def _take_choices(checked: Checked, asked: Field, sent: Sequence[str]) -> str | None:
    # What a browser cannot send is not let in: a choice that is none, or one twice.
    if any(one not in asked.choices for one in sent):
        return "Choose from the options"
    chosen = list(dict.fromkeys(sent))
    checked.values[asked.name] = chosen if asked.many else (chosen[0] if chosen else "")
    if not chosen:
        return "Choose an option" if asked.required else None
    if len(chosen) > 1 and not asked.many:
        return "Choose one option only"
    if asked.most is not None and not asked.least <= len(chosen) <= asked.most:
        exact = asked.least == asked.most
        return f"Choose {asked.least}" if exact else f"Choose from {asked.least} to {asked.most}"
    return None


def _number(text: str) -> int | float | None:
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10  # "20261123" is a date of another form
