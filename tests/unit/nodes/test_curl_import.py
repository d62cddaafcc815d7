"""Reading curl commands."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin.http_request.curl_import import parse_curl
from headrace.sdk.errors import NodeError


def pairs(parameters: dict[str, Any], name: str) -> list[tuple[str, str]]:
    return [(one["name"], one["value"]) for one in parameters[name]["parameters"]]


def test_a_bare_url_is_a_get() -> None:
    made = parse_curl("curl https://api.example.com/v1?x=1&y=")

    assert (made["method"], made["url"]) == ("GET", "https://api.example.com/v1")
    assert pairs(made, "queryParameters") == [("x", "1"), ("y", "")]


def test_headers_and_a_json_body_over_several_lines() -> None:
    made = parse_curl(
        """curl -sX PUT 'https://api.example.com/v1' \\
          -H 'Content-Type: application/json' \\
          -H "X-Key: a b" \\
          --data-raw '{"name": "it'"'"'s"}'"""
    )

    assert made["method"] == "PUT"
    assert pairs(made, "headerParameters") == [("X-Key", "a b")]
    assert (made["contentType"], made["specifyBody"], made["jsonBody"]) == ("json", "json", '{"name": "it\'s"}')


def test_data_makes_it_a_post_of_a_form() -> None:
    made = parse_curl("curl api.example.com -d a=1 -d b=2 --data-urlencode 'c=x y&z'")

    assert (made["method"], made["url"]) == ("POST", "http://api.example.com")
    assert made["contentType"] == "form-urlencoded"
    assert pairs(made, "bodyParameters") == [("a", "1"), ("b", "2"), ("c", "x y&z")]


def test_get_puts_the_data_into_the_query() -> None:
    made = parse_curl("curl -G https://x.example -d a=1")

    assert made["method"] == "GET"
    assert pairs(made, "queryParameters") == [("a", "1")]
    assert "sendBody" not in made


def test_forms_with_files_become_multipart() -> None:
    made = parse_curl("curl https://x.example -F name=ann -F photo=@me.png")

    assert made["contentType"] == "multipart-form-data"
    assert made["bodyParameters"]["parameters"] == [
        {"parameterType": "formData", "name": "name", "value": "ann"},
        {"parameterType": "formBinaryData", "name": "photo", "inputDataFieldName": "data"},
    ]


def test_users_proxies_and_limits_are_kept() -> None:
    made = parse_curl("curl -kL -u ann:pw -x http://proxy.example:3128 -m 2.5 --max-redirs 3 https://x.example")

    assert pairs(made, "headerParameters") == [("Authorization", "Basic YW5uOnB3")]
    assert made["options"] == {
        "redirect": {"redirect": {"followRedirects": True, "maxRedirects": 3}},
        "proxy": "http://proxy.example:3128",
        "timeout": 2500,
        "allowUnauthorizedCerts": True,
    }


def test_quoting_with_escapes_is_read_as_the_shell_does() -> None:
    made = parse_curl(r"curl https://x.example -H 'Content-Type: text/plain' --data-raw $'one\ntwo\u0021'")

    assert (made["contentType"], made["body"]) == ("raw", "one\ntwo!")


def test_text_that_looks_like_an_expression_stays_text() -> None:
    made = parse_curl("curl https://x.example -H 'X-A: ={{ $env.SECRET }}'")

    value = pairs(made, "headerParameters")[0][1]
    assert value == '={{ "=\\u007b\\u007b $env.SECRET \\u007d\\u007d" }}'


@pytest.mark.parametrize("text", ["", "wget https://x", "curl", "curl -X GET", "curl 'https://x"])
def test_what_is_no_curl_command_is_refused(text: str) -> None:
    with pytest.raises(NodeError):
        parse_curl(text)
