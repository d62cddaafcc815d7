"""Which addresses workflows may reach."""

from __future__ import annotations

import ipaddress

import pytest

from headrace.infra.egress.policy import EgressPolicy


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
        "2002:c0a8:101::",
        "2001::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "no address",
        "",
        "2130706433",
    ],
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not EgressPolicy().allows(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert EgressPolicy().allows(address)


def test_private_addresses_can_be_allowed_as_a_whole() -> None:
    assert EgressPolicy(allow_private=True).allows("10.0.0.1")


def test_one_network_can_be_allowed() -> None:
    policy = EgressPolicy(allowed_networks=[ipaddress.ip_network("10.1.0.0/16")])

    assert policy.allows("10.1.2.3")
    assert not policy.allows("10.2.0.1")


def test_a_blocked_network_stays_blocked_behind_other_ways_of_writing_it() -> None:
    policy = EgressPolicy(allow_private=True, blocked_networks=[ipaddress.ip_network("8.8.8.0/24")])

    assert not policy.allows("8.8.8.8")
    assert not policy.allows("::ffff:8.8.8.8")
    assert not policy.allows("64:ff9b::808:808")
    assert policy.allows("8.8.4.4")
