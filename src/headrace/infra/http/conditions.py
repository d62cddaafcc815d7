"""ETags, and the conditions that callers make with them."""

from __future__ import annotations

from headrace.infra.http.problems import PreconditionFailed


def check_match(if_match: str | None, etag: str) -> None:
    """Raises: PreconditionFailed: the caller has seen another state than *etag*."""
    if if_match is None or if_match.strip() == "*":
        return
    if etag not in (one.strip() for one in if_match.split(",")):
        raise PreconditionFailed(etag)
