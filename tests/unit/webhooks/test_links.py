"""Addresses at which runs that wait go on."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from headrace.kernel.ids import ExecutionId
from headrace.webhooks.links import Links

LINKS = Links(b"s" * 32)
RUN = ExecutionId("1m85vp9s7t9gbe6kgy1hpx7v")


def signature(links: Links = LINKS, run: ExecutionId = RUN) -> str:
    return parse_qs(urlsplit(links.path("webhook-waiting", run)).query)["signature"][0]


def test_an_address_leads_to_its_execution() -> None:
    assert LINKS.opened("webhook-waiting", RUN, {"signature": signature()}) == (RUN, "")
    assert LINKS.opened("webhook-waiting", f"{RUN}/yes", {"signature": signature()}) == (RUN, "yes")
    assert LINKS.opened("webhook-waiting", RUN, {"signature": f"{signature()}/yes/now"}) == (RUN, "yes/now")


def test_an_address_of_another_place_run_or_server_leads_nowhere() -> None:
    assert LINKS.opened("form-waiting", RUN, {"signature": signature()}) is None
    assert LINKS.opened("webhook-waiting", "another", {"signature": signature()}) is None
    assert LINKS.opened("webhook-waiting", RUN, {"signature": signature(Links(b"t" * 32))}) is None


@given(
    path=st.text(max_size=40),
    shown=st.text(max_size=60) | st.lists(st.text(max_size=5)) | st.none() | st.just(signature()),
)
def test_nothing_made_up_leads_anywhere(path: str, shown: Any) -> None:
    assert LINKS.opened("webhook-waiting", path, {"signature": shown}) is None
