"""One delivery is one run, however often it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.webhooks.deduplicating import Delivery, KeySource, key_of, source_of
from headrace.webhooks.errors import BadRoute

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def delivery(key: bytes = b'"7"', *, tenant: TenantId = DEFAULT_TENANT, secret: bytes = b"s") -> Delivery:
    return Delivery(tenant=tenant, workflow_id="w", node="Hook", key=key, within=HOUR, secret=secret)


@given(seconds=st.floats(0, 3599))
def test_a_repetition_within_the_window_has_the_same_id_or_that_of_the_window_before(seconds: float) -> None:
    first, again = NOON + timedelta(minutes=20), NOON + timedelta(minutes=20, seconds=seconds)

    assert delivery().execution_id(first) in (delivery().execution_id(again), delivery().earlier_id(again))


def test_another_key_tenant_or_server_is_another_delivery() -> None:
    ids = {
        one.execution_id(NOON)
        for one in (delivery(), delivery(b'"8"'), delivery(tenant=TenantId("other")), delivery(secret=b"t"))
    }

    assert len(ids) == 4


@pytest.mark.parametrize(
    ("option", "source"),
    [
        ("Idempotency-Key", KeySource(header="idempotency-key")),
        ("={{ $json.body.id }}", KeySource(path="body.id")),
        ("  ", None),
    ],
)
def test_a_key_is_in_a_header_or_at_a_plain_path(option: str, source: KeySource | None) -> None:
    assert source_of(option, "Hook") == source


@pytest.mark.parametrize("option", ["={{ $json.body.id + 1 }}", "a header", "{{ evil() }}"])
def test_anything_more_is_refused(option: str) -> None:
    with pytest.raises(BadRoute):
        source_of(option, "Hook")


def test_a_call_that_does_not_say_is_no_repetition() -> None:
    assert key_of(KeySource(header="x-id"), {}, {}) is None
    assert key_of(KeySource(path="body.id"), {}, {"body": {}}) is None
    assert key_of(KeySource(path="body.id"), {}, {"body": {"id": 7}}) == b"7"
