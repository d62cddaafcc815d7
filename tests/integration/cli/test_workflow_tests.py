"""`headrace test --record` from outside, against a service on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest

from tests.unit.workflow_tests.workflows import START, chain, fields, node

SECRET = "key-of-the-real-service"


class Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.headers["X-Key"] != SECRET:
            self.send_error(401)
            return
        body = json.dumps({"orders": 3, "token": "a-token-of-theirs"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def headrace(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    credentials = folder / "credentials.json"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADRACE_")}
    return subprocess.run(
        [sys.executable, "-m", "headrace.cli", "test", *arguments],
        capture_output=True,
        check=False,
        timeout=60,
        text=True,
        cwd=folder,
        env={
            **environment,
            "HEADRACE_DATA_DIR": str(folder / "data"),
            "HEADRACE_CREDENTIALS_FILE": str(credentials),
            "HEADRACE_ALLOW_PRIVATE_NETWORK": "true",
        },
    )


def test_what_is_recorded_passes_when_the_service_is_gone(service: str, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps({"httpHeaderAuth": {"name": "X-Key", "value": SECRET}}))
    credentials.chmod(0o600)
    fetch = node(
        "Fetch",
        "httpRequest",
        4.2,
        {
            "url": f"{service}/orders",
            "authentication": "genericCredentialType",
            "genericAuthType": "httpHeaderAuth",
            "options": {},
        },
        credentials={"httpHeaderAuth": {"id": "1", "name": "Key"}},
    )
    told = node("Told", "set", 3.4, fields(text="={{ $json.orders }} orders for {{ $('Start').item.json.who }}"))
    (tmp_path / "orders.json").write_bytes(msgspec.json.encode(chain(START, fetch, told)))
    (tmp_path / "items.json").write_text('[{"who": "Ann"}]')

    recorded = headrace(tmp_path, "orders.json", "--record", "--name", "orders of Ann", "--input", "items.json")
    assert (recorded.returncode, recorded.stderr) == (0, "")
    text = (tmp_path / "orders.tests.json").read_text()
    assert SECRET not in text
    assert "a-token-of-theirs" not in text
    assert json.loads(text)["tests"][0]["expect"]["nodes"]["Told"]["items"] == [{"text": "3 orders for Ann"}]

    (tmp_path / "orders.tests.json").write_text(text.replace(service, "https://orders.example.com"))
    workflow = tmp_path / "orders.json"
    workflow.write_text(workflow.read_text().replace(service, "https://orders.example.com"))
    passed = headrace(tmp_path, ".")
    assert (passed.returncode, passed.stdout.split(" (")[0]) == (0, "ok   orders.tests.json: orders of Ann")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("missing.json",), "missing.tests.json: there is no such file"),
        (("empty",), "there are no tests in empty"),
        (("empty", "--name", "x"), "--name, --input and --start are for tests that are recorded"),
        (("missing.json", "--record", "--name", "x"), "missing.json: No such file or directory"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "credentials.json").write_text("{}")
    (tmp_path / "credentials.json").chmod(0o600)

    failed = headrace(tmp_path, *arguments)

    assert (failed.returncode, len(failed.stderr.splitlines())) == (2, 1), failed.stderr
    assert failed.stderr.startswith(f"headrace: {message}")
