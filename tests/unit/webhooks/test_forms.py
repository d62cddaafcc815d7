"""Forms: what counts of what was sent, and what a page shows of what others wrote."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from headrace.sdk.items import Binary
from headrace.webhooks.forms.checking import check
from headrace.webhooks.forms.fields import Ending, Form, form_of
from headrace.webhooks.forms.pages import ending_page, form_page, trouble_page
from headrace.webhooks.sanitising import sanitised

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'"


def form(*fields: dict[str, Any], **more: Any) -> Form:
    return form_of({"formTitle": "Order", "formFields": {"values": list(fields)}, **more})


def asked(label: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"fieldLabel": label, "fieldType": kind, **more}


def choices(*options: str) -> dict[str, Any]:
    return {"values": [{"option": option} for option in options]}


def test_only_what_was_asked_gets_into_the_item() -> None:
    checked = check(form(asked("Name")), {"field-0": ["Ines"], "field-1": ["more"], "isAdmin": ["1"]}, {})

    assert checked.values == {"Name": "Ines"}


@pytest.mark.parametrize(
    ("field", "sent", "error"),
    [
        (asked("A", requiredField=True), "  ", "required"),
        (asked("A", "number"), "NaN", "number"),
        (asked("A", "number"), "1e999", "number"),
        (asked("A", "email"), "ann@", "email"),
        (asked("A", "date"), "2026-02-30", "date"),
        (asked("A", "dropdown", fieldOptions=choices("red")), "blue", "options"),
        (asked("A"), "x" * 100_001, "Longer"),
    ],
)
def test_what_does_not_answer_the_question_is_refused(field: dict[str, Any], sent: str, error: str) -> None:
    assert error in check(form(field), {"field-0": [sent]}, {}).errors["field-0"]


@pytest.mark.parametrize(
    ("kind", "sent", "value"),
    [("number", "12.50", 12.5), ("number", "7", 7), ("date", "2026-11-23", "2026-11-23"), ("number", "", None)],
)
def test_answers_have_the_type_of_their_question(kind: str, sent: str, value: Any) -> None:
    assert check(form(asked("A", kind)), {"field-0": [sent]}, {}).values == {"A": value}


def test_a_text_in_place_of_a_file_is_no_file() -> None:
    scan = Binary(id="1", mime_type="application/pdf", file_name="a.pdf", bytes=3)

    assert check(form(asked("Scan", "file")), {"field-0": ["../../etc/passwd"]}, {}).files == {}
    assert check(form(asked("Scan", "file", multipleFiles=False)), {}, {"field-0": [scan]}).files == {"Scan": scan}
    refused = check(form(asked("Scan", "file", acceptFileTypes=".png")), {}, {"field-0": [scan]})
    assert "not of a kind" in refused.errors["field-0"]


@given(text=st.text(max_size=200) | st.just(HOSTILE))
def test_whatever_anybody_writes_no_page_gets_a_script(text: str) -> None:
    fields = [
        asked(text, placeholder=text),
        asked(text, "dropdown", fieldOptions=choices(text)),
        asked(text, "checkbox", fieldOptions=choices(text)),
        {"fieldType": "html", "html": text, "elementName": text},
    ]
    shown = form(*fields, formDescription=text, options={"buttonLabel": text, "customCss": text})
    for answer in (
        form_page(shown, {"field-0": [text]}, {"field-0": text}),
        trouble_page(404, text, text),
        ending_page(Ending(title=text, message=text, css=text)),
    ):
        page = LexborHTMLParser(answer.body.decode())
        assert page.css("script, iframe, object, embed, base, link") == []
        assert not any(name.startswith("on") for node in page.css("*") for name in node.attributes)
        assert "script-src" not in (answer.policy or "") or "script-src 'none'" in (answer.policy or "")
        assert "default-src 'none'" in (answer.policy or "")


@pytest.mark.parametrize(
    "dirty",
    ["<script>x</script>", "<a href='javascript:x'>a</a>", "<img src=x onerror=x>", "<svg onload=x>", "<iframe src=x>"],
)
def test_html_of_an_author_loses_what_could_run(dirty: str) -> None:
    clean = sanitised(dirty).lower()

    assert not any(bad in clean for bad in ("<script", "javascript:", "onerror", "onload", "<iframe"))
