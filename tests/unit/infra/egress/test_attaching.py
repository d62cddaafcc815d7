"""Putting credentials on requests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from headrace.infra.egress.attaching import answer_digest, attach
from headrace.infra.egress.oauth1 import form_of, sign
from headrace.sdk.credentials import Attachment
from headrace.sdk.errors import NodeError

URL = "https://api.example.com/things?sig=a%2Fb+c"


def headers_with(type_: str, secret: dict[str, Any]) -> dict[str, str]:
    _, headers, _ = attach(type_, secret, URL, [], None)
    return dict(headers)


def test_basic_auth_becomes_an_authorization_header() -> None:
    assert headers_with("httpBasicAuth", {"user": "ann", "password": "p:w"}) == {"Authorization": "Basic YW5uOnA6dw=="}


def test_bearer_and_oauth2_tokens_become_an_authorization_header() -> None:
    assert headers_with("httpBearerAuth", {"token": "t1"}) == {"Authorization": "Bearer t1"}
    assert headers_with("oAuth2Api", {"oauthTokenData": {"access_token": "t2"}}) == {"Authorization": "Bearer t2"}


def test_an_oauth2_credential_without_a_token_says_so() -> None:
    with pytest.raises(NodeError, match="not connected"):
        headers_with("oAuth2Api", {})


def test_a_header_credential_adds_its_header() -> None:
    assert headers_with("httpHeaderAuth", {"name": "X-Key", "value": "k"}) == {"X-Key": "k"}


def test_a_query_credential_leaves_what_is_there_as_it_is_written() -> None:
    url, _, _ = attach("httpQueryAuth", {"name": "key", "value": "a b&c"}, URL, [], None)

    assert url == URL + "&key=a%20b%26c"


def test_a_custom_credential_adds_headers_query_and_body() -> None:
    rule = {"headers": {"X-A": "1"}, "qs": {"q": "2"}, "body": {"b": 3}}
    url, headers, body = attach("httpCustomAuth", {"json": json.dumps(rule)}, URL, [], b'{"a": 1}')

    assert url.endswith("&q=2")
    assert headers == [("X-A", "1")]
    assert json.loads(body or b"") == {"a": 1, "b": 3}


def test_a_custom_credential_that_is_no_json_does_not_show_itself_in_the_error() -> None:
    with pytest.raises(NodeError) as caught:
        attach("httpCustomAuth", {"json": "{hidden"}, URL, [], None)

    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("allowed", "fits"),
    [
        ("api.example.com", True),
        ("other.org, api.example.com", True),
        ("*.example.com", True),
        ("example.com", False),
        ("*.api.example.com", False),
        ("api.example.com.evil.org", False),
        ("", True),
        ("all", True),
    ],
)
def test_a_credential_goes_only_to_hosts_it_names(allowed: str, fits: bool) -> None:
    secret = {"token": "t", "allowedDomains": allowed}
    if fits:
        assert headers_with("httpBearerAuth", secret)
    else:
        with pytest.raises(NodeError, match=r"may not be used for api\.example\.com"):
            headers_with("httpBearerAuth", secret)


def test_a_credential_of_an_unknown_kind_without_a_token_is_refused() -> None:
    with pytest.raises(NodeError, match="strangeApi"):
        headers_with("strangeApi", {"user": "x"})


def test_a_digest_challenge_is_answered() -> None:
    # The example of RFC 2069, by the corrected values of its errata.
    answer = answer_digest(
        {"user": "Mufasa", "password": "CircleOfLife"},
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"',
        "GET",
        "http://www.nowhere.org/dir/index.html",
    )

    assert answer is not None
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in answer
    assert 'opaque="5ccc"' in answer


@pytest.mark.parametrize("challenge", ["", "Basic realm=x", "Digest algorithm=SHA-512-256, nonce=x"])
def test_a_challenge_of_another_kind_is_not_answered(challenge: str) -> None:
    assert answer_digest({}, challenge, "GET", URL) is None


def test_a_request_is_signed_by_oauth1_as_its_standard_shows() -> None:
    # RFC 5849, section 1.2.
    header = sign(
        {
            "consumerKey": "dpf43f3p2l4k3l03",
            "consumerSecret": "kd94hf93k423kf44",
            "oauthTokenData": {"oauth_token": "nnch734d00sl2jdk", "oauth_token_secret": "pfkkdhi9sl3r4s00"},
        },
        "GET",
        "http://photos.example.net/photos?file=vacation.jpg&size=original",
        nonce="kllo9940pd9333jh",
        timestamp=1191242096,
    )

    # With version 1.0 in it, which RFC 5849 leaves out: OAuth Core 1.0, appendix A.5.
    assert unquote(header.split('oauth_signature="')[1].split('"')[0]) == "tR3+Ty81lMeYAr/Fid0kMTYa/WM="


def test_only_form_bodies_are_signed_with_the_request() -> None:
    assert form_of([("Content-Type", "application/x-www-form-urlencoded")], b"a=1&b=%20") == [("a", "1"), ("b", " ")]
    assert form_of([("Content-Type", "application/json")], b"a=1") == []


def test_oauth1_refuses_signatures_it_does_not_know() -> None:
    with pytest.raises(NodeError, match="PLAINTEXT"):
        sign({"signatureMethod": "PLAINTEXT"}, "GET", URL, nonce="n", timestamp=1)


@pytest.mark.parametrize(
    ("mode", "listed", "fits"),
    [
        ("all", "", True),
        ("all", "left.over.example", True),
        ("none", "api.example.com", False),
        ("domains", "api.example.com", True),
        ("domains", "*.example.com", True),
        ("domains", "", False),
        ("domains", " , ", False),
        ("domains", "all", False),
        ("domains", "*", False),
        ("domains", "*.ample.com", False),
        ("something", "api.example.com", False),
    ],
)
def test_the_kind_of_restriction_decides_whether_the_hosts_count(mode: str, listed: str, fits: bool) -> None:
    secret = {"token": "t", "allowedHttpRequestDomains": mode, "allowedDomains": listed}
    if fits:
        assert headers_with("httpBearerAuth", secret)
    else:
        with pytest.raises(NodeError, match="may not be used"):
            headers_with("httpBearerAuth", secret)


def test_a_declared_attachment_is_filled_with_the_fields_of_the_credential() -> None:
    attachment = Attachment(headers={"Authorization": "Key {apiKey}", "X-Org": "{org}"}, query={"v": "{version}"})
    secret = {"apiKey": "{org}", "org": "o", "version": "1 2"}

    url, headers, body = attach("shopApi", secret, URL, [("A", "b")], b"x", attachment=attachment)

    assert headers == [("A", "b"), ("Authorization", "Key {org}"), ("X-Org", "o")]
    assert url == URL + "&v=1%202"
    assert body == b"x"


def test_a_token_of_a_type_beyond_oauth2_is_attached_too() -> None:
    assert headers_with("shopOAuth2Api", {"oauthTokenData": {"access_token": "t"}}) == {"Authorization": "Bearer t"}
