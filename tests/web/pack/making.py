"""A ward in Miami with something of everything, and packs for it."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.models import Fact, Record
from directory.listings.service import Created
from directory.places.gazetteer import Gazetteer
from directory.settings import Settings
from tests.makers import confirm, kind, make_service, opens, phone, site, speaks
from tests.web.conftest import ALWAYS_OPEN
from web.languages import spoken
from web.pack.choosing import Chosen, choose
from web.pack.contents import PackContents, pack_contents
from web.rendering import Pages

HERE = Settings(database_url="", default_area="33130", reporting_policy="Ask Dr. Bell first.")
SERIAL = "4821-7731"
WEEKDAYS = {day: [(540, 1020)] for day in ("MO", "TU", "WE", "TH", "FR")}


def make_ward(database: Database) -> None:
    """A line, a confidential shelter, an exam and lawyers, all confirmed; and an advocate whom nobody called."""
    with database.transaction() as session:
        listed(session, "+13055550150", kind("hotline"), opens(ALWAYS_OPEN, "crisis-line"), name="Night line")
        listed(session, "+13055550151", kind("emergency-shelter"), opens(ALWAYS_OPEN, "intake"), name="Quiet beds",
               area="US-FL-331")  # fmt: skip
        listed(session, "+13055550152", kind("sane-adult"), name="Nurse <b>exam</b>")
        listed(session, "+13055550153", kind("legal-civil"), opens(WEEKDAYS), speaks("es"), name="Papers")
        listed(session, "+13055550154", kind("victim-advocacy"), name="Someone along", days_ago=None)


def listed(
    session: Session, number: str, *facts: FactDraft, name: str, area: str | None = None, days_ago: int | None = 2
) -> Created:
    """A listing whose number was confirmed so many days ago, or never."""
    made = make_service(
        session, phone(number), *facts, name=name, area=area, sites=None if area else [site(f"site:{number}")]
    )
    if days_ago is not None:
        confirm(session, fact_of(session, number), days_ago=days_ago)
    return made


def fact_of(session: Session, number: str) -> int:
    """The fact that is a number."""
    return session.scalars(sa.select(Fact.id).where(Fact.field == "phone", Fact.match_key == number)).one()


def listing_of(session: Session, number: str) -> Record:
    """The listing that has a number."""
    service = session.scalars(sa.select(Fact.record_id).where(Fact.field == "phone", Fact.match_key == number)).first()
    return session.scalars(sa.select(Record).where(Record.service_id == service, Record.kind == "listing")).one()


def chosen_of(database: Database, now: dt.datetime, *, area: str = "33130", days: int = 90) -> Chosen:
    """The listings of a pack."""
    with Gazetteer() as gazetteer:
        place = gazetteer.find(area)
        return choose(database, place, days=days, made_on=now.date(), gazetteer=gazetteer, now=now)


def contents_of(
    database: Database, now: dt.datetime, *, area: str = "33130", days: int = 90, language: str = "en"
) -> PackContents:
    """A pack in words."""
    pages = Pages(HERE, clock=lambda: now)
    with Gazetteer() as gazetteer:
        place = gazetteer.find(area)
        chosen = choose(database, place, days=days, made_on=now.date(), gazetteer=gazetteer, now=now)
        return pack_contents(
            chosen, spoken(HERE)[language], HERE, serial=SERIAL, place=place, pinned=pages.pinned(),
            made_on=now.date(), gazetteer=gazetteer, now=now,
        )  # fmt: skip
