"""What a form asks, read from the parameters of its node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from headrace.sdk.conversion import to_json_text
from headrace.webhooks.errors import BadForm

MAX_FIELDS = 500
FIELD_TYPES = (
    "text",
    "textarea",
    "number",
    "email",
    "password",
    "date",
    "dropdown",
    "checkbox",
    "radio",
    "file",
    "hiddenField",
    "html",
)
_MAX_OPTIONS = 2_000
_PREFILLED = ("text", "textarea", "number", "email", "date", "dropdown", "checkbox", "radio", "hiddenField")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question, or a piece of text between questions."""

    key: str
    """Its name in the page: "field-0"."""

    name: str
    """Its name in the item; empty when it is not part of it."""

    label: str
    kind: str
    required: bool = False
    placeholder: str = ""
    preset: Sequence[str] = ()
    """What it holds before anybody has changed it."""

    choices: Sequence[str] = ()
    many: bool = False
    """Several choices, or several files."""

    least: int = 0
    most: int | None = None
    """How many choices a group of checkboxes takes."""

    accept: Sequence[str] = ()
    """Of files: ".pdf", "image/*" or "text/csv"; empty: all."""

    html: str = ""
    """As its author wrote it: not safe to show as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    title: str
    description: str = ""
    button: str = "Submit"
    css: str = ""
    fields: Sequence[Field] = ()
    attribution: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is shown when there is nothing more to fill in."""

    title: str
    message: str = ""
    """May hold HTML, as its author wrote it: not safe to show as it is."""

    redirect: str | None = None
    css: str = ""
    file: str | None = None
    """Name of the binary field that is offered for download."""

    attribution: bool = True


def form_of(parameters: Mapping[str, Any], *, first: Mapping[str, Any] | None = None) -> Form:
    """Read a form from a node's parameters, defaults filled in and expressions evaluated.

    Args:
        first: Parameters of the form's first page, whose title and texts count where a later page has none.

    Raises:
        BadForm: the fields are not a list of fields, or there are too many.
    """
    options = _mapping(parameters.get("options"))
    before, before_options = _mapping(first), _mapping(_mapping(first).get("options"))
    return Form(
        title=_text(parameters.get("formTitle") or options.get("formTitle") or before.get("formTitle")) or "Form",
        description=_text(parameters.get("formDescription") or options.get("formDescription")),
        button=_text(options.get("buttonLabel") or before_options.get("buttonLabel")) or "Submit",
        css=_text(options.get("customCss") or before_options.get("customCss")),
        fields=[_field(place, raw) for place, raw in enumerate(_raw_fields(parameters))],
        attribution=options.get("appendAttribution", before_options.get("appendAttribution")) is not False,
    )


def submitted_of(parameters: Mapping[str, Any]) -> Ending:
    """Read what a form shows once it is sent."""
    options = _mapping(parameters.get("options"))
    chosen = _mapping(_mapping(options.get("respondWithOptions")).get("values"))
    redirects = chosen.get("respondWith") == "redirect"
    return Ending(
        title="Form submitted",
        message=_text(chosen.get("formSubmittedText")) or "Your response has been recorded",
        redirect=web_address(chosen.get("redirectUrl")) if redirects else None,
        css=_text(options.get("customCss")),
        attribution=options.get("appendAttribution") is not False,
    )


def ending_of(parameters: Mapping[str, Any]) -> Ending:
    """Read an ending from the parameters of a Form node, expressions evaluated."""
    options = _mapping(parameters.get("options"))
    kind = parameters.get("respondWith")
    shows_text = kind == "showText"
    return Ending(
        title=_text("" if shows_text else parameters.get("completionTitle")) or _text(options.get("formTitle")),
        message=_text(parameters.get("responseText" if shows_text else "completionMessage")),
        redirect=web_address(parameters.get("redirectUrl")) if kind == "redirect" else None,
        css=_text(options.get("customCss")),
        file=(_text(parameters.get("inputDataFieldName")) or "data") if kind == "returnBinary" else None,
        attribution=options.get("appendAttribution") is not False,
    )


