"""Options that many commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

DataDir = Annotated[
    Path | None, Parameter(help="Where executions are kept. Default: $HEADRACE_DATA_DIR or ~/.headrace.")
]
