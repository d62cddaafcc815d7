"""Random hostile code for as long as one likes: `python -m tests.security.sandbox.fuzz --minutes 30 --tier jail`.

Prints how many programs there were and how they ended, and what the server had before and after. Ends with 1 when
something got out, something was left, or an innocent call failed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from headrace.executor.sandbox.limits import MIB
from headrace.sdk.errors import ExpressionError, NodeError
from tests.security.sandbox import hostile_javascript, hostile_python
from tests.security.sandbox.attack import Attack, Language, Sign
from tests.security.sandbox.bait import Bait
from tests.security.sandbox.resources import Resources
from tests.security.sandbox.tiers import TIERS, Outcome, Tier

_TENANTS = ("tenant", "other", "third")
_ROUND = 25
"""Programs between two innocent calls."""

_SAME_EXECUTION = 0.3
"""How often a program is run where the one before has left its traces."""

_TOLD = 2000


@dataclass
class Findings:
    """What came of it."""

    programs: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)
    resident_bytes: list[int] = field(default_factory=list)
    """Of this process, ten times on the way, where there is a time to run for."""


async def fuzz(tier: Tier, bait: Bait, random: Random, *, programs: int | None, seconds: float | None) -> Findings:
    """Run random programs until there were enough, or for long enough."""
    findings = Findings()
    began = time.monotonic()
    until = began + seconds if seconds is not None else None
    languages = [Language.JAVASCRIPT, Language.EXPRESSION]
    if tier.launcher.confines:
        languages.append(Language.PYTHON)
    place = 0
    while (programs is None or place < programs) and (until is None or time.monotonic() < until):
        place += 1
        language = random.choice(languages)
        await _one(tier, bait, random, language, findings)
        if seconds is not None and time.monotonic() - began > seconds / 10 * (len(findings.resident_bytes) + 1):
            findings.resident_bytes.append(Resources.now().resident_bytes)
        if place % _ROUND == 0:
            for each in languages:
                wrong = await tier.still_works(each)
                if wrong is not None:
                    findings.breaches.append(f"an innocent call in {each} fails: {wrong[:_TOLD]}")
            findings.breaches += [f"left: {stray}" for stray in await tier.strays()]
    return findings


async def _one(tier: Tier, bait: Bait, random: Random, language: Language, findings: Findings) -> None:
    bait.renew()
    source = _source(language, random)
    tenant = random.choice(_TENANTS) if tier.launcher.confines else _TENANTS[0]
    filled = bait.fill(source)
    files = {"evil": bait.fill("@FOREIGN@")}
    outcome = await tier.run(
        language, filled, tenant=tenant, files=files, hasty=True, same_execution=random.random() < _SAME_EXECUTION
    )
    findings.programs[language] += 1
    ending = _ending(outcome)
    findings.endings[ending] += 1
    if ending.startswith("an error of another kind"):
        findings.breaches.append(f"{ending}\n{filled[:_TOLD]}")
    attack = Attack("random", language, source, Sign.SECRET, "random")
    for sign, where in bait.signs(attack, outcome.text).items():
        # What a program is given it may tell.
        if sign is not Sign.PROOF:
            findings.breaches.append(f"{sign} ({where})\n{filled[:_TOLD]}")


def _source(language: Language, random: Random) -> str:
    match language:
        case Language.JAVASCRIPT:
            return hostile_javascript.code(random)
        case Language.EXPRESSION:
            return hostile_javascript.expression(random)
    return hostile_python.code(random)


def _ending(outcome: Outcome) -> str:
    """Return how a program ended, in a word or two."""
    error = outcome.error
    if error is None:
        return "its own error" if "CodeFailure(" in outcome.text[:200] else "an answer"
    if not isinstance(error, NodeError | ExpressionError):
        return f"an error of another kind: {type(error).__name__}: {str(error)[:200]}"
    code = getattr(error.__cause__, "code", None)
    if isinstance(code, str):
        return code
    limits = {"limit of": "a limit", "made no sense": "garbled", "died": "died", "changed built-in": "tampered with"}
    return next((word for part, word in limits.items() if part in str(error)), "an expression's error")


async def _main(tier_name: str, minutes: float, seed: int) -> int:
    bait = Bait()
    containers = Path(tempfile.mkdtemp(prefix="headrace-containers-"))
    containers.chmod(0o711)
    try:
        # The first of everything is loaded, and stays.
        await _fuzz_once(tier_name, bait, containers, Random(0), programs=20, seconds=None)
        before = Resources.now()
        print(f"tier {tier_name}, seed {seed}, {minutes:g} minutes\nbefore  {before}", flush=True)
        findings, left = await _fuzz_once(
            tier_name, bait, containers, Random(seed), programs=None, seconds=minutes * 60
        )
        after = Resources.now()
    finally:
        bait.close()
        shutil.rmtree(containers)
    print(f"after   {after}")
    print(f"memory  {', '.join(str(size // MIB) for size in findings.resident_bytes)} MiB on the way")
    print(f"left    {left} processes of guests")
    print(f"programs  {dict(findings.programs)}, {findings.programs.total()} in all")
    for ending, count in findings.endings.most_common():
        print(f"  {count:8} {ending}")
    print(f"breaches  {len(findings.breaches)}")
    for breach in findings.breaches[:20]:
        print(f"--- {breach}")
    leaked = (after.descriptors, after.children) != (before.descriptors, before.children) or left
    return 1 if findings.breaches or leaked else 0


async def _fuzz_once(
    tier_name: str, bait: Bait, containers: Path, random: Random, *, programs: int | None, seconds: float | None
) -> tuple[Findings, int]:
    tier = Tier(tier_name, containers, bait.payloads)
    try:
        findings = await fuzz(tier, bait, random, programs=programs, seconds=seconds)
    finally:
        await tier.close()
    gc.collect()
    return findings, len(tier.processes()) + len(tier.containers())


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Run random hostile code in a sandbox.")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--tier", choices=TIERS, default="jail")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    return asyncio.run(_main(options.tier, options.minutes, options.seed))


if __name__ == "__main__":
    sys.exit(main())
