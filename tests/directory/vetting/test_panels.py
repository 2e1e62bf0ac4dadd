"""Panels of survivors: what makes one whole, and that nothing else makes a program survivor-reviewed."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.cards.queries import card_of
from directory.errors import RefusedError
from directory.vetting.models import ReviewPanel
from directory.vetting.panels import enter_panel, note_evidence, note_reply, panels_of
from tests import makers
from tests.conftest import NOW
from tests.directory.vetting.house import House
from tests.staff import acting

TODAY = NOW.date()


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def enter(session: Session, house: House, **more: object) -> int:
    usual = {
        "held_on": TODAY, "seats": ("A1", "B7", "C2"), "paid": True, "conflicts": "none", "result": "passed",
    }  # fmt: skip
    enter_panel(session, house.id, by=acting(session, house.one), now=NOW, **(usual | more))  # type: ignore[arg-type]
    return TODAY.toordinal()


def level(session: Session, house: House, *, now: dt.datetime = NOW) -> str:
    """What everybody reads of the program's listing."""
    session.info["now"] = now
    session.info["touched"].add(house.listing)
    session.flush()
    show_touched(session)
    card = card_of(session, house.listing)
    assert card is not None
    return card.trauma_informed.level if card.trauma_informed else "none-known"


def test_a_whole_panel_makes_a_program_reviewed_by_two_people_for_twelve_months(session: Session, house: House) -> None:
    panel = enter(session, house)
    assert panels_of(session, house.id, on=TODAY)[0].state == "reply"
    assert level(session, house) == "none-known"
    change = note_reply(session, house.id, panel, "none-wanted", by=acting(session, house.one), now=NOW)
    assert change is not None
    assert (panels_of(session, house.id, on=TODAY)[0].state, level(session, house)) == ("waits", "none-known")
    with pytest.raises(RefusedError, match="omebody else"):
        house.second(session, change, by=house.one)
    house.second(session, change)
    assert (panels_of(session, house.id, on=TODAY)[0].state, level(session, house)) == ("whole", "survivor-reviewed")
    later = NOW + dt.timedelta(days=366)
    assert level(session, house, now=later) == "none-known"
    assert panels_of(session, house.id, on=later.date())[0].state == "over"


@pytest.mark.parametrize(
    "said",
    [
        {"paid": False},
        {"seats": ("A1", "B7")},
        {"seats": ("A1", "B7", "B7")},
        {"seats": ("Ana", "Bea", "Cleo")},
        {"conflicts": ""},
        {"result": "perhaps"},
        {"held_on": TODAY + dt.timedelta(days=1)},
        {"held_on": TODAY - dt.timedelta(days=366)},
    ],
)
def test_what_is_no_whole_panel_is_not_entered(session: Session, house: House, said: dict[str, object]) -> None:
    with pytest.raises(RefusedError):
        enter(session, house, **said)
    assert session.scalars(sa.select(ReviewPanel)).all() == []


def test_a_panel_that_did_not_pass_makes_nothing_of_it(session: Session, house: House) -> None:
    panel = enter(session, house, result="not-passed")
    assert (
        note_reply(session, house.id, panel, "given", "We changed our intake.", by=acting(session, house.one), now=NOW)
        is None
    )
    [shown] = panels_of(session, house.id, on=TODAY)
    assert (shown.state, shown.reply_text, level(session, house)) == (
        "not-passed", "We changed our intake.", "none-known",
    )  # fmt: skip


def test_the_program_s_reply_is_short_and_tells_of_nobody(session: Session, house: House) -> None:
    panel, one = enter(session, house), acting(session, house.one)
    for telling in ("my client Ana lied", "we are at 12 Oak Street", "x" * 281, ""):
        with pytest.raises(RefusedError):
            note_reply(session, house.id, panel, "given", telling, by=one, now=NOW)
    note_reply(session, house.id, panel, "given", "We agree.", by=one, now=NOW)
    with pytest.raises(RefusedError, match="answered already"):
        note_reply(session, house.id, panel, "none-wanted", by=one, now=NOW)


def test_no_list_makes_a_program_reviewed_without_an_end(session: Session) -> None:
    house = House(session, makers.trained("survivor-reviewed"))
    assert level(session, house) == "none-known"


def test_evidence_says_who_says_so_and_ends(session: Session, house: House) -> None:
    one, end = acting(session, house.one), TODAY + dt.timedelta(days=300)
    for level_, issuer, until in (
        ("assessed", "", end), ("survivor-reviewed", "Us", end), ("assessed", "my client Ana", end),
        ("assessed", "County", TODAY), ("assessed", "County", TODAY + dt.timedelta(days=4_000)),
    ):  # fmt: skip
        with pytest.raises(RefusedError):
            note_evidence(session, house.id, level_, issuer=issuer, on=TODAY, expires_on=until, by=one, now=NOW)
    note_evidence(session, house.id, "assessed", issuer="County Institute", on=TODAY, expires_on=end, by=one, now=NOW)
    assert level(session, house) == "assessed"
