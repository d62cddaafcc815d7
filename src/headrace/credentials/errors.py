"""Every error that callers of credentials may catch. None of them holds anything secret."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.kernel.errors import Conflict, Denied, HeadraceError, Invalid, LimitExceeded, NotFound, Unavailable


class CredentialNotFound(NotFound):
    """There is no such credential for this tenant, or not for this project."""

    code = "credential_not_found"

    def __init__(self, type_: str, name: str) -> None:
        kind = f" of type {type_[:80]}" if type_ else ""
        super().__init__(f'there is no credential "{name[:200]}"{kind}')
        self.type = type_
        self.name = name


class CredentialAmbiguous(Conflict):
    """Several credentials have that name; only an id says which is meant."""

    code = "credential_ambiguous"

    def __init__(self, type_: str, name: str, ids: Sequence[str]) -> None:
        super().__init__(
            f'several credentials of type {type_[:80]} are named "{name[:200]}": {", ".join(ids[:5])};'
            " choose one in the node"
        )
        self.ids = tuple(ids)


class CredentialExists(Conflict):
    """There is a credential with this id already. Nothing was written."""

    code = "credential_exists"

    def __init__(self, credential_id: str) -> None:
        super().__init__(f'there is a credential "{credential_id}" already')
        self.credential_id = credential_id


class CredentialChanged(Conflict):
    """Somebody else changed the credential first. Nothing was written."""

    code = "credential_changed"

    def __init__(self, credential_id: str) -> None:
        super().__init__(
            f'the credential "{credential_id}" was changed by somebody else; read it again and repeat the change'
        )
        self.credential_id = credential_id


class CredentialInUse(Conflict):
    """Workflows name the credential; they would fail without it."""

    code = "credential_in_use"

    def __init__(self, name: str, workflows: Sequence[str]) -> None:
        listed = ", ".join(f'"{one}"' for one in workflows[:5])
        more = f" and {len(workflows) - 5} more" if len(workflows) > 5 else ""
        super().__init__(f'the credential "{name}" is used by {listed}{more}; remove it there first, or force it')
        self.workflows = tuple(workflows)


class BadCredential(Invalid):
    """A credential's name or fields cannot be accepted.

    Args:
        problems: One sentence each, at least one; they name fields and never quote values.
    """

    code = "credential_invalid"

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems[:20]))
        self.problems = problems


class SecretsNeeded(Invalid):
    """A field that decides where the secrets go was to change, and the secrets were not given anew."""

    code = "credential_secrets_needed"

    def __init__(self, guard: str, secrets: Sequence[str]) -> None:
        super().__init__(
            f'whoever changes "{guard}" could have the secrets sent elsewhere, so they have to be given anew:'
            f" {', '.join(secrets)}"
        )
        self.guard = guard
        self.secrets = tuple(secrets)


class CredentialProjectNeeded(Invalid):
    """A list was asked for without a project, by somebody who may see some of them only."""

    code = "credential_project_needed"

    def __init__(self, projects: Sequence[str]) -> None:
        super().__init__(f"name a project; you may see: {', '.join(projects) or 'none'}")
        self.projects = tuple(projects)


class BadCursor(Invalid):
    """The cursor was not given out by this list."""

    code = "credential_cursor_invalid"

    def __init__(self) -> None:
        super().__init__("the cursor is not one of this list; begin again without one")


class CredentialLimit(LimitExceeded):
    """A limit on credentials; the message names it."""

    code = "credential_limit"


class CredentialNotForNodes(Denied):
    """A node asked for a secret that only ever comes onto requests."""

    code = "credential_not_for_nodes"

    def __init__(self, type_: str) -> None:
        super().__init__(
            f"credentials of type {type_[:80]} are put on requests and shown to no node;"
            " name the type in the request instead"
        )


class CredentialsUnreadable(Invalid):
    """The credentials file cannot be used; the message says why, and holds nothing of what is in it."""

    code = "credentials_unreadable"


class SealBroken(HeadraceError):
    """What is stored of a credential is not what was sealed for it: damaged, or put in its place by somebody."""

    code = "credential_seal_broken"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is damaged, or was changed or put in its place by somebody; enter its secrets anew")


class KeyMissing(Unavailable):
    """The key-encryption key that something was sealed under is not at hand."""

    code = "credential_key_missing"

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"the encryption key {key_id} is missing; bring back the key file, or name the key in"
            " HEADRACE_ENCRYPTION_KEY or HEADRACE_ENCRYPTION_KEY_OLD"
        )
        self.key_id = key_id


class KeysUnusable(Unavailable):
    """The key file or the key in the environment cannot be used; the message says why."""

    code = "credential_keys_unusable"


class SecretUnavailable(Unavailable):
    """A secret that a credential refers to cannot be had from where it is kept."""

    code = "credential_secret_unavailable"


class TokenRefused(Invalid):
    """A token endpoint gave no token."""

    code = "credential_token_refused"

    def __init__(self, status: int, error: str) -> None:
        said = f": {error}" if error else ""
        super().__init__(
            f"the authorization server gave no token (status {status}){said}; connect the credential again"
        )
        self.status = status
        self.error = error


class TokenUnavailable(Unavailable):
    """A token endpoint cannot be reached, or somebody else has been renewing the token for too long."""

    code = "credential_token_unavailable"


class NotConnected(Invalid):
    """The credential has no token that is still good, and nobody but a person can get another."""

    code = "credential_not_connected"

    def __init__(self, name: str) -> None:
        super().__init__(f'the credential "{name}" is not connected, or not any more; connect it again')
        self.name = name


class NotOAuth2(Invalid):
    """The credential is of a type that nobody connects."""

    code = "credential_not_oauth2"

    def __init__(self, type_: str) -> None:
        super().__init__(f"credentials of type {type_[:80]} are not connected by OAuth2")


class AuthorizationUnknown(Invalid):
    """What came back from an authorization server belongs to nothing that this user began and that still counts."""

    code = "credential_authorization_unknown"

    def __init__(self) -> None:
        super().__init__(
            "this authorization was not begun by you here, was used already, or took too long; begin again"
        )


class ReferenceDenied(Denied):
    """Somebody who may not name secrets that are kept elsewhere did."""

    code = "credential_reference_denied"

    def __init__(self, field: str) -> None:
        super().__init__(f'"{field[:60]}" refers to a secret that is kept elsewhere; only administrators may do that')
        self.field = field
