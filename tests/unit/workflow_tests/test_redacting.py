"""Secrets do not get onto a tape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.workflow_tests.redacting import Redactor, is_secret_name


@pytest.mark.parametrize(
    "name",
    ["password", "access_token", "apiKey", "X-API-Key", "Authorization", "client_secret", "sessionId", "set-cookie"],
)
def test_names_tell_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["author", "tokenizer", "passenger", "keyboard", "nextPage", "signal", "id"])
def test_other_names_do_not(name: str) -> None:
    assert not is_secret_name(name)


def test_a_secret_found_by_its_name_is_known_wherever_it_comes_up_again() -> None:
    redactor = Redactor()

    assert redactor.value({"user": {"accessToken": "s3cr3t-value"}}) == {"user": {"accessToken": "redacted"}}
    assert redactor.url("https://api.example.com/me/s3cr3t-value") == "https://api.example.com/me/redacted"
    assert redactor.value(["Bearer s3cr3t-value"]) == ["Bearer redacted"]


def test_a_secret_in_a_query_is_found_by_its_name_and_by_its_value_however_it_is_written() -> None:
    redactor = Redactor()
    redactor.learn("a b/c&d", "test-key")

    assert redactor.url("https://api.example.com/?page=2&api_key=abcd") == (
        "https://api.example.com/?page=2&api_key=redacted"
    )
    assert redactor.url("https://api.example.com/?q=a%20b%2Fc%26d") == "https://api.example.com/?q=test-key"


@given(secret=st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=8), around=st.text(max_size=5))
def test_nothing_of_a_known_secret_is_left(secret: str, around: str) -> None:
    redactor = Redactor()
    redactor.learn(secret, "-")

    assert secret not in redactor.text(f"{around}{secret}{around}")
