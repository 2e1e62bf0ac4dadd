"""What handlers are given: the site, put together once at the start."""

import datetime as dt
from collections.abc import Callable

import msgspec
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from directory.clock import utc_now
from directory.db import Database
from directory.errors import DirectoryError, SettingsError
from directory.places.gazetteer import Gazetteer
from directory.search.reader import CardReader, open_reader
from directory.settings import Settings
from web.attention import Attention
from web.confirmations import Confirmations
from web.health import Health
from web.pages.where import Places
from web.paper.drawing import can_make_files
from web.rendering import Pages
from web.reports import Reports


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A running deployment.

    Attributes:
        settings: what it chose.
        database: for whatever writes; handlers open the transaction themselves.
        reader: for the pages that only read cards.
        reports: counts what readers found to be wrong.
        confirmations: takes what programs answer to letters.
        gazetteer: where places are.
        can_print: whether a card or a form can be made as a file here.
        places: finds the places that people type.
        pages: renders them.
        attention: whether anybody still looks after it.
        health: how its clock is.
        clock: the present.
    """

    settings: Settings
    database: Database
    reader: CardReader
    reports: Reports
    confirmations: Confirmations
    gazetteer: Gazetteer
    places: Places
    pages: Pages
    can_print: bool
    attention: Attention
    health: Health
    clock: Callable[[], dt.datetime] = utc_now


SiteHere = NamedDependency[SkipValidation[Site]]


def open_site(
    settings: Settings, database: Database, *, clock: Callable[[], dt.datetime] = utc_now, is_watched: bool = True
) -> Site:
    """Put a site together; nothing is connected yet.

    Raises:
        SettingsError: its default area is no place, or several.
    """
    gazetteer = Gazetteer()
    region = None
    if settings.default_area:
        try:
            region = gazetteer.find(settings.default_area, country=settings.country).region or None
        except DirectoryError:
            raise SettingsError("HANDRAIL_DEFAULT_AREA must be one place: a ZIP code, or a city with state.") from None
    attention = Attention(database, clock, is_watched=is_watched)
    pages = Pages(settings, clock=clock, abandoned=attention.since)
    return Site(
        settings=settings,
        database=database,
        reader=open_reader(database),
        reports=Reports(database),
        confirmations=Confirmations(database),
        gazetteer=gazetteer,
        # A name that several places bear is looked for in the deployment's own state first.
        places=Places(gazetteer, country=settings.country, region=region),
        pages=pages,
        can_print=can_make_files(),
        attention=attention,
        health=Health(settings, database, clock),
        clock=clock,
    )


def provide(site: Site) -> dict[str, Provide]:
    """The dependencies of every handler."""
    return {"site": Provide(lambda: site, sync_to_thread=False)}
