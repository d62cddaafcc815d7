"""How long answers are kept."""

from __future__ import annotations

from datetime import timedelta

KEPT_FOR = timedelta(hours=24)
"""For so long a request may be sent again."""

ABANDONED_AFTER = timedelta(minutes=2)
"""After so long without an answer, whoever took a request on is gone."""