def prefilled(fields: Sequence[Field], query: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Return what the page's address says that fields hold, by their key; names are those of the item."""
    found: dict[str, Sequence[str]] = {}
    for field in fields:
        value = query.get(field.name) if field.name and field.kind in _PREFILLED else None
        if value is not None:
            found[field.key] = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return found


def web_address(value: Any) -> str | None:
    """Return an address that a browser may be sent to: http and https only, without anything that hides in it."""
    text = _text(value).strip()
    if not text or len(text) > 2_000 or any(ord(character) <= 32 or character in "\\\x7f" for character in text):
        return None
    if "://" not in text and not text.startswith(("/", "javascript:", "data:")) and "." in text.split("/", 1)[0]:
        text = f"https://{text}"  # "example.com/thanks": people leave the scheme out
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme.lower() in ("http", "https") and parts.hostname else None


def _raw_fields(parameters: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if parameters.get("defineForm") == "json":
        raw = parameters.get("jsonOutput")
        try:
            raw = msgspec.json.decode(raw) if isinstance(raw, str) else raw
        except (msgspec.DecodeError, RecursionError) as malformed:
            raise BadForm("the form's fields are not valid JSON") from malformed
    else:
        raw = _mapping(parameters.get("formFields")).get("values") or []
    if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
        raise BadForm("the form's fields are not a list of fields")
    if len(raw) > MAX_FIELDS:
        raise BadForm(f"the form has more than {MAX_FIELDS} fields")
    return raw


def _field(place: int, raw: Mapping[str, Any]) -> Field:
    kind = _text(raw.get("fieldType")) or "text"
    if kind not in FIELD_TYPES:
        raise BadForm(f'the form has a field of the type "{kind[:40]}", which is not known')
    key = f"field-{place}"
    label = _text(raw.get("fieldLabel"))
    name = _text(raw.get("elementName")) if kind == "html" else _text(raw.get("fieldName")) or label or key
    choices = [_text(one.get("option")) for one in _groups(raw.get("fieldOptions"))]
    if len(choices) > _MAX_OPTIONS:
        raise BadForm(f'the field "{label[:60]}" has more than {_MAX_OPTIONS} options')
    least, most = _selection(raw) if kind == "checkbox" else (0, None)
    preset = raw.get("fieldValue") if kind == "hiddenField" else raw.get("defaultValue")
    return Field(
        key=key,
        name=name,
        label=label or name,
        kind=kind,
        required=raw.get("requiredField") is True and kind not in ("hiddenField", "html"),
        placeholder=_text(raw.get("placeholder")),
        preset=_preset(kind, preset, choices),
        choices=[choice for choice in choices if choice],
        many=kind == "checkbox"
        or (kind == "dropdown" and raw.get("multiselect") is True)
        or (kind == "file" and raw.get("multipleFiles") is not False),
        least=least,
        most=most,
        accept=[part.strip().lower() for part in _text(raw.get("acceptFileTypes")).split(",") if part.strip()],
        html=_text(raw.get("html")),
    )


def _preset(kind: str, value: Any, choices: Sequence[str]) -> Sequence[str]:
    if value in (None, "") or kind in ("file", "password", "html"):
        return ()
    if isinstance(value, list):
        return [_text(one) for one in value]
    text = _text(value)
    if kind in ("dropdown", "checkbox") and text not in choices:
        return [part.strip() for part in text.split(",")]
    return [text]


def _selection(raw: Mapping[str, Any]) -> tuple[int, int | None]:
    match raw.get("limitSelection"):
        case "exact":
            count = _count(raw.get("numberOfSelections"), 1)
            return count, count
        case "range":
            return _count(raw.get("minSelections"), 0), _count(raw.get("maxSelections"), 1)
    return 0, None


def _count(value: Any, default: int) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else default


def _groups(value: Any) -> Sequence[Mapping[str, Any]]:
    found = _mapping(value).get("values")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    """Return any JSON value as text, for a parameter may have become anything."""
    if value is None:
        return ""
    return value if isinstance(value, str) else to_json_text(value)
