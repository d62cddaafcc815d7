"""Pages of forms: plain HTML without a script. Whatever an author or a visitor wrote is text here, or is cut down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from headrace.webhooks.forms.fields import Ending, Field, Form
from headrace.webhooks.page import about, page
from headrace.webhooks.public import Answer
from headrace.webhooks.sanitising import sanitised

_INPUTS = {"number": "number", "email": "email", "password": "password", "date": "date"}
_WORKING_SECONDS = 2
"""How soon a page that waits for the run looks again."""


def form_page(
    form: Form,
    held: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Answer:
    """Return the page of a form.

    Args:
        held: What fields hold in place of what they hold at first, by their key.
        errors: What is wrong with what was sent, by the field's key; the page's status is 422 then.
    """
    values, wrong = held or {}, errors or {}
    questions = [_question(field, values.get(field.key, field.preset), wrong.get(field.key)) for field in form.fields]
    body = (
        f"<h1>{escape(form.title)}</h1>{about(form.description)}{_summary(form, wrong)}"
        # No address: it is sent to where the page came from, its query and all.
        f'<form method="post" enctype="multipart/form-data">{"".join(questions)}'
        f'<button type="submit">{escape(form.button)}</button></form>'
    )
    return page(form.title, body, css=form.css, status=422 if wrong else 200, attribution=form.attribution)


def ending_page(ending: Ending, *, file: str | None = None) -> Answer:
    """Return the page that is shown at the end, or that sends the browser elsewhere.

    Args:
        file: Address of the file that the page offers.
    """
    title = ending.title or "Thank you"
    if ending.redirect is not None:
        # The header, not a redirect: browsers hold a redirect that follows a form against the page's form-action.
        there = f'<a class="button" href="{escape(ending.redirect)}" rel="noreferrer">Continue</a>'
        body = f"<h1>{escape(title)}</h1>{there}"
        headers = [("refresh", f"0;url={ending.redirect}")] if ending.redirect.isascii() else []
        return page(title, body, css=ending.css, headers=headers, attribution=ending.attribution)
    heading = f"<h1>{escape(ending.title)}</h1>" if ending.title else ""
    offered = f'<a class="button" href="{escape(file)}" download>Download</a>' if file is not None else ""
    body = f"{heading}{about(ending.message)}{offered}"
    return page(title, body, css=ending.css, attribution=ending.attribution)


def working_page(told: str = "Your answers are being worked on.") -> Answer:
    """Return the page that is shown while the run is not yet where it shows something."""
    body = f'<h1>One moment</h1><p class="about" role="status">{escape(told)}</p>'
    return page("One moment", body, headers=[("refresh", str(_WORKING_SECONDS))])


def trouble_page(status: int, title: str, detail: str, headers: Sequence[tuple[str, str]] = ()) -> Answer:
    """Return the page that tells a person why there is no form."""
    body = f'<h1>{escape(title)}</h1><p class="about" role="alert">{escape(detail)}</p>'
    return page(title, body, status=status, headers=headers)


def _summary(form: Form, errors: Mapping[str, str]) -> str:
    if not errors:
        return ""
    lines = "".join(
        f'<li><a href="#{field.key}">{escape(field.label)}</a>: {escape(errors[field.key])}</li>'
        for field in form.fields
        if field.key in errors
    )
    return f'<div class="summary" role="alert"><strong>Please look again at:</strong><ul>{lines}</ul></div>'


def _question(field: Field, held: Sequence[str], error: str | None) -> str:
    if field.kind == "html":
        return f'<div class="question">{sanitised(field.html)}</div>'
    if field.kind == "hiddenField":
        return f'<input type="hidden" name="{field.key}" value="{escape(held[0] if held else "")}">'
    must = ' <span class="must" aria-hidden="true">*</span>' if field.required else ""
    told = f'<p class="wrong" id="{field.key}-wrong">{escape(error)}</p>' if error else ""
    label = f"{escape(field.label)}{must}"
    if field.kind in ("checkbox", "radio"):
        return _choices(field, held, label, told)
    name = f'id="{field.key}" name="{field.key}"{_marks(field, error)}'
    return f'<div class="question"><label for="{field.key}">{label}</label>{_control(field, held, name)}{told}</div>'


def _marks(field: Field, error: str | None) -> str:
    required = " required" if field.required else ""
    return required + (f' aria-invalid="true" aria-describedby="{field.key}-wrong"' if error else "")


def _control(field: Field, held: Sequence[str], name: str) -> str:
    value = escape(held[0] if held else "")
    hint = f' placeholder="{escape(field.placeholder)}"' if field.placeholder else ""
    match field.kind:
        case "textarea":
            # A line break right after the tag is no part of the text, so one is put there.
            return f'<textarea {name}{hint} rows="4">\n{value}</textarea>'
        case "dropdown":
            blank = "" if field.many else '<option value="">Choose…</option>'
            options = "".join(
                f'<option value="{escape(one)}"{" selected" if one in held else ""}>{escape(one)}</option>'
                for one in field.choices
            )
            return f"<select {name}{' multiple' if field.many else ''}>{blank}{options}</select>"
        case "file":
            accept = f' accept="{escape(",".join(field.accept))}"' if field.accept else ""
            return f'<input type="file" {name}{accept}{" multiple" if field.many else ""}>'
        case "password":
            # What was typed does not come back: it would be in the page's source.
            return f'<input type="password" {name}{hint} autocomplete="off">'
        case "number":
            return f'<input type="number" step="any" inputmode="decimal" {name}{hint} value="{value}">'
    return f'<input type="{_INPUTS.get(field.kind, "text")}" {name}{hint} value="{value}">'


def _choices(field: Field, held: Sequence[str], label: str, told: str) -> str:
    kind = "checkbox" if field.kind == "checkbox" else "radio"
    inputs = "".join(
        f'<label class="choice"><input type="{kind}" name="{field.key}" value="{escape(one)}"'
        f"{' required' if field.required and kind == 'radio' else ''}{' checked' if one in held else ''}>"
        f"<span>{escape(one)}</span></label>"
        for one in field.choices
    )
    described = f' aria-describedby="{field.key}-wrong"' if told else ""
    return f'<fieldset class="question" id="{field.key}"{described}><legend>{label}</legend>{inputs}{told}</fieldset>'
