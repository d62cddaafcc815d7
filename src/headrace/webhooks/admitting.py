"""Who is let in: addresses, crawlers, rates, and what callers have to show."""

from __future__ import annotations

import time

from headrace.kernel.ids import TenantId
from headrace.webhooks.answering import problem
from headrace.webhooks.authenticating import Gatekeeper
from headrace.webhooks.calls import Request
from headrace.webhooks.domain import Rate, Route, is_bot, may_come_from
from headrace.webhooks.ports import Secrets
from headrace.webhooks.public import Answer

_MAX_RATES = 10_000


class Door:
    """What a call passes before its body is read."""

    def __init__(self, secrets: Secrets) -> None:
        self._gate = Gatekeeper(secrets)
        self._rates: dict[tuple[TenantId, str, str], Rate] = {}

    async def refusal(self, route: Route, request: Request, *, has_pass: bool = False) -> Answer | None:
        """Return why a call is not let in; None when it is.

        Args:
            has_pass: Whether the caller has shown before what the node asks for.
        """
        options = route.options
        if not may_come_from(request.address, options.allowed_addresses):
            return problem(403, "Forbidden", "This address may not call this webhook")
        if options.ignore_bots and is_bot(request.headers.get("user-agent", "")):
            return problem(403, "Forbidden", "Bots may not call this webhook")
        if options.calls_per_minute is not None:
            seconds = self._rate(route, options.calls_per_minute)
            if seconds:
                detail = f"This webhook takes {options.calls_per_minute} calls a minute"
                return problem(429, "Too Many Requests", detail, headers=[("retry-after", str(int(seconds) + 1))])
        return None if has_pass else await self._gate.refusal(route, request.headers)

    def _rate(self, route: Route, per_minute: int) -> float:
        key = (route.tenant, route.workflow_id, route.node)
        now = time.monotonic()
        rate = self._rates.get(key)
        if rate is None or rate.per_minute != per_minute:
            if len(self._rates) > _MAX_RATES:
                self._rates.clear()
            rate = self._rates[key] = Rate.full(per_minute, now)
        return rate.take(now)
