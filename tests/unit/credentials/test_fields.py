"""Which fields are accepted, how changes are merged, what is shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.credentials.domain.fields import MAX_BYTES, check_fields, merge, missing, schema_of, shown
from headrace.credentials.domain.references import SecretReference, read_reference, reference_problem
from headrace.credentials.errors import BadCredential, SecretsNeeded
from tests.unit.credentials.making import TYPES

BASIC = TYPES.find("httpBasicAuth")
OAUTH2 = TYPES.find("oAuth2Api")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"pasword": "canary"}, "pasword"),
        ({"password": 5}, "password"),
        ({"password": {"a": "canary"}}, "password"),
        ({"allowedHttpRequestDomains": "canary"}, "allowedHttpRequestDomains"),
        ({"password": "={{ $secrets.vault }} canary"}, "password"),
        ({"oauthTokenData": {"access_token": "canary"}}, "oauthTokenData"),
        ({"password": "\ud800canary"}, "JSON"),
        ({"password": "canary" * MAX_BYTES}, str(MAX_BYTES)),
    ],
)
def test_a_field_that_cannot_be_accepted_is_named_and_not_quoted(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(BadCredential, match=named) as caught:
        check_fields(fields, BASIC)

    assert "canary" not in str(caught.value)


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(BadCredential) as caught:
        check_fields({"ignoreSSLIssues": "yes", "clientId": 1, "x": ""}, OAUTH2)

    assert len(caught.value.problems) == 3


def test_a_type_that_is_not_installed_keeps_any_field() -> None:
    check_fields({"anything": {"deep": [1, None]}}, None)


def test_required_fields_count_only_where_they_are_shown() -> None:
    assert missing({"clientId": "c"}, OAUTH2) == ["authUrl", "accessTokenUrl"]
    assert missing({"grantType": "clientCredentials", "clientId": "c"}, OAUTH2) == ["accessTokenUrl"]


def test_what_a_change_leaves_out_stays_and_what_is_none_goes() -> None:
    held = {"user": "ann", "password": "p"}

    assert merge(held, {"user": "ben"}, BASIC) == {"user": "ben", "password": "p"}
    assert merge(held, {"user": None}, BASIC) == {"password": "p"}


@pytest.mark.parametrize(
    "change",
    [
        {"allowedHttpRequestDomains": "all"},
        {"allowedDomains": "evil.example"},
        {"allowedHttpRequestDomains": None},
        {"allowedDomains": None, "user": "eve"},
    ],
)
def test_nobody_sends_a_secret_elsewhere_without_knowing_it(change: dict[str, Any]) -> None:
    held = {"password": "p", "allowedHttpRequestDomains": "domains", "allowedDomains": "shop.example"}

    with pytest.raises(SecretsNeeded, match="password"):
        merge(held, change, BASIC)

    assert merge(held, {**change, "password": "again"}, BASIC)["password"] == "again"


def test_the_same_host_said_again_needs_no_secret() -> None:
    held = {"password": "p", "allowedHttpRequestDomains": "all"}

    assert merge(held, {"allowedHttpRequestDomains": "all", "user": "ben"}, BASIC)["password"] == "p"
    assert merge({"password": "p"}, {"allowedHttpRequestDomains": "all"}, BASIC)["password"] == "p"


def test_a_token_does_not_stay_when_the_place_it_is_for_changes() -> None:
    held = {"clientSecret": "s", "accessTokenUrl": "https://a.example", "oauthTokenData": {"access_token": "t"}}

    merged = merge(held, {"accessTokenUrl": "https://b.example", "clientSecret": "new"}, OAUTH2)

    assert "oauthTokenData" not in merged
    assert "oauthTokenData" in merge(held, {"scope": "read"}, OAUTH2)


def test_what_is_shown_holds_no_secret_and_says_which_there_are() -> None:
    fields = {"clientId": "c", "clientSecret": "s", "oauthTokenData": {"access_token": "t"}, "scope": "", "old": "x"}

    seen = shown(fields, OAUTH2)

    assert seen.values == {"clientId": "c", "scope": ""}
    assert seen.filled == ["clientSecret", "old"]
    assert seen.connected


@given(fields=st.dictionaries(st.sampled_from([*(one.name for one in OAUTH2.fields), "else"]), st.text(min_size=1)))
def test_nothing_secret_is_ever_among_what_is_shown(fields: dict[str, str]) -> None:
    assert not {"clientSecret", "else"} & set(shown(fields, OAUTH2).values)
    assert shown(fields, None).values == {}


def test_the_schema_says_what_is_accepted() -> None:
    schema = schema_of(OAUTH2)

    assert schema["additionalProperties"] is False
    assert schema["properties"]["authentication"] == {"type": "string", "enum": ["header", "body"]}
    assert schema["properties"]["ignoreSSLIssues"] == {"type": "boolean"}
    assert schema["required"] == ["accessTokenUrl", "clientId"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("={{ $secrets.vault.db.password }}", ("db", "password")),
        ("={{$secrets.vault.key}}", ("key",)),
        ('={{ $secrets.vault["a b"].c-d }}', ("a b", "c-d")),
        ("= {{ $secrets.vault['x'] }} ", ("x",)),
    ],
)
def test_a_reference_is_read(text: str, path: tuple[str, ...]) -> None:
    assert read_reference(text) == SecretReference("vault", path)
    assert reference_problem(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "={{ $secrets.vault }}",
        "={{ $secrets.vault.a + $secrets.vault.b }}",
        "=Bearer {{ $secrets.vault.a }}",
        "={{ $secrets[x].a }}",
        "={{ $secrets.vault.a; $secrets.vault.b }}",
        "={{ $secrets.vault.constructor('x') }}",
    ],
)
def test_what_only_resembles_a_reference_is_refused(text: str) -> None:
    assert read_reference(text) is None
    assert "is no reference" in reference_problem(text)


@pytest.mark.parametrize("text", ["=1+1", "={{ 5 }}", "$secrets.vault.a", "=", ""])
def test_other_text_means_itself(text: str) -> None:
    assert read_reference(text) is None
    assert reference_problem(text) == ""
