"""The bait, and one pool for each tier, for all attacks of a run."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.security.sandbox.bait import Bait
from tests.security.sandbox.resources import Resources
from tests.security.sandbox.tiers import Tier


@pytest.fixture(scope="session")
def bait() -> Iterator[Bait]:
    laid = Bait()
    yield laid
    laid.close()


@pytest.fixture(scope="session")
def containers() -> Iterator[Path]:
    """A folder that containers' users may pass through, as they may not through pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="headrace-containers-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tier(request: pytest.FixtureRequest, bait: Bait, containers: Path) -> AsyncIterator[Tier]:
    """One tier after the other; nothing of it may be left when its attacks are over."""
    before = Resources.now()
    attacked = Tier(request.param, containers, bait.payloads)
    yield attacked
    await attacked.close()
    left = attacked.processes(), attacked.containers()
    gc.collect()
    after = Resources.now()
    assert left == ([], [])
    assert (after.descriptors, after.children) == (before.descriptors, before.children)
