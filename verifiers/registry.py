"""Which verifier answers for which method: the one place where they are put together.

A method that has none is neither planned nor claimed.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import httpcore
from dns.resolver import NoResolverConfiguration

from directory.db import Database
from directory.outbound import Internet
from directory.places.gazetteer import Gazetteer
from directory.settings import Settings
from verifiers.corroboration import corroboration
from verifiers.email_domain import email_domain, machines_resolver
from verifiers.feeds import feeds
from verifiers.fetching.fetcher import Fetcher
from verifiers.fetching.names import NameServers
from verifiers.geocode import geocode
from verifiers.hours import hours
from verifiers.look import Look, Verifier
from verifiers.lookup import lookup
from verifiers.phone import phone
from verifiers.subject import Known
from verifiers.website import website

Verifiers = Mapping[str, Verifier]


@contextmanager
def registered(database: Database, settings: Settings) -> Iterator[Verifiers]:
    """The verifiers of a deployment, by method (``directory.freshness.models.METHODS``), as long as they are needed.

    Each is made with what it needs besides the fact: the database it reads, the gazetteer, a resolver, a fetcher.
    """
    with Gazetteer() as gazetteer:
        found: dict[str, Verifier | None] = {
            "import": _by_field({"phone": phone(database), "schedule": hours()}),
            "feed": feeds(database),
            "geocode": geocode(gazetteer),
            "lookup": lookup(settings, Internet()),
            **_by_names(settings),
        }
        yield {method: verifier for method, verifier in found.items() if verifier is not None}


def told_all(settings: Settings) -> frozenset[str]:
    """Methods by which somebody elsewhere hears of confidential services too, because the deployment allowed it."""
    return frozenset({"lookup"} if settings.lookup_confidential else ())


def _by_field(verifiers: Mapping[str, Verifier]) -> Verifier:
    """One method that several fields share: each has a verifier of its own."""

    async def look(known: Known) -> Look:
        verifier = verifiers.get(known.field)
        return await verifier(known) if verifier is not None else Look()

    return look


def _by_names(settings: Settings) -> dict[str, Verifier]:
    """What begins with a question to name servers; nothing on a machine that has none."""
    try:
        resolver = machines_resolver()
    except NoResolverConfiguration:
        return {}
    fetcher = Fetcher(NameServers(resolver), contact=settings.check_contact, trusted=_trusted())
    return {"mx": email_domain(resolver), "website": website(fetcher), "corroboration": corroboration(fetcher)}


@cache
def _trusted() -> ssl.SSLContext:
    """The usual authorities, read once: the clock puts verifiers together at every tick."""
    return httpcore.default_ssl_context()
