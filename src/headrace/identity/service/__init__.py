"""Use cases of identity. What a caller may do is decided by tenancy; each use case says of what it is asked."""

from headrace.identity.service.authentication import Authentication
from headrace.identity.service.invitations import Invitations
from headrace.identity.service.keys import ApiKeys
from headrace.identity.service.logins import Login, Logins
from headrace.identity.service.setup import Setup
from headrace.identity.service.users import Users

__all__ = ["ApiKeys", "Authentication", "Invitations", "Login", "Logins", "Setup", "Users"]
