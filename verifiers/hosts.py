"""Whose host it is that an address leads to."""

from collections.abc import Callable
from urllib.parse import urlsplit

from directory.values.web_address import NotAWebAddressError, normalise_url, registered_domain
from verifiers.pages.signs import signs
from verifiers.subject import Known


def host_of(url: str) -> str:
    """The host of a web address; empty if it is none."""
    try:
        return urlsplit(normalise_url(url)).hostname or ""
    except NotAWebAddressError:
        return ""


def domain_of(host: str) -> str:
    """What somebody registered of a host name; the host itself where that cannot be told."""
    return registered_domain(host) or host


def is_platform(host: str) -> bool:
    """Whether a host carries pages of many who do not run it."""
    labels = host.split(".")
    return not signs().platforms.isdisjoint(".".join(labels[first:]) for first in range(len(labels) - 1))


def own_domains(known: Known) -> frozenset[str]:
    """The domains of an organization's addresses on the web and of its mail, those of platforms left out."""
    hosts = {host_of(url) for url in known.urls} | {email.rpartition("@")[2].lower() for email in known.emails}
    return frozenset(domain_of(host) for host in hosts if host and not is_platform(host))


def may_be_asked(known: Known, url: str) -> Callable[[str], bool]:
    """Which hosts may be asked when an address of a fact is looked at.

    Of a confidential organization only its own: nobody else is to learn that somebody looks at it. Of every other one
    any, since its page may lead anywhere.
    """
    if not known.is_confidential:
        return lambda _: True
    own = {domain_of(host_of(url))} | own_domains(known)
    return lambda host: domain_of(host) in own and not is_platform(host)
