"""A short piece of the random hostile code, always the same; for more, `python -m tests.security.sandbox.fuzz`."""

from __future__ import annotations

import gc
from pathlib import Path
from random import Random

import pytest

from headrace.executor.sandbox.limits import MIB
from tests.security.sandbox.bait import Bait
from tests.security.sandbox.fuzz import fuzz
from tests.security.sandbox.resources import Resources
from tests.security.sandbox.tiers import Tier

PROGRAMS = 800


@pytest.mark.asyncio(loop_scope="module")
async def test_random_hostile_code_gets_nowhere_and_leaves_nothing(bait: Bait, containers: Path) -> None:
    before = Resources.now()
    tier = Tier("jail", containers, bait.payloads)
    try:
        findings = await fuzz(tier, bait, Random(1), programs=PROGRAMS, seconds=None)
    finally:
        await tier.close()
    gc.collect()
    after = Resources.now()

    assert findings.breaches == []
    assert findings.programs.total() == PROGRAMS
    assert tier.processes() == []
    assert (after.descriptors, after.children) == (before.descriptors, before.children)
    assert after.resident_bytes - before.resident_bytes < 32 * MIB
