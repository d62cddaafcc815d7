"""Every error that callers of identity may catch."""

from __future__ import annotations

from datetime import datetime, timedelta

from headrace.kernel.errors import Conflict, Denied, Invalid, LimitExceeded, NotFound, Unauthenticated, Unavailable


class NotLoggedIn(Unauthenticated):
    """Nothing was shown that says who calls."""

    code = "not_logged_in"

    def __init__(self) -> None:
        super().__init__("log in, or send an API key in the header X-API-Key")


class SetupNeeded(Unauthenticated):
    """The server has no user yet."""

    code = "setup_needed"

    def __init__(self) -> None:
        super().__init__("this server has no owner yet: open /setup, or run `headrace user add EMAIL` beside it")


class SessionOver(Unauthenticated):
    """The session has expired, was ended, or never was."""

    code = "session_over"

    def __init__(self) -> None:
        super().__init__("the session is over; log in again")


class BadApiKey(Unauthenticated):
    """The API key has expired, was revoked, or never was."""

    code = "api_key_invalid"

    def __init__(self) -> None:
        super().__init__("the API key is not valid, or not any more; make another with `headrace key create`")


class BadLogin(Unauthenticated):
    """The e-mail address or the password is wrong; which of them is nobody's business."""

    code = "login_failed"

    def __init__(self) -> None:
        super().__init__("the e-mail address or the password is wrong")


class UserDisabled(Denied):
    """The user has shown their password, and may not come in."""

    code = "user_disabled"

    def __init__(self) -> None:
        super().__init__("this user is disabled; ask whoever runs this server to enable it")


class TooManyAttempts(LimitExceeded):
    """Too many log-ins have failed for this user, or from this address."""

    code = "too_many_attempts"

    def __init__(self, retry_after: timedelta) -> None:
        seconds = -(-retry_after // timedelta(seconds=1))
        super().__init__(f"too many attempts have failed; try again in {seconds} s")
        self.retry_after = retry_after


class LoginsBusy(Unavailable):
    """More passwords are being checked than this server can check at once."""

    code = "logins_busy"

    def __init__(self) -> None:
        super().__init__("too many people log in at this moment; try again in a few seconds")


class SetupDone(Conflict):
    """There is a user already."""

    code = "setup_done"

    def __init__(self) -> None:
        super().__init__("this server has an owner already; log in, or ask them for an invitation")


class BadSetupToken(Denied):
    """Whoever sets a server up from elsewhere shows what it has printed."""

    code = "setup_token_wrong"

    def __init__(self) -> None:
        super().__init__("the set-up token is missing or wrong; the server has printed it when it was started")


class CrossSite(Denied):
    """Another site's page has sent a request with this browser's session."""

    code = "cross_site_request"

    def __init__(self) -> None:
        super().__init__(
            "a request with a session's cookie that changes something must come from this server's own pages;"
            " programs send an API key in the header X-API-Key"
        )


class SessionRequired(Denied):
    """An API key was shown where only a person who has logged in may act."""

    code = "session_required"

    def __init__(self, what: str) -> None:
        super().__init__(f"an API key cannot {what}; log in for that")


class UserNotFound(NotFound):
    """There is no such user, or not for whoever asks."""

    code = "user_not_found"

    def __init__(self, user: str) -> None:
        super().__init__(f'there is no user "{user}"')
        self.user = user


class SessionNotFound(NotFound):
    """The user has no such session."""

    code = "session_not_found"

    def __init__(self, session: str) -> None:
        super().__init__(f'there is no session "{session}"')
        self.session = session


class KeyNotFound(NotFound):
    """There is no such API key for this tenant, or not for this user."""

    code = "api_key_not_found"

    def __init__(self, key: str) -> None:
        super().__init__(f'there is no API key "{key}"')
        self.key = key


class InvitationNotFound(NotFound):
    """There is no such invitation: it was used, withdrawn, has expired, or never was."""

    code = "invitation_not_found"

    def __init__(self) -> None:
        super().__init__("there is no such invitation, or not any more; ask for another")


class NotYourInvitation(Denied):
    """Somebody has the link of an invitation for another."""

    code = "invitation_for_another"

    def __init__(self) -> None:
        super().__init__("this invitation is for another e-mail address; log in as that user, or ask for another one")


class EmailTaken(Conflict):
    """There is a user with this e-mail address already."""

    code = "email_taken"

    def __init__(self, email: str) -> None:
        super().__init__(f"there is a user {email} already")
        self.email = email


class BadEmail(Invalid):
    """The text is no e-mail address that can be kept."""

    code = "email_invalid"


class BadUserName(Invalid):
    """A name that is empty, too long or cannot be shown in a line."""

    code = "name_invalid"


class WeakPassword(Invalid):
    """The password is too easily guessed, or cannot be kept; the message says why."""

    code = "password_weak"


class BadExpiry(Invalid):
    """Something would have expired before it is made."""

    code = "expiry_invalid"

    def __init__(self, expires_at: datetime) -> None:
        super().__init__(f"{expires_at.isoformat()} is past; choose a later moment, or none")


class TooManyKeys(LimitExceeded):
    """The user has as many API keys in the tenant as they may."""

    code = "too_many_api_keys"

    def __init__(self, limit: int) -> None:
        super().__init__(f"a user has {limit} API keys at most; revoke one that is not used any more")
        self.limit = limit


class TooManyInvitations(LimitExceeded):
    """As many invitations of the tenant are open as may be."""

    code = "too_many_invitations"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} invitations are open; withdraw some first")
        self.limit = limit
