"""Credential types: what a credential holds, and how it comes onto a request; declared beside the nodes that use it.

A module of nodes lists those it brings as `CREDENTIAL_TYPES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from headrace.sdk.description import Choice, Options, Parameter, String


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What a credential adds to each request. A value may hold fields of the credential: "Bearer {apiKey}"."""

    headers: dict[str, str] = {}
    query: dict[str, str] = {}


class TestRequest(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A request that succeeds (status 2xx) with a credential that is good, and changes nothing."""

    __test__ = False  # pytest takes the name for a test's

    url: str
    """May hold fields of the credential that are not secret: "{baseUrl}/me"."""

    method: Literal["GET", "HEAD", "POST"] = "GET"


class CredentialType(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", kw_only=True):
    """One kind of credential.

    Fields are parameters; one made with `String(..., password=True)` is secret, and so is whatever is kept of a
    credential without being declared here.
    """

    name: str
    """As n8n has it: "httpBasicAuth"."""

    title: str
    fields: Sequence[Parameter] = ()
    extends: Sequence[str] = ()
    """Types whose fields and attachment this one has too, but for those of the same name."""

    attach: Attachment | None = None
    """None: as the way out does for this type, or for one that it extends."""

    test: TestRequest | None = None
    guards: Sequence[str] = ()
    """Fields that decide where the secrets go. Who changes one has to give the secrets anew, so that nobody who may
    change a credential can have it sent to himself and read it."""

    computed_with: bool = False
    """Whether nodes compute with the secret itself (signing keys). All others only ever come onto requests."""

    @property
    def secret_fields(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields if is_secret(field))

    @property
    def is_oauth2(self) -> bool:
        return self.name == "oAuth2Api" or "oAuth2Api" in self.extends


def is_secret(field: Parameter) -> bool:
    return bool(field.type_options.get("password"))


GUARDS_OF_HOSTS = ("allowedHttpRequestDomains", "allowedDomains")


def host_fields() -> list[Parameter]:
    """Return the fields by which a credential names the hosts it may be sent to; the way out holds to them."""
    return [
        Options(
            "allowedHttpRequestDomains",
            [
                Choice(value="all", name="All hosts"),
                Choice(value="domains", name="Only these hosts"),
                Choice(value="none", name="None, but for nodes made for this service"),
            ],
            "Allowed hosts",
            "all",
        ),
        String(
            "allowedDomains",
            "Hosts",
            description="Separated by commas; *.example.com is every host below example.com.",
            show={"allowedHttpRequestDomains": ["domains"]},
        ),
    ]


def with_parents(type_: CredentialType, declared: Mapping[str, CredentialType]) -> CredentialType:
    """Return a type with all that it has from those it extends, at any distance; one that is not there adds nothing."""
    ancestors: list[CredentialType] = []
    wanted = list(type_.extends)
    while wanted:
        parent = declared.get(wanted.pop(0))
        if parent is not None and parent not in ancestors and parent.name != type_.name:
            ancestors.append(parent)
            wanted += parent.extends
    fields: dict[str, Parameter] = {}
    for one in [*reversed(ancestors), type_]:
        fields |= {field.name: field for field in one.fields}
    changes: dict[str, Any] = {
        "fields": list(fields.values()),
        "extends": [one.name for one in ancestors],
        "guards": sorted({name for one in [type_, *ancestors] for name in one.guards}),
        "attach": next((one.attach for one in [type_, *ancestors] if one.attach is not None), None),
        "test": next((one.test for one in [type_, *ancestors] if one.test is not None), None),
    }
    return msgspec.structs.replace(type_, **changes)
