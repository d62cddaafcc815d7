"""Credential types: found beside the nodes, and complete."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import headrace.nodes.builtin
from headrace.nodes.catalogue import Catalogue
from headrace.nodes.credential_types import CredentialTypes, declared_in
from headrace.nodes.errors import UnknownCredentialType
from headrace.sdk.credentials import Attachment, CredentialType, TestRequest
from headrace.sdk.description import String

TYPES = CredentialTypes.installed()


def test_every_credential_that_a_built_in_node_takes_is_declared() -> None:
    taken = {use.name for description in Catalogue.installed().types() for use in description.credentials}

    assert taken <= {type_.name for type_ in TYPES.all()}


def test_no_type_is_declared_twice() -> None:
    names = [type_.name for type_ in declared_in(headrace.nodes.builtin)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("type_", TYPES.all(), ids=lambda type_: type_.name)
def test_a_type_is_complete(type_: CredentialType) -> None:
    names = [field.name for field in type_.fields]

    assert len(names) == len(set(names))
    assert set(type_.guards) <= set(names)
    assert type_.secret_fields, "a credential without a secret is none"
    assert type_.computed_with or "allowedDomains" in type_.guards, "what comes onto requests names its hosts"


def test_a_type_that_is_not_there_is_named_with_the_way_out() -> None:
    with pytest.raises(UnknownCredentialType, match="headrace credential types"):
        TYPES.find("slackApi")
    assert TYPES.attachment_of("slackApi") is None


def test_a_type_has_what_it_extends_but_for_what_it_says_itself() -> None:
    base = CredentialType(
        name="base",
        title="Base",
        fields=[String("url", "URL"), String("key", "Key", password=True)],
        guards=["url"],
        attach=Attachment(headers={"X-Key": "{key}"}),
        test=TestRequest(url="{url}/me"),
    )
    middle = CredentialType(name="middle", title="Middle", extends=["base", "gone", "top"])
    top = CredentialType(name="top", title="Top", extends=["middle"], fields=[String("url", "Address")])

    found = CredentialTypes([top, middle, base]).find("top")

    assert [(field.name, field.display_name) for field in found.fields] == [("url", "Address"), ("key", "Key")]
    assert set(found.extends) == {"middle", "base"}
    assert (found.guards, found.attach, found.test) == (["url"], base.attach, base.test)
    assert found.secret_fields == {"key"}


def test_of_two_types_of_one_name_the_first_counts(caplog: pytest.LogCaptureFixture) -> None:
    types = CredentialTypes([CredentialType(name="a", title="First"), CredentialType(name="a", title="Second")])

    assert types.find("a").title == "First"
    assert "comes twice" in caplog.text


def test_what_a_package_declares_wrongly_is_reported_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    package = SimpleNamespace(__name__="theirs", CREDENTIAL_TYPES=["no type"])

    assert list(declared_in(package)) == []
    assert "theirs" in caplog.text
