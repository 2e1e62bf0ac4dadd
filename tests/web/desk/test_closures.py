"""Closed for a time: nothing says that it is open while it is not, everybody reads why, and it ends by itself."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from directory.cards.queries import card_of, documents_of
from directory.cards.service import rebuild_cards
from directory.db import Database
from directory.integrity.table import MOST_HIDINGS
from directory.listings.fields import Note
from directory.listings.models import Record
from directory.values.hours import WEEKDAYS, is_open
from tests.conftest import NOW
from tests.makers import kind, opens, text
from tests.staff import Desk
from tests.web.desk.test_listing import House

Seat = Callable[..., Desk]
DAYS = {day: [(0, 1440)] for day in WEEKDAYS}
FORM = {"first": "2026-11-26", "last": "2026-12-04", "why": "works", "instead": "call"}


@pytest.fixture
def house(database: Database) -> House:
    """A house that is open at every hour, with a crisis line and a note that always holds."""
    weeks = (opens(DAYS), opens(DAYS, "line:voice"), opens(DAYS, "crisis-line"))
    return House(database, *weeks, text("alert", "Ring twice."))


def notes(session: Session, house: House) -> list[str]:
    """What everybody reads above everything else."""
    documents = documents_of(session, session.get_one(Record, house.id), tier="public")
    return [str(fact.value["text"]) for one in documents for fact in one.all("alert")]


def closed_slots(session: Session, house: House, at: dt.datetime) -> set[str]:
    """The schedules of the card that do not hold at an instant."""
    card = card_of(session, house.id)
    assert card is not None
    slots = ("office", "line:voice", "crisis-line")
    return {slot for slot in slots if not is_open(DAYS, card.zone, card.closed.get(slot, ()), at)}


def test_a_closure_shuts_all_but_a_crisis_line_says_why_and_ends_by_itself(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator")
    answer = desk.post(f"{house.path}/closed", FORM)
    assert answer.status_code == 303
    page = desk.get(answer.headers["location"]).text
    assert "Changed: " in page
    assert "They are open again" in page
    with house.database.reading() as session:
        assert closed_slots(session, house, NOW) == {"office", "line:voice"}
        assert closed_slots(session, house, dt.datetime(2026, 12, 4, 20, tzinfo=dt.UTC)) == {"office", "line:voice"}
        assert closed_slots(session, house, dt.datetime(2026, 12, 6, tzinfo=dt.UTC)) == set()
        first, always = sorted(notes(session, house), key=len, reverse=True)
        assert "2026-12-04" in first
        assert first.endswith("Building work. Call before you go.")
        assert always == "Ring twice."
    with house.database.transaction() as session:
        # The day after the last one, wherever it is: nobody has to take the note away.
        rebuild_cards(session, [house.id], now=dt.datetime(2026, 12, 6, 1, tzinfo=dt.UTC))
        assert notes(session, house) == ["Ring twice."]


def test_whoever_opens_again_takes_back_the_rest_of_it_and_keeps_other_closed_days(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator")
    assert desk.post(f"{house.path}/edit", {
        "s~schedule~office~closed": "2026-12-25", "seen": f"s~schedule~office={house.fact('schedule', 'office')}",
    }).status_code == 303  # fmt: skip
    desk.post(f"{house.path}/closed", FORM)
    assert desk.post(f"{house.path}/open-again").status_code == 303
    with house.database.reading() as session:
        assert closed_slots(session, house, NOW) == set()
        assert notes(session, house) == ["Ring twice."]
    assert house.value("schedule", "office").closed == ["2026-12-25"]
    assert desk.post(f"{house.path}/open-again").headers["location"].endswith("said=same")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"first": "soon"}, 400), ({"last": "2026-11-20"}, 400), ({"last": "2027-11-20"}, 400),
        ({"why": "boredom"}, 400),
        ({"instead": "Go to www.example.org"}, 400),
    ],
)  # fmt: skip
def test_no_days_no_reason_and_no_words_of_a_client_close_nothing(
    sign_in: Seat, house: House, wrong: dict[str, str], status: int
) -> None:
    assert sign_in("coordinator").post(f"{house.path}/closed", FORM | wrong).status_code == status
    with house.database.reading() as session:
        assert notes(session, house) == ["Ring twice."]
        assert closed_slots(session, house, NOW) == set()


def test_a_note_to_everybody_has_a_last_day(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator")
    seen = {"seen": f"s~alert~={house.fact('alert')}"}
    assert desk.post(f"{house.path}/edit", {"s~alert~~until": "May", **seen}).status_code == 400
    assert desk.post(f"{house.path}/edit", {"s~alert~~until": "2026-11-30", **seen}).status_code == 303
    assert house.value("alert") == Note("Ring twice.", "2026-11-30")
    with house.database.transaction() as session:
        rebuild_cards(session, [house.id], now=dt.datetime(2026, 12, 1, 23, tzinfo=dt.UTC))
        assert notes(session, house) == ["Ring twice."]
        rebuild_cards(session, [house.id], now=dt.datetime(2026, 12, 2, 1, tzinfo=dt.UTC))
        assert notes(session, house) == []


def test_nobody_closes_many_listings_or_a_hotline_alone(sign_in: Seat, database: Database) -> None:
    desk = sign_in("coordinator")
    many = [House(database, opens(DAYS)) for _ in range(MOST_HIDINGS + 1)]
    hotline = House(database, kind("hotline"), opens(DAYS))
    pages = [desk.get(desk.post(f"{one.path}/closed", FORM).headers["location"]).text for one in (*many, hotline)]
    assert ["Changed: " in page for page in pages] == [True] * MOST_HIDINGS + [False, False]
    assert all("Proposed, and waits" in page for page in pages[-2:])
    with database.reading() as session:
        for one in (many[-1], hotline):
            assert (closed_slots(session, one, NOW), notes(session, one)) == (set(), [])
    assert "Changed: " in desk.get(desk.post(f"{many[0].path}/open-again").headers["location"]).text
    other = sign_in("coordinator", "Another")
    shown = other.get(other.post(f"{many[0].path}/closed", FORM).headers["location"]).text
    assert "Changed: " in shown
