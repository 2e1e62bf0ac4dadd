"""What many strangers have in common, and what therefore says nothing about two of them.

National hotlines, switchboards of a county, sites and mailboxes that anybody may open. Which numbers and sites are
shared here is counted: how many organizations of different names have them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

import msgspec

from directory.values.web_address import registered_domain
from importers.matching.names import name_words
from importers.matching.party import Party

# Two that are one, their branch and the office next door may share a number; a fourth name makes it a switchboard.
UNRELATED = 4
_FEW = 3
_SHORTEST_NUMBER = 8
_TOLL_FREE = ("+1800", "+1822", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")
_AUTHORITIES = (".gov", ".mil", ".gc.ca", ".gob.mx", ".us", ".gov.uk")


class _Shared(msgspec.Struct, frozen=True):
    hosts: frozenset[str]
    numbers: frozenset[str]


@cache
def _shared() -> _Shared:
    content = resources.files("importers.matching").joinpath("shared.json").read_bytes()
    return msgspec.json.decode(content, type=_Shared)


class Common(msgspec.Struct, frozen=True):
    """How many organizations of different names have a number or a site, where more than two do."""

    phones: Mapping[str, int] = {}
    domains: Mapping[str, int] = {}

    def own_phones(self, party: Party) -> frozenset[str]:
        """The numbers of a party that say who it is."""
        return frozenset(number for number in party.phones if self._is_own(number) and not is_weak(number))

    def weak_phones(self, party: Party) -> frozenset[str]:
        """The numbers of a party that say a little: toll-free ones, and those that a few have."""
        return frozenset(
            number for number in party.phones if (is_weak(number) or not self._is_own(number)) and self._is_few(number)
        )

    def own_domains(self, party: Party) -> frozenset[str]:
        """The sites of a party that say who it is."""
        return frozenset(
            domain
            for domain in party.domains
            if self.domains.get(domain, 0) < UNRELATED and not domain.endswith(_AUTHORITIES)
        )

    def weak_domains(self, party: Party) -> frozenset[str]:
        """Sites of authorities: many departments have one."""
        return frozenset(
            domain
            for domain in party.domains
            if domain.endswith(_AUTHORITIES) and self.domains.get(domain, 0) < UNRELATED
        )

    def _is_own(self, number: str) -> bool:
        return self.phones.get(number, 0) < _FEW

    def _is_few(self, number: str) -> bool:
        return self.phones.get(number, 0) < UNRELATED


def carries_weight(number: str) -> bool:
    """Whether a number may say anything about who has it: no short code, and no hotline of a nation."""
    return len(number) >= _SHORTEST_NUMBER and number not in _shared().numbers


def is_weak(number: str) -> bool:
    """Whether a number can be dialled from everywhere at no cost: such lines are often listed by many."""
    return number.startswith(_TOLL_FREE)


def domain_of(host: str) -> str:
    """What somebody registered of a host; empty for a host where anybody may have a page or a mailbox."""
    if host in _shared().hosts:
        return ""
    domain = registered_domain(host)
    return "" if domain in _shared().hosts else domain


def count_common(said: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many different names stand beside each value, where it is more than two.

    Args:
        said: (value, name of an organization that has it).
    """
    names: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for value, name in said:
        if len(names[value]) < UNRELATED:
            names[value].add(name_words(name)[:2])
    return {value: len(some) for value, some in names.items() if len(some) >= _FEW}
