"""A listing's page tells how its program was looked at, to the month, and never why something was not."""

import datetime as dt

import httpx
import pytest
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.cards.vetted import Vetted, vetted
from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import Vetting
from directory.listings.models import Record
from directory.settings import OWN_LANGUAGES
from tests.directory.vetting.house import House
from web.pages.vetted import vetted_in_words
from web.wording import LANGUAGES, Wording

_LINE = "The people who keep this list looked at this program"
_STEPS = [Vetted("active", "2026-03", "2027-02"), Vetted("agreement-signed", "2026-02", "2027-01")]


def _id(session: Session, house: House) -> str:
    session.flush()
    show_touched(session)
    return str(session.get_one(Record, house.listing).public_id)


def test_a_page_tells_what_was_looked_at_and_until_when(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        house = House(session)
        house.make_active(session)
        listing, month = _id(session, house), f"{session.info['now']:%b %Y}"
    page = client.post("/", data={"l": listing}).text
    assert f"{_LINE}: active since {month}, trained in {month} and agreement signed in {month}." in page
    assert "They look again by the end of " in page


def test_what_is_only_begun_is_not_told(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        house = House(session)
        house.take(session, "recruited")
        house.take(session, "screened")
        listing = _id(session, house)
    assert _LINE not in client.post("/", data={"l": listing}).text


@pytest.mark.parametrize("step", ["paused", "removed"])
def test_what_is_paused_or_removed_is_not_shown_at_all(database: Database, client: httpx.Client, step: str) -> None:
    with database.transaction() as session:
        house = House(session)
        house.make_active(session)
        taken = house.take(session, step)
        if not taken.is_applied:
            house.second(session, taken.change)
        listing = _id(session, house)
    page = client.post("/", data={"l": listing})
    assert page.status_code == 404
    assert not any(words in page.text for words in (_LINE, "paused", "removed", "greement"))


def test_what_a_list_says_of_its_own_vetting_is_not_told_as_ours(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        steps = (FactDraft("vetting", Vetting("2026-03-01", by="A list"), slot=step) for step in ("trained", "active"))
        listing = _id(session, House(session, *steps))
    assert _LINE not in client.post("/", data={"l": listing}).text


def test_only_months_that_hold_whole_are_told() -> None:
    steps = {"trained": {"on": "2026-03-09", "expires_on": "2028-03-09"}}
    assert vetted(steps) == [Vetted("trained", "2026-03", "2028-02")]
    assert vetted({"trained": {"on": "2026-03-09", "expires_on": "2028-03-31"}})[0].until == "2028-03"
    # Whoever works has all three; one that is missing takes the word away.
    assert vetted({**steps, "active": {"on": "2026-04-01"}}) == vetted(steps)
    assert vetted({"recruited": {"on": "2026-01-01"}, "screened": {"on": "2026-01-02"}}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_run_out_is_told_in_no_language(language: str) -> None:
    t = Wording(language)
    both = vetted_in_words(_STEPS, today=dt.date(2026, 12, 1), t=t)
    one = vetted_in_words(_STEPS, today=dt.date(2027, 2, 1), t=t)
    assert len(both) > len(one) > 20
    assert "{" not in both
    assert vetted_in_words(_STEPS, today=dt.date(2027, 3, 1), t=t) == ""
    assert (language in OWN_LANGUAGES) or both != vetted_in_words(_STEPS, today=dt.date(2026, 12, 1), t=Wording("en"))
