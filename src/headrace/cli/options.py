"""Options that many commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

DataDir = Annotated[
    Path | None, Parameter(help="Where executions are kept. Default: $HEADRACE_DATA_DIR or ~/.headrace.")
]

Server = Annotated[
    str | None, Parameter(help="Address of a server, instead of a data directory.", env_var="HEADRACE_SERVER")
]

ApiKey = Annotated[
    str | None, Parameter(help="API key for the server; better in the variable.", env_var="HEADRACE_API_KEY")
]
