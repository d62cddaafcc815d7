"""Run all attacks: `python -m tests.security [pytest's options]`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    here = Path(__file__).parent
    sys.exit(pytest.main(["-q", "--no-header", "--tb=short", "-p", "no:cacheprovider", *sys.argv[1:], str(here)]))
