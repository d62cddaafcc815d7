"""Executions start from the same memory, but never from the same random numbers."""

from __future__ import annotations

import pytest

from tests.security.sandbox.attack import Language
from tests.security.sandbox.tiers import TIERS, Tier

_DRAWN = [
    (Language.JAVASCRIPT, "Math.random()"),
    (Language.JAVASCRIPT, "crypto.randomUUID()"),
    (Language.JAVASCRIPT, "[...crypto.getRandomValues(new Uint8Array(8))]"),
    (Language.JAVASCRIPT, "require('crypto').randomBytes(8).toString('hex')"),
    (Language.PYTHON, "__import__('random').random()"),
    (Language.PYTHON, "str(__import__('uuid').uuid4())"),
    (Language.PYTHON, "__import__('secrets').token_hex(8)"),
    (Language.PYTHON, "__import__('os').urandom(8).hex()"),
    (Language.PYTHON, "next(__import__('tempfile')._RandomNameSequence())"),
]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("tier", "language", "drawn"),
    [(tier, *drawn) for tier in TIERS for drawn in _DRAWN if (tier, drawn[0]) != ("none", Language.PYTHON)],
    indirect=["tier"],
    scope="module",
)
async def test_no_two_executions_draw_the_same(tier: Tier, language: Language, drawn: str) -> None:
    told = [(await tier.run(language, f"return [{drawn}]")).text for _ in range(4)]

    assert len(set(told)) == len(told)
    assert not any("CodeFailure" in text for text in told)
