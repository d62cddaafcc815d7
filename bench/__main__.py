"""`python -m bench [RUNS]`: each workflow as a whole process, start included; medians of time and peak memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.workflows import WORKFLOWS
from headrace.executor.sandbox.usage import usage_of


def measure(file: Path, data: Path) -> tuple[float, float]:
    """Return the wall seconds of one run, and the peak memory of all its processes together in MB."""
    began = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "headrace.cli", "run", str(file), "--no-watch", "--data-dir", str(data)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, usage_of(process.pid).memory_bytes / 1e6)
        time.sleep(0.01)
    seconds = time.monotonic() - began
    if process.returncode:
        raise SystemExit(process.stderr.read().decode() if process.stderr else "it failed")
    return seconds, peak


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for name, make in WORKFLOWS.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "workflow.json"
            file.write_text(json.dumps(make()))
            measure(file, Path(folder) / "warm")
            found = [measure(file, Path(folder) / f"data{number}") for number in range(runs)]
        times, peaks = zip(*found, strict=True)
        print(
            f"{name:28} {statistics.median(times):6.2f} s (min {min(times):.2f}, max {max(times):.2f})  "
            f"{statistics.median(peaks):6.0f} MB, all processes"
        )


if __name__ == "__main__":
    main()
