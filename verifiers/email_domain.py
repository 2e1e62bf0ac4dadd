"""Whether mail to an address can arrive at all: what the name servers say of its domain, and nothing further.

Nobody's mail server is spoken to. One that is asked whether a mailbox exists lies, or blocks whoever asks, and learns
who asked for whom. So a name server is asked for the domain alone; what stands before the @ goes nowhere.
"""

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import msgspec
from dns.rdtypes.ANY.MX import MX

from directory.listings.fields import Text
from directory.settings import MAIL_ADDRESS
from verifiers.look import Look, Verifier
from verifiers.subject import Known

# Of a whole look-up of one name, retries and second servers included.
MOST_SECONDS = 5.0
# Nobody honest has more; who lists hundreds would have us ask for each.
_MOST_HOSTS = 8
_LONGEST_ADDRESS = 254
_ADDRESSES = (dns.rdatatype.A, dns.rdatatype.AAAA)


class _SaysNothingError(Exception):
    """The name servers were too slow, or could not say."""


def email_domain(resolver: dns.asyncresolver.Resolver) -> Verifier:
    """A check of e-mail addresses by ``resolver``.

    - ``accepts``: the domain names a host for mail that has an address; or names none, and has an address itself (RFC
      5321, 5.1).
    - ``refuses``: it says that it takes no mail (RFC 7505), or no host that could is there.
    - ``gone``: there is no such domain.

    A name server that is slow, fails or refuses says nothing.
    """

    async def look(known: Known) -> Look:
        domain = _domain_of(known)
        if domain is None:
            return Look()
        try:
            return Look(await _outcome(resolver, domain))
        except dns.resolver.NXDOMAIN:
            return Look("gone")
        except _SaysNothingError:
            return Look()

    return look


def machines_resolver() -> dns.asyncresolver.Resolver:
    """The name servers that this machine asks for everything.

    Raises:
        dns.resolver.NoResolverConfiguration: it has none.
    """
    return dns.asyncresolver.Resolver()


def _domain_of(known: Known) -> dns.name.Name | None:
    """The domain of an address that could be written to, from the root; None if it is none."""
    if known.field != "email":
        return None
    try:
        written = msgspec.convert(known.value, Text).text.strip()
    except msgspec.ValidationError:
        return None
    user, _, domain = written.rpartition("@")
    if not user or len(written) > _LONGEST_ADDRESS:
        return None
    try:
        name = dns.name.from_text(domain, idna_codec=dns.name.IDNA_2008_Practical)
    except (dns.exception.DNSException, UnicodeError, ValueError):
        return None
    # Also of a name in another script, whose letters are ASCII by now. One label alone is a machine nearby.
    is_host = MAIL_ADDRESS.fullmatch(f"a@{name.to_text(omit_final_dot=True)}") is not None
    return name if is_host and len(name.labels) > 2 else None


async def _outcome(resolver: dns.asyncresolver.Resolver, domain: dns.name.Name) -> str:
    """Raises ``NXDOMAIN`` where there is no such domain, ``_SaysNothingError`` where nobody can tell."""
    answer = await _ask(resolver, domain, dns.rdatatype.MX)
    if answer is None:
        return "accepts" if await _has_address(resolver, domain) else "refuses"
    exchanges = sorted((row for row in answer if isinstance(row, MX)), key=lambda row: (row.preference, row.exchange))
    # An exchange that is the root alone is no host: "Null MX".
    hosts = list(dict.fromkeys(row.exchange for row in exchanges if row.exchange != dns.name.root))
    if not hosts:
        return "refuses"
    for host in hosts[:_MOST_HOSTS]:
        try:
            if await _has_address(resolver, host):
                return "accepts"
        except dns.resolver.NXDOMAIN:
            continue
    if len(hosts) > _MOST_HOSTS:
        raise _SaysNothingError
    return "refuses"


async def _has_address(resolver: dns.asyncresolver.Resolver, host: dns.name.Name) -> bool:
    for kind in _ADDRESSES:
        if await _ask(resolver, host, kind) is not None:
            return True
    return False


async def _ask(
    resolver: dns.asyncresolver.Resolver, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> dns.resolver.Answer | None:
    """What a name has of a kind; None if it has nothing of it.

    Raises:
        NXDOMAIN: there is no such name.
        _SaysNothingError: nobody could tell.
    """
    try:
        return await resolver.resolve(name, kind, search=False, lifetime=MOST_SECONDS)
    except dns.resolver.NXDOMAIN:
        raise
    except dns.resolver.NoAnswer:
        return None
    except (dns.exception.DNSException, OSError):
        raise _SaysNothingError from None
