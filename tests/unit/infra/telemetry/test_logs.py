"""Lines of the log: what they say, what they belong to, and what they must not say."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.infra.telemetry.logs import LogFormat, scrubbed, set_up_logs
from headrace.kernel.correlation import belonging_to


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_of_json_says_when_where_and_what_it_belongs_to(written: io.StringIO) -> None:
    set_up_logs("info", "json", stream=written)
    with belonging_to(request_id="r1", tenant="acme"), belonging_to(execution="e1"):
        logging.getLogger("headrace.test").info("took %d items", 3, extra={"seconds": 0.5})

    (line,) = lines(written)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "message": "took 3 items",
        "level": "info",
        "logger": "headrace.test",
        "request_id": "r1",
        "tenant": "acme",
        "execution": "e1",
        "seconds": 0.5,
    }


def test_work_that_begins_anew_does_not_belong_to_what_started_it(written: io.StringIO) -> None:
    set_up_logs("info", "json", stream=written)
    with belonging_to(request_id="r1"), belonging_to(anew=True, execution="e2"):
        logging.getLogger("headrace.test").info("x")

    (line,) = lines(written)
    assert "request_id" not in line


def test_nothing_below_the_level_is_written(written: io.StringIO) -> None:
    set_up_logs("warning", "json", stream=written)
    logging.getLogger("headrace.test").info("small talk")
    logging.getLogger("headrace.test").warning("trouble")

    assert [line["message"] for line in lines(written)] == ["trouble"]


def test_a_failure_is_written_with_its_trace_in_one_line(written: io.StringIO) -> None:
    set_up_logs("info", "json", stream=written)
    try:
        raise ValueError("token=abcdef123456")
    except ValueError:
        logging.getLogger("headrace.test").exception("it failed")

    (line,) = lines(written)
    assert "Traceback" in line["exception"]
    assert "abcdef123456" not in line["exception"]


SECRET = "Zx9-canary_4711"


@pytest.mark.parametrize(
    "message",
    [
        f"GET https://api.example.com/?api_key={SECRET}&page=2",
        f"Authorization: Bearer {SECRET}",
        f'{{"client_secret": "{SECRET}", "x": 1}}',
        f"postgres://user:{SECRET}@db.example.com/x",
        f"password={SECRET}",
        f"X-Api-Key: {SECRET}",
    ],
)
@pytest.mark.parametrize("format_", ["json", "console"])
def test_secrets_in_messages_are_hidden(written: io.StringIO, message: str, format_: LogFormat) -> None:
    set_up_logs("info", format_, stream=written)
    logging.getLogger("headrace.test").info("%s", message)

    assert SECRET not in written.getvalue()
    assert "[hidden]" in written.getvalue()


@given(name=st.sampled_from(["password", "apiKey", "api_key", "Authorization", "refresh_token", "clientSecret"]))
def test_fields_with_the_name_of_a_secret_are_hidden_however_deep(name: str) -> None:
    line = scrubbed(None, "", {name: SECRET, "nested": {"list": [{name: SECRET}]}, "kept": "fine"})

    assert SECRET not in json.dumps(line)
    assert line["kept"] == "fine"


def test_what_is_no_secret_is_left_alone() -> None:
    line = {"event": 'node "Fetch" of workflow "Tokens and keys" took 3 s', "items": 3, "path": "/webhook/passwords"}

    assert scrubbed(None, "", dict(line)) == line
