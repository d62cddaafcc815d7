"""Commands on a server that is elsewhere: over its API, with a key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.e2e.server.access import owner_key
from tests.e2e.server.running import RunningServer, chain, node, webhook


async def test_a_workflow_is_published_and_taken_back_from_another_machine(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.load(
        [
            chain("hello there", webhook("hello"), active=False),
            chain("idle", node("Start", "manualTrigger", 1, 0), active=False),
        ]
    )
    key = owner_key(server)
    # Its own data directory is empty: whatever it knows, it has from the server.
    elsewhere = RunningServer(tmp_path / "elsewhere", HEADRACE_SERVER=server.url, HEADRACE_API_KEY=key)
    stranger = RunningServer(tmp_path / "elsewhere", HEADRACE_SERVER=server.url, HEADRACE_API_KEY="no-key")
    await server.start()
    try:
        told = await asyncio.to_thread(elsewhere.run, "workflow", "publish", "hello there")
        assert told == 'published "hello there", version 1\n'
        assert "hello-there                version 1    hello there" in await asyncio.to_thread(
            elsewhere.run, "workflow", "list"
        )

        for name, reason in (
            ("idle", "nothing starts the workflow by itself"),
            ("nowhere", "there is no one workflow"),
        ):
            with pytest.raises(AssertionError, match=reason):
                await asyncio.to_thread(elsewhere.run, "workflow", "publish", name)
        with pytest.raises(AssertionError, match="key"):
            await asyncio.to_thread(stranger.run, "workflow", "list")

        await asyncio.to_thread(elsewhere.run, "workflow", "unpublish", "hello-there")
        assert "version" not in await asyncio.to_thread(server.run, "workflow", "list")
    finally:
        server.close()
    with pytest.raises(AssertionError, match="cannot be reached"):
        await asyncio.to_thread(elsewhere.run, "workflow", "list")
