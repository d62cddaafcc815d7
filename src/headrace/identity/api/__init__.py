"""Users and what lets them in, over HTTP."""

from headrace.identity.api.entering import EnteringApi
from headrace.identity.api.invitations import InvitationsApi
from headrace.identity.api.keys import ApiKeysApi
from headrace.identity.api.myself import MyselfApi
from headrace.identity.api.users import UsersApi

__all__ = ["ApiKeysApi", "EnteringApi", "InvitationsApi", "MyselfApi", "UsersApi"]
