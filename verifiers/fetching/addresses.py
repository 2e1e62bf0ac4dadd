"""Which addresses of machines may be spoken to: those of the public internet, and no other way of writing the rest."""

import ipaddress

# What ``is_global`` lets pass in some version of Python, or what carries another address in itself. Of the IANA
# registries of special-purpose addresses.
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/8",  # unspecified, loopback, written with IPv4 (compatible and mapped)
            "64:ff9b::/96", "64:ff9b:1::/48",  # NAT64
            "100::/64", "100:0:0:1::/64",  # thrown away
            "2001::/23",  # Teredo, benchmarks, ORCHID and the rest of what IETF gave out
            "2001:db8::/32", "2002::/16",  # documentation, 6to4
            "2620:4f:8000::/48", "3fff::/20", "5f00::/16",
            "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        ),
    )
)  # fmt: skip
# The one part of IPv6 that is given out to anybody.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


def is_public(address: str) -> bool:
    """Whether an address of a machine is one that everybody reaches alike, and holds no other one in itself."""
    try:
        machine = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not machine.is_global or machine.is_multicast or machine.is_reserved:
        return False
    if any(machine.version == network.version and machine in network for network in _NEVER):
        return False
    if isinstance(machine, ipaddress.IPv4Address):
        return True
    # The lower half of an ISATAP address is an IPv4 address behind these four bytes.
    return machine.scope_id is None and machine in _GIVEN_OUT and (int(machine) >> 32) & 0xFFFFFFFF not in _ISATAP
