"""The editor's types come from a copy of the API's document: it must be the document."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.integration.api.conftest import Api

KEPT = Path(__file__).parents[3] / "web" / "openapi.json"


async def test_the_editor_is_typed_by_the_api_as_it_is(api: Api) -> None:
    document = (await api.http.get("/openapi.json")).json()
    if os.environ.get("HEADRACE_KEEP_DOCUMENT"):
        # What `make api` asks for; CI never does.
        KEPT.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")

    assert json.loads(KEPT.read_text("utf-8")) == document, "the API changed: `make api` writes the editor's types anew"
