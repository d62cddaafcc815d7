"""Whether a server should be sent work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from headrace.kernel.errors import HeadraceError

Check = Callable[[], Awaitable[str | None]]
"""Returns what is wrong, None if nothing is."""

_PATIENCE = timedelta(seconds=2)
_FRESH = timedelta(seconds=1)
"""How long an answer holds: whoever asks often does not make the journal write as often."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of all checks."""

    problems: Mapping[str, str | None]
    """By check; None: it is well."""

    @property
    def is_ready(self) -> bool:
        return not any(self.problems.values())


class Readiness:
    """The checks of one server. It is not ready before it has begun, nor once it is to stop."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._began = False
        self._draining = False
        self._known: Verdict | None = None
        self._known_at = 0.0
        self._asking = asyncio.Lock()

    def begin(self) -> None:
        """All that has to be done before work is taken is done."""
        self._began = True

    def drain(self) -> None:
        """Take no more work from whoever asks first; what comes all the same is served as long as there is a door."""
        self._draining = True

    @property
    def takes_work(self) -> bool:
        """Whether it has begun and is not to stop; the checks aside."""
        return self._began and not self._draining

    async def verdict(self) -> Verdict:
        """Return whether it is ready, as of a moment ago at most."""
        if not self.takes_work:
            return Verdict({"server": "it stops" if self._draining else "it has not begun"})
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if self._known is None or now - self._known_at > _FRESH.total_seconds():
                names = list(self._checks)
                found = await asyncio.gather(*(self._ask(self._checks[name]) for name in names))
                self._known, self._known_at = Verdict(dict(zip(names, found, strict=True))), now
            return self._known

    async def _ask(self, check: Check) -> str | None:
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                return await check()
        except TimeoutError:
            return f"no answer within {_PATIENCE.total_seconds():g} seconds"
        except (HeadraceError, OSError) as failure:
            return str(failure)
