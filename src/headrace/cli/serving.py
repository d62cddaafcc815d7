"""`headrace serve`."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from headrace.app.settings import Settings
from headrace.cli.failing import Failure
from headrace.cli.opening import opened
from headrace.gateway.editor import Editor
from headrace.gateway.pages import Pages
from headrace.kernel.errors import HeadraceError

if TYPE_CHECKING:
    from headrace.infra.telemetry.logs import LogFormat

log = logging.getLogger(__name__)

_GRACE = timedelta(seconds=25)
"""How long runs may take to end after SIGTERM; most supervisors kill after 30 seconds."""


async def serve(
    host: str, port: int, *, log_level: str | None, log_format: LogFormat | None, data_dir: Path | None
) -> int:
    """Serve until stopped: calls to webhooks, what is due, and the pages.

    Raises:
        Failure: a setting makes no sense, or the port cannot be listened on.
    """
    import uvicorn

    from headrace.app.api import entrance_of
    from headrace.app.server import Server
    from headrace.infra.telemetry.logs import set_up_logs

    try:
        settings = Settings.from_environment(data_dir=data_dir)
    except HeadraceError as wrong:
        raise Failure(str(wrong)) from wrong
    set_up_logs(log_level or settings.log_level, log_format or settings.log_format)

    class Http(uvicorn.Server):
        leaving = False

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            # uvicorn's own handlers raise the signal again at the end, so that an orderly stop would look like a crash.
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self.leave, number)
            yield

        def leave(self, number: int) -> None:
            if self.leaving or not settings.drain:
                self.shut(number)
                return
            self.leaving = True
            server.drain()
            log.info("requests are taken for another %g seconds", settings.drain.total_seconds())
            asyncio.get_running_loop().call_later(settings.drain.total_seconds(), self.shut, number)

        def shut(self, number: int) -> None:
            server.drain()
            # First, for uvicorn waits for what is being served to end, and streams would not.
            server.end_streams()
            self.handle_exit(number, None)

    base_url = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::') else host}:{port}"  # noqa: S104
    async with opened(data_dir) as headrace:
        server = Server(headrace, base_url=headrace.settings.public_url.rstrip("/") or base_url)
        http = Http(
            uvicorn.Config(
                server.over(Pages(Editor(), entrance_of(headrace.access))),
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                # What is being served ends; new connections are refused by then.
                timeout_graceful_shutdown=int(_GRACE.total_seconds()),
            )
        )
        await server.start()
        print(f"Headrace serves on {base_url}", file=sys.stderr)
        setup = headrace.access.setup
        if await setup.is_needed():
            # In the fragment, so that it is in no log of a proxy.
            print(f"It has no owner yet: set it up at {base_url}/setup#token={setup.token}", file=sys.stderr)
        try:
            await http.serve()
        except SystemExit as refused:
            raise Failure(f"{host}:{port} cannot be listened on; choose another with --port") from refused
        finally:
            await server.stop(grace=_GRACE)
    return 0
