"""What followers are told, and what a slow one may miss."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headrace.executions.public import ErrorInfo, ExecutionFailed, NodeSucceeded, Output
from headrace.executions.updates import GAP, Update, coalesce, update_of
from headrace.kernel.ids import ExecutionId
from tests.unit.executions.simulating import NOON

E1 = ExecutionId("e1")


@st.composite
def batches(draw: st.DrawFn) -> list[Update]:
    kinds = st.sampled_from(
        ["node.started", "node.succeeded", "node.failed", "execution.suspended", "execution.succeeded"]
    )
    told = draw(st.lists(st.tuples(kinds, st.sampled_from("ab"), st.sampled_from("xyz")), max_size=40))
    return [
        Update(
            type=kind,
            seq=seq,
            execution_id=ExecutionId(execution),
            node=node if kind.startswith("node") else None,
        )
        for seq, (kind, execution, node) in enumerate(told, start=draw(st.integers(0, 5)))
    ]


@given(batch=batches(), most=st.integers(0, 50))
def test_a_slow_reader_misses_detail_and_never_what_became_of_anything(batch: list[Update], most: int) -> None:
    told = coalesce(batch, most=most)

    kept = [update for update in told if update.type != GAP]
    assert kept == [update for update in batch if update in kept]  # in order, and nothing made up
    assert [one for one in kept if not one.is_detail] == [one for one in batch if not one.is_detail]
    assert last_words(kept) == last_words(batch)
    assert kept[-1:] == batch[-1:]  # so that whoever goes on after the last goes on after the batch
    if len(batch) <= most:
        assert told == batch


@given(batch=batches(), most=st.integers(0, 50))
def test_what_was_left_out_is_announced_with_its_number(batch: list[Update], most: int) -> None:
    told = coalesce(batch, most=most)

    gaps = [update for update in told if update.type == GAP]
    missed = [update for update in batch if update not in told]
    assert [gap.left_out for gap in gaps] == ([len(missed)] if missed else [])
    assert [gap.seq for gap in gaps] == ([missed[-1].seq] if missed else [])


def last_words(updates: list[Update]) -> dict[tuple[ExecutionId | None, str], Update]:
    return {(update.execution_id, update.node): update for update in updates if update.node}


def test_an_update_has_counts_of_items_and_never_items() -> None:
    event = NodeSucceeded(
        node="Fetch", run=2, outputs=(Output(items=3, inline=b"[{},{},{}]"), Output(items=0)), seconds=0.5, at=NOON
    )

    update = update_of(E1, 7, event)

    assert update == Update(
        type="node.succeeded", seq=7, execution_id=E1, at=NOON, node="Fetch", run=2, items=(3, 0), seconds=0.5
    )


def test_the_end_of_an_execution_says_what_was_wrong() -> None:
    update = update_of(E1, 9, ExecutionFailed(error=ErrorInfo(message="no such host"), node="Fetch", at=NOON))

    assert (update.type, update.error, update.is_end, update.is_detail) == (
        "execution.failed",
        "no such host",
        True,
        False,
    )
