"""OAuth2 without a server: what is asked, what an answer means, when a token is due."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.credentials.domain.oauth2 import authorization_url, is_due, is_over, read_token, renewal_request
from headrace.credentials.errors import TokenRefused
from tests.unit.credentials.making import NOON

OURS = {"response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"}


@given(extra=st.dictionaries(st.one_of(st.sampled_from(sorted(OURS)), st.text(min_size=1)), st.text(), max_size=4))
def test_further_parameters_never_take_the_place_of_ours(extra: dict[str, str]) -> None:
    query = urlencode(extra)
    fields = {"authUrl": f"https://a.example/auth?{query}", "clientId": "c", "authQueryParameters": query}

    url = authorization_url(fields, redirect_uri="https://here.example/cb", state="s", verifier="v")

    found = parse_qs(urlsplit(url).query)
    assert all(len(found[name]) == 1 for name in OURS)
    assert (found["state"], found["client_id"], found["code_challenge_method"]) == (["s"], ["c"], ["S256"])


@given(
    body=st.one_of(st.binary(), st.recursive(st.none() | st.text(), st.lists).map(lambda one: json.dumps(one).encode()))
)
def test_an_answer_that_is_none_is_a_refusal_that_repeats_nothing(body: bytes) -> None:
    with pytest.raises(TokenRefused) as refused:
        read_token(200, body, {}, NOON)

    assert str(refused.value).startswith("the authorization server gave no token (status 200)")


@pytest.mark.parametrize("said", ["canary secret", "CANARY", ["canary"], "canary" * 20])
def test_of_what_a_server_says_only_a_word_of_the_standard_is_repeated(said: Any) -> None:
    with pytest.raises(TokenRefused) as refused:
        read_token(400, json.dumps({"error": said}).encode(), {}, NOON)

    assert "canary" not in str(refused.value).lower()


def test_what_an_answer_leaves_out_stays_and_its_end_is_counted_from_now() -> None:
    answer = json.dumps({"access_token": "new", "expires_in": "60", "expires_at": 5, "more": {"deep": 1}}).encode()

    token = read_token(200, answer, {"refresh_token": "old", "access_token": "gone"}, NOON)

    end = int(NOON.timestamp()) + 60
    assert token == {"access_token": "new", "refresh_token": "old", "expires_in": 60, "expires_at": end}


@pytest.mark.parametrize("expires_in", [None, "soon", -1, 10**12, [5], {"a": 1}])
def test_a_token_of_no_sensible_end_is_good_until_it_is_refused(expires_in: Any) -> None:
    answer = json.dumps({"access_token": "t", "expires_in": expires_in}).encode()

    fields = {"oauthTokenData": read_token(200, answer, {}, NOON)}

    assert not is_due(fields, NOON + timedelta(days=9_999))
    assert not is_over(fields, NOON + timedelta(days=9_999))


@given(lifetime=st.integers(1, 100_000), passed=st.integers(0, 100_000))
def test_a_token_is_due_before_it_is_over(lifetime: int, passed: int) -> None:
    answer = json.dumps({"access_token": "t", "expires_in": lifetime}).encode()
    fields = {"oauthTokenData": read_token(200, answer, {}, NOON)}
    at = NOON + timedelta(seconds=passed)

    assert is_over(fields, at) == (passed >= lifetime)
    assert is_due(fields, at) == (passed >= lifetime - min(60, lifetime / 5))


def test_without_a_refresh_token_nobody_but_a_person_gets_another() -> None:
    fields = {"accessTokenUrl": "https://a.example/token", "oauthTokenData": {"access_token": "t"}}

    assert renewal_request(fields) is None
    assert renewal_request({**fields, "grantType": "clientCredentials"}) is not None


def test_a_token_request_shows_no_secret_of_its_own_accord() -> None:
    request = renewal_request(
        {"accessTokenUrl": "https://a.example/token", "grantType": "clientCredentials", "clientSecret": "canary"}
    )

    assert request is not None
    assert "canary" not in repr(request)
