"""What name servers say of a host: its addresses, and who answers for its domain."""

from typing import Protocol

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

MOST_SECONDS = 5.0
# More than anybody needs; who lists hundreds would have us look at each.
_MOST_ADDRESSES = 16


class UnknownNameError(Exception):
    """There is no such name, and the name servers are sure of it."""


class NamesUnansweredError(Exception):
    """The name servers were too slow, failed, or know no address of a name that exists."""


class Names(Protocol):
    """Asks name servers. ``NameServers`` does; tests have a telephone book of their own."""

    async def addresses(self, host: str) -> tuple[str, ...]:
        """All addresses of a host, those of IPv4 first; never empty.

        Raises:
            UnknownNameError: there is no such host.
            NamesUnansweredError: nothing can be said.
        """

    async def nameservers(self, domain: str) -> tuple[str, ...]:
        """Who answers for a registered domain; empty when nothing can be said."""


class NameServers:
    """Asks ``resolver``, for exactly the name that is given and no other."""

    def __init__(self, resolver: dns.asyncresolver.Resolver) -> None:
        self._resolver = resolver

    async def addresses(self, host: str) -> tuple[str, ...]:
        """See ``Names``."""
        found = [*await self._ask(host, dns.rdatatype.A), *await self._ask(host, dns.rdatatype.AAAA)]
        if not 1 <= len(found) <= _MOST_ADDRESSES:
            raise NamesUnansweredError
        return tuple(found)

    async def nameservers(self, domain: str) -> tuple[str, ...]:
        """See ``Names``."""
        try:
            found = await self._ask(domain, dns.rdatatype.NS)
        except (UnknownNameError, NamesUnansweredError):
            return ()
        return tuple(name.rstrip(".").lower() for name in found)

    async def _ask(self, name: str, kind: dns.rdatatype.RdataType) -> list[str]:
        try:
            absolute = dns.name.from_text(name, dns.name.root)
            answer = await self._resolver.resolve(absolute, kind, lifetime=MOST_SECONDS, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            raise UnknownNameError from None
        except (dns.exception.DNSException, OSError):
            raise NamesUnansweredError from None
        return [entry.to_text() for entry in answer.rrset or ()]
