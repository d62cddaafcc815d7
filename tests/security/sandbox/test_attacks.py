"""No attack gets through any tier; outside the sandbox, every one does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.security.sandbox.attack import Attack, Language
from tests.security.sandbox.bait import Bait
from tests.security.sandbox.corpus import ATTACKS
from tests.security.sandbox.striking import control, strike
from tests.security.sandbox.tiers import TIERS, Tier
from tests.security.summary import CONTROL, TIER

_MADE = [
    (tier, attack)
    for tier in TIERS
    for attack in ATTACKS
    # A plain child process keeps no Python in, and says so.
    if (tier, attack.language) != ("none", Language.PYTHON)
]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("tier", "attack"), _MADE, indirect=["tier"], ids=str, scope="module")
async def test_an_attack_is_contained(
    tier: Tier, attack: Attack, bait: Bait, record_property: Callable[[str, object], None]
) -> None:
    record_property(TIER, tier.name)

    assert await strike(attack, tier, bait) == {}


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_outside_the_sandbox_an_attack_succeeds(
    attack: Attack, bait: Bait, record_property: Callable[[str, object], None]
) -> None:
    record_property(CONTROL, str(attack.outside))

    assert control(attack, bait) is None


def test_attacks_can_be_told_apart() -> None:
    assert [name for name, count in Counter(map(str, ATTACKS)).items() if count > 1] == []
