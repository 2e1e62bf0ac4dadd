"""Which addresses of machines may be spoken to."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.fetching.addresses import is_public

_INSIDE = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.254", "0.0.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2002:7f00:1::",
    "2002:808:808::", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1",
    "2600:1406::5efe:7f00:1", "2600:1406::200:5efe:7f00:1", "fd00:ec2::254",
]  # fmt: skip
_OUTSIDE = ["8.8.8.8", "44.0.0.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2600:1406::1", "2a00:1450:4001::1"]
_NONE = [
    "", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "8.8.8.8/32", "8.8.8.8:80", "[::1]",
    "\u0661\u0662\u0667.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", _INSIDE)
def test_a_machine_inside_may_not_be_spoken_to(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", _OUTSIDE)
def test_a_machine_of_the_public_internet_may(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", _NONE)
def test_what_is_no_address_in_its_one_spelling_may_not(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_no_way_to_carry_an_address_of_ipv4_in_one_of_ipv6_passes(machine: ipaddress.IPv4Address) -> None:
    number = int(machine)
    carried = (
        number,  # compatible
        0xFFFF << 32 | number,  # mapped
        0xFFFF << 48 | number,  # translated
        0x64FF9B << 96 | number,  # NAT64
        0x2002 << 112 | number << 80,  # 6to4
        0x20010000 << 96 | number << 64 | number ^ 0xFFFFFFFF,  # Teredo
        0x2600 << 112 | 0x5EFE << 32 | number,  # ISATAP
    )
    assert not any(is_public(str(ipaddress.IPv6Address(one))) for one in carried)
