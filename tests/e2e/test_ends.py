"""How runs end, and what they leave, as somebody at the command line sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def workflow(path: Path, code: str, **settings: Any) -> Path:
    nodes = [
        {"name": "Go", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "parameters": {}, "position": [0, 0]},
        {
            "name": "C",
            "type": "n8n-nodes-base.code",
            "typeVersion": 2,
            "parameters": {"jsCode": code},
            "position": [0, 0],
        },
    ]
    connections = {"Go": {"main": [[{"node": "C", "type": "main", "index": 0}]]}}
    value = {"id": "w", "name": "W", "nodes": nodes, "connections": connections, "settings": settings}
    path.write_text(json.dumps(value))
    return path


def command(tmp_path: Path, *args: str | Path) -> list[str]:
    return [sys.executable, "-m", "headrace.cli", *map(str, args), "--data-dir", str(tmp_path / "data")]


def run(tmp_path: Path, *args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(tmp_path, *args), capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ)
    )


def test_production_runs_remember_and_manual_ones_do_not(tmp_path: Path) -> None:
    code = "const s = $getWorkflowStaticData('global'); s.n = (s.n ?? 0) + 1; return [{ json: { n: s.n } }]"
    file = workflow(tmp_path / "w.json", code)
    found = []
    for production in (["--production"], [], ["--production"]):
        done = run(tmp_path, "run", file, "--no-watch", "--output", "-", *production)
        assert done.returncode == 0, done.stderr
        found.append(json.loads(done.stdout)[0]["n"])

    assert found == [1, 2, 2]


def test_a_production_run_that_fails_remembers_too(tmp_path: Path) -> None:
    code = (
        "const s = $getWorkflowStaticData('global'); s.n = (s.n ?? 0) + 1; "
        "if (s.n < 2) return [{ json: { stop: true } }]; return [{ json: { n: s.n } }]"
    )
    file = workflow(tmp_path / "w.json", code)
    value = json.loads(file.read_text())
    value["nodes"].append(
        {
            "name": "Stop",
            "type": "n8n-nodes-base.stopAndError",
            "typeVersion": 1,
            "parameters": {"errorMessage": "={{ $json.stop ? 'first' : 'seen ' + $json.n }}"},
            "position": [0, 0],
        }
    )
    value["connections"]["C"] = {"main": [[{"node": "Stop", "type": "main", "index": 0}]]}
    file.write_text(json.dumps(value))

    assert "first" in run(tmp_path, "run", file, "--no-watch", "--production").stderr
    assert "seen 2" in run(tmp_path, "run", file, "--no-watch", "--production").stderr


def test_a_run_over_its_timeout_fails_and_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, "run", workflow(tmp_path / "w.json", "while (true) {}", executionTimeout=1), "--no-watch")

    assert done.returncode == 1
    assert "longer than its timeout" in done.stderr
    assert "longer than its timeout" in run(tmp_path, "history").stdout


def test_an_interrupted_run_is_canceled(tmp_path: Path) -> None:
    file = workflow(tmp_path / "w.json", "while (true) {}")
    process = subprocess.Popen(command(tmp_path, "run", file, "--no-watch"), stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while "running" not in run(tmp_path, "history").stdout and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    assert process.returncode == 130
    assert "canceled" in run(tmp_path, "history").stdout


def test_a_wait_says_until_when(tmp_path: Path) -> None:
    file = workflow(tmp_path / "w.json", "return items")
    value = json.loads(file.read_text())
    value["nodes"][1] = {
        "name": "C",
        "type": "n8n-nodes-base.wait",
        "typeVersion": 1.1,
        "parameters": {"amount": 2, "unit": "hours"},
        "position": [0, 0],
    }
    file.write_text(json.dumps(value))

    done = run(tmp_path, "run", file, "--no-watch")

    assert done.returncode == 3
    assert " UTC; then go on with: headrace resume" in done.stderr
    assert "nothing to resume" in run(tmp_path, "resume", "--no-watch").stderr
