"""What users, passwords, requests and attempts may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.identity.domain.names import checked_email, checked_user_name
from headrace.identity.domain.origins import is_same_origin, is_this_machine
from headrace.identity.domain.passwords import MAX_LENGTH, checked_password, normalised
from headrace.identity.domain.throttling import WITH_ACCOUNTS, Failures, address_group
from headrace.identity.errors import BadEmail, BadUserName, WeakPassword

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def checked(password: str) -> str:
    return checked_password(password, email="ann.smith@example.com", name="Ann Smith")


@pytest.mark.parametrize("text", ["Ann@Example.com", "  ann@example.com ", "ANN@EXAMPLE.COM"])
def test_an_address_is_one_user_however_it_is_written(text: str) -> None:
    assert checked_email(text) == "ann@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "a b@example.com",
        "a@b@c",
        "ann@example.com\r\nBcc: x@y",
        "a\0@b",
        "ann@\u202ee",
        "x" * 250 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadEmail):
        checked_email(text)


@given(text=st.text(max_size=40))
def test_an_address_that_is_kept_is_kept_again(text: str) -> None:
    try:
        email = checked_email(text)
    except BadEmail:
        return
    assert checked_email(email) == email


@pytest.mark.parametrize("name", ["", " ", "x" * 129, "two\nlines"])
def test_a_name_is_one_line_that_can_be_shown(name: str) -> None:
    with pytest.raises(BadUserName):
        checked_user_name(name)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * (MAX_LENGTH + 1),
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "password123",
        "Headrace2026",
        "ann.smith@example.com",
        "ann.smith12",
        "Ann Smith 99",
        "1234567890",
        "0987654321",
        "qwertyuiop",
        "abcdefghijkl",
    ],
)
def test_what_is_tried_first_is_no_password(password: str) -> None:
    with pytest.raises(WeakPassword):
        checked(password)


@pytest.mark.parametrize("password", ["four words nobody joins", "xK3!9vQz-p", "пароль из слов", "x" * 100 + "abcdef"])
def test_long_or_strange_is_a_password(password: str) -> None:
    assert checked(password) == password


def test_a_password_is_the_same_however_a_keyboard_composes_it() -> None:
    assert normalised("Größe") == normalised("Gro\u0308ße") == "Größe"


@pytest.mark.parametrize(
    ("fetch_site", "origin", "ours"),
    [
        ("same-origin", None, True),
        ("same-site", "https://hr.example.com", False),
        ("cross-site", "https://hr.example.com", False),
        ("none", None, False),
        (None, "https://hr.example.com", True),
        (None, "http://HR.example.com", True),
        (None, "https://hr.example.com.evil.example", False),
        (None, "https://hr.example.com:8443", False),
        (None, "https://hr.example.com@evil.example", False),
        (None, "null", False),
        (None, "", False),
        (None, "https://[", False),
        (None, None, False),
    ],
)
def test_only_this_servers_own_pages_are_trusted(fetch_site: str | None, origin: str | None, ours: bool) -> None:
    assert is_same_origin(fetch_site=fetch_site, origin=origin, host="hr.example.com") is ours


def test_without_a_host_nothing_is_ours() -> None:
    assert not is_same_origin(fetch_site=None, origin="null", host="")
    assert not is_same_origin(fetch_site=None, origin="https://x", host=None)


@pytest.mark.parametrize(
    ("client", "host", "forwarded", "here"),
    [
        ("127.0.0.1", "localhost:8000", False, True),
        ("127.0.0.1", "127.0.0.1:8000", False, True),
        ("::1", "[::1]:8000", False, True),
        ("127.0.0.1", "localhost:8000", True, False),
        ("127.0.0.1", "rebound.evil.example:8000", False, False),
        ("192.0.2.7", "localhost:8000", False, False),
        ("127.0.0.1", "localhost.evil.example", False, False),
        ("127.0.0.1", "[", False, False),
        (None, "localhost", False, False),
        ("127.0.0.1", None, False, False),
        ("not an address", "localhost", False, False),
    ],
)
def test_this_machine_is_known_by_its_address_and_its_name(
    client: str | None, host: str | None, forwarded: bool, here: bool
) -> None:
    assert is_this_machine(client=client, host=host, forwarded=forwarded) is here


def test_waits_double_from_the_first_that_is_not_free_up_to_the_longest() -> None:
    waits = [WITH_ACCOUNTS.wait(failures).total_seconds() for failures in (0, 9, 10, 11, 12, 16, 10**9)]

    assert waits == [0, 0, 1, 2, 4, 60, 60]


@given(gaps=st.lists(st.integers(0, 100), max_size=60))
def test_after_the_wait_there_may_be_another_attempt(gaps: list[int]) -> None:
    failures, now = Failures(), NOON
    for gap in gaps:
        now += timedelta(seconds=gap)
        now += failures.wait(WITH_ACCOUNTS, now)
        assert not failures.wait(WITH_ACCOUNTS, now)
        failures = failures.with_another(WITH_ACCOUNTS, now)


def test_failures_of_long_ago_are_forgotten() -> None:
    failures = Failures(count=50, last_at=NOON)

    assert failures.wait(WITH_ACCOUNTS, NOON) == WITH_ACCOUNTS.longest
    assert failures.with_another(WITH_ACCOUNTS, NOON + WITH_ACCOUNTS.forgotten_after).count == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8::1", "2001:db8::ffff:1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::2%eth1")],
)
def test_addresses_of_one_customer_count_as_one(one: str, other: str) -> None:
    assert address_group(one) == address_group(other)


def test_addresses_of_two_customers_count_as_two() -> None:
    assert (
        len({address_group(one) for one in ("192.0.2.1", "192.0.2.2", "2001:db8:0:1::1", "2001:db8:0:2::1", "")}) == 5
    )
