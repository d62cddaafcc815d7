"""How much of everything there may be."""

from __future__ import annotations

from datetime import timedelta

from headrace.identity.errors import TooManyInvitations, TooManyKeys

MAX_KEYS = 100
"""Of one user in one tenant."""

MAX_INVITATIONS = 1_000
"""Open ones of one tenant."""

INVITATION_LIFE = timedelta(days=7)


def check_key_count(keys: int) -> None:
    """Raises: TooManyKeys: a user who has *keys* may have no more."""
    if keys >= MAX_KEYS:
        raise TooManyKeys(MAX_KEYS)


def check_invitation_count(invitations: int) -> None:
    """Raises: TooManyInvitations: a tenant that has *invitations* may have no more."""
    if invitations >= MAX_INVITATIONS:
        raise TooManyInvitations(MAX_INVITATIONS)
