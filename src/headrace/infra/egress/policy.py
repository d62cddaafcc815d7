"""Which addresses may be reached."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_BLOCKED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, where clouds put their metadata services, too
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, with the metadata address
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/128",
        "::1/128",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/32",  # Teredo: an IPv4 address inside
        "2001:db8::/32",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressPolicy:
    """What one tenant's nodes may reach."""

    allow_private: bool = False
    """Whether private, loopback and other special addresses may be reached."""

    allowed_networks: Sequence[Network] = field(default_factory=tuple)
    """Reachable whatever else is said."""

    blocked_networks: Sequence[Network] = field(default_factory=tuple)
    """Never reachable, but for `allowed_networks`."""

    def allows(self, address: str) -> bool:
        """Whether a resolved address may be connected to; text that is no address may not."""
        try:
            # A zone ("fe80::1%eth0") says which card, not which host.
            found = ipaddress.ip_address(address.split("%", 1)[0])
        except ValueError:
            return False
        candidates = [found, *_embedded(found)]
        if any(found in network for network in self.allowed_networks if network.version == found.version):
            return True
        blocked = (*self.blocked_networks, *(() if self.allow_private else _BLOCKED))
        return not any(
            candidate in network
            for candidate in candidates
            for network in blocked
            if network.version == candidate.version
        )


def _embedded(address: Address) -> list[Address]:
    """Return the IPv4 addresses that an IPv6 address is a way of writing."""
    if not isinstance(address, IPv6Address):
        return []
    found: list[Address] = []
    if address.ipv4_mapped is not None:
        found.append(address.ipv4_mapped)
    if address in _NAT64 or int(address) >> 32 == 0:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    if address in _SIX_TO_FOUR:
        found.append(IPv4Address(int(address) >> 80 & 0xFFFFFFFF))
    return found
