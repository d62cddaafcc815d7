"""A server to test from outside: `headrace serve` in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp

Json = Mapping[str, Any]


def node(name: str, type_: str, version: float, x: int, **parameters: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "type": f"n8n-nodes-base.{type_}",
        "typeVersion": version,
        "position": [x, 0],
        "parameters": parameters,
    }


def chain(name: str, *nodes: dict[str, Any], active: bool = True, **settings: Any) -> dict[str, Any]:
    """Return a workflow of nodes, each connected to the one before."""
    return {
        "id": re.sub(r"[^0-9A-Za-z]+", "-", name),
        "name": name,
        "active": active,
        "nodes": list(nodes),
        "connections": {
            before["name"]: {"main": [[{"node": after["name"], "type": "main", "index": 0}]]}
            for before, after in zip(nodes, nodes[1:], strict=False)
        },
        "settings": {"executionOrder": "v1", **settings},
    }


def webhook(path: str, mode: str = "onReceived", method: str = "POST", **parameters: Any) -> dict[str, Any]:
    return node("Webhook", "webhook", 2, 0, path=path, httpMethod=method, responseMode=mode, **parameters)


class RunningServer:
    """The server process; it can be killed and started again on the same data."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._log = data_dir.parent / "server.log"
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def load(self, workflows: Sequence[Json]) -> None:
        file = self.data_dir.parent / "workflows.json"
        file.write_text(json.dumps(workflows), "utf-8")
        self.run("import", str(file))
        active = [str(one["id"]) for one in workflows if one["active"]]
        if active:
            self.run("workflow", "publish", *active)

    def run(self, *arguments: str, given: str = "") -> str:
        command = [sys.executable, "-m", "headrace.cli", *arguments, "--data-dir", str(self.data_dir)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, env=self._environment, input=given, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def start(self) -> None:
        command = [sys.executable, "-m", "headrace.cli", "serve", "--port", str(self.port)]
        # A file: a pipe that nobody reads would fill up with the log, and hold the server.
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - it is there at once, and outlives this loop
                [*command, "--data-dir", str(self.data_dir)], env=self._environment, stderr=log
            )
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            while True:
                assert self._process.poll() is None, self._log.read_text("utf-8", "replace")
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.url}/healthz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.02)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def terminate(self) -> int:
        """As a supervisor does; return the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self) -> int:
        """Return the exit code of the process, once it has ended."""
        assert self._process is not None
        return self._process.wait(timeout=60)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
