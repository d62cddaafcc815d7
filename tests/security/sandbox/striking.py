"""One attack on one tier, or on no sandbox at all; and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from headrace.executor.sandbox.limits import MIB, WorkerDied
from tests.security.sandbox import outside
from tests.security.sandbox.attack import RIGHT, Attack, Sign
from tests.security.sandbox.bait import Bait
from tests.security.sandbox.serving import strained
from tests.security.sandbox.tiers import HASTY_SECONDS, LIMITS, Tier, is_hasty

_LATE_SECONDS = 5.0
"""Beyond its deadline, for a call to be over."""

MOST_BUSY_SECONDS = 0.5
MOST_GROWN_BYTES = 48 * MIB
"""What the server may take for one call, whose answer is 1 MiB at most."""


async def strike(attack: Attack, tier: Tier, bait: Bait) -> Mapping[str, str]:
    """Run an attack on a tier; return the signs of its success, and what else is wrong after it. Empty is contained."""
    bait.renew()
    filled = _filled(attack, bait)
    next_told = ""
    async with strained() as strain:
        outcome = await tier.run(
            filled.language, filled.source, data=filled.data, files=filled.files, hasty=is_hasty(attack)
        )
        if filled.then:
            tenant = "other" if attack.across else "tenant"
            next_told = (await tier.run(filled.language, filled.then, tenant=tenant)).text
    told = outcome.text
    found = {str(sign): where for sign, where in bait.signs(filled, told, next_told).items()}
    if attack.stopped_by and not _is_stopped(attack, outcome.error, told, tier):
        found[Sign.UNLIMITED] = f"after {outcome.seconds:.1f} s: {told[:500]}"
    if outcome.seconds > tier.limits_of(attack).wall.total_seconds() + _LATE_SECONDS:
        found["it took too long"] = f"{outcome.seconds:.1f} s"
    if strain.busy_seconds > MOST_BUSY_SECONDS:
        found["the server served nobody else"] = f"for {strain.busy_seconds:.1f} s"
    if strain.grown_bytes > MOST_GROWN_BYTES:
        found["the server grew"] = f"by {strain.grown_bytes / MIB:.0f} MiB"
    wrong = await tier.still_works(attack.language)
    if wrong is not None:
        found["the next call fails"] = wrong[:500]
    strays = await tier.strays()
    if strays:
        found[Sign.PROCESS] = ", ".join(strays)
    late = bait.signs(filled, "", RIGHT)
    found |= {str(sign): f"later: {where}" for sign, where in late.items()}
    return found


def _is_stopped(attack: Attack, error: Exception | None, told: str, tier: Tier) -> bool:
    """Whether a limit stopped it, and was named; or, where that is as good, it failed by itself."""
    if error is not None and any(limit in str(error) for limit in tier.named_limits(attack)):
        return True
    own = "CodeFailure(" in told or "UNDEFINED" in told or error is not None
    return attack.may_fail and own and str(WorkerDied()) not in told


def control(attack: Attack, bait: Bait) -> str | None:
    """Run an attack's control; return why it shows nothing, None when it succeeded as the attack would."""
    bait.renew()
    filled = _filled(attack, bait)
    if attack.shows is Sign.UNLIMITED:
        broken = outside.outgrown(filled, bait, _over(filled))
        return None if broken is not None else "it stayed within all limits"
    first, then = outside.answers(filled, bait)
    signs = bait.signs(filled, first, then)
    return None if attack.shows in signs else f"{dict(signs)} {first[:500]} {then[:500]}"


def _filled(attack: Attack, bait: Bait) -> Attack:
    data = {key: bait.fill(value) if isinstance(value, str) else value for key, value in attack.data.items()}
    files = {name: bait.fill(id_) for name, id_ in attack.files.items()}
    return replace(attack, source=bait.fill(attack.source), then=bait.fill(attack.then), data=data, files=files)


def _over(attack: Attack) -> outside.Over:
    """Return what tells whether a control is past the limit that its attack would be stopped by."""

    def over(used: outside.Used) -> str | None:
        broken = {
            "sandbox_timeout": used.seconds > HASTY_SECONDS,
            "sandbox_cpu": used.seconds > HASTY_SECONDS,
            # What an engine has before anything runs is not the bomb's.
            "sandbox_memory": used.memory_bytes > LIMITS.memory_bytes + 128 * MIB,
            "sandbox_output": used.put_out_bytes > LIMITS.output_bytes,
            "sandbox_log": used.put_out_bytes > LIMITS.log_bytes,
            "sandbox_processes": used.processes > LIMITS.processes + 1,
        }
        return next((code for code in attack.stopped_by if broken[code]), None)

    return over
