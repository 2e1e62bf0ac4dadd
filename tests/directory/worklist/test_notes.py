"""Notes at a listing: who sees them, what they may not say, and that they end for good."""

import datetime as dt
import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory import jobs
from directory.audit.models import AuditEntry
from directory.bootstrap import show_touched
from directory.db import Database
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.integrity import service as integrity
from directory.listings.changes import Author
from directory.listings.merging import merge, unmerge
from directory.listings.models import Record
from directory.listings.service import set_standing
from directory.listings.withdrawal import withdraw_location
from directory.people.actor import Actor
from directory.settings import Settings
from directory.worklist.asked import Asked
from directory.worklist.models import Note
from directory.worklist.notes import DAYS, MOST_OPEN, delete_note, forget_ended_notes, notes_at, write_note
from directory.worklist.queries import find
from tests import makers
from tests.conftest import NOW
from tests.staff import acting, make_person

FULL = "Beds are full until Monday. The night desk answers after 22:00."
MAIN = (("network", "main"),)


def who(session: Session, name: str, role: str = "coordinator", scopes: tuple[tuple[str, str], ...] = MAIN) -> Actor:
    return acting(session, make_person(session, name, role, scopes=scopes, has_key=False))  # type: ignore[arg-type]


def make_listing(session: Session, name: str = "Night House", *, owner: int | None = None) -> int:
    owner = owner or makers.make_organization(session, f"Owner of {name}")
    made = makers.make_service(session, makers.kind("food"), name=name, organization_id=owner,
                               sites=[makers.site()])  # fmt: skip
    show_touched(session)
    return made.listings[0][1]


def texts(session: Session, listing: int, by: Actor, *, days: int = 0) -> list[str]:
    return [one.text for one in notes_at(session, listing, by=by, now=NOW + dt.timedelta(days=days))]


def test_a_note_is_for_those_who_work_on_the_listing(session: Session) -> None:
    listing, ada = make_listing(session), who(session, "Ada")
    write_note(session, listing, f"  {FULL} ", days=30, by=ada, now=NOW)
    (shown,) = notes_at(session, listing, by=who(session, "Bea"), now=NOW)
    assert (shown.text, shown.by, shown.may_delete) == (FULL, "Ada", False)
    assert shown.last == NOW.date() + dt.timedelta(days=30)
    organization = session.get_one(Record, session.get_one(Record, listing).organization_id or 0)
    elsewhere = who(session, "Cleo", scopes=(("network", "other"),))
    with pytest.raises(NotFoundError):
        write_note(session, listing, FULL, days=30, by=elsewhere, now=NOW)
    partner = who(session, "Dora", "partner", scopes=(("organization", str(organization.public_id)),))
    write_note(session, listing, "The form changes in spring.", days=7, by=partner, now=NOW)
    officer = who(session, "Eve", "law-enforcement")
    assert notes_at(session, listing, by=officer, now=NOW) == []
    with pytest.raises(RefusedError):
        write_note(session, listing, FULL, days=7, by=officer, now=NOW)


def test_a_note_is_gone_from_the_first_moment_after_its_day(session: Session) -> None:
    listing, ada = make_listing(session), who(session, "Ada")
    for days in DAYS:
        write_note(session, listing, f"For {days} days.", days=days, by=ada, now=NOW)
    assert len(texts(session, listing, ada, days=7)) == 3
    assert texts(session, listing, ada, days=8) == ["For 90 days.", "For 30 days."]
    assert texts(session, listing, ada, days=91) == []
    first = session.scalars(sa.select(Note.id).order_by(Note.id)).first() or 0
    with pytest.raises(NotFoundError):
        delete_note(session, first, by=ada, now=NOW + dt.timedelta(days=8))
    assert forget_ended_notes(session, now=NOW + dt.timedelta(days=7)) == 0
    assert forget_ended_notes(session, now=NOW + dt.timedelta(days=31)) == 2
    assert [one.last_on - one.written_on for one in session.scalars(sa.select(Note))] == [90]


def test_no_note_is_kept_for_longer_than_its_choice(session: Session) -> None:
    listing, ada = make_listing(session), who(session, "Ada")
    with pytest.raises(BadInputError):
        write_note(session, listing, FULL, days=365, by=ada, now=NOW)
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.insert(Note).values(listing_id=listing, text=FULL, by_id=ada.id, written_on=1, last_on=400))
    for _ in range(MOST_OPEN):
        write_note(session, listing, FULL, days=7, by=ada, now=NOW)
    with pytest.raises(RefusedError, match="delete one"):
        write_note(session, listing, FULL, days=7, by=ada, now=NOW)


def test_whoever_wrote_it_or_an_admin_deletes_it_and_nobody_else(session: Session) -> None:
    listing, ada = make_listing(session), who(session, "Ada")
    first, second = (write_note(session, listing, FULL, days=30, by=ada, now=NOW) for _ in range(2))
    with pytest.raises(RefusedError):
        delete_note(session, first, by=who(session, "Bea"), now=NOW)
    with pytest.raises(NotFoundError):
        delete_note(session, first, by=who(session, "Cleo", scopes=(("network", "other"),)), now=NOW)
    delete_note(session, first, by=ada, now=NOW)
    assert len(texts(session, listing, ada)) == 1
    delete_note(session, second, by=who(session, "Root", "admin"), now=NOW)
    assert texts(session, listing, ada) == []
    said = [(one.verb, one.body) for one in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq))]
    assert [verb for verb, _ in said if "not" in verb] == ["listing.noted"] * 2 + ["listing.note-deleted"] * 2
    assert not any("Beds" in str(body) for _, body in said)


def test_a_merged_listing_takes_its_notes_along_and_gets_them_back(session: Session) -> None:
    owner, ada = makers.make_organization(session, "Owner"), who(session, "Ada")
    first, second = (make_listing(session, name, owner=owner) for name in ("Night House", "Night Home"))
    write_note(session, second, FULL, days=30, by=ada, now=NOW)
    services = [session.get_one(Record, one).service_id or 0 for one in (first, second)]
    author = Author("merge", "the same")
    change = merge(session, *services, author=author, now=NOW)
    show_touched(session)
    assert texts(session, first, ada) == [FULL]
    assert [line.name for line in find(session, Asked(about="noted"), by=ada).lines if line.has_note] == ["Night House"]
    with pytest.raises(RefusedError, match="ended"):
        write_note(session, second, FULL, days=30, by=ada, now=NOW)
    unmerge(session, change, author=author, now=NOW)
    show_touched(session)
    assert (texts(session, first, ada), texts(session, second, ada)) == ([], [FULL])
    merge(session, *services, author=author, now=NOW)
    set_standing(session, first, "closed", by=None, reason="told", now=NOW)
    show_touched(session)
    assert session.scalars(sa.select(Note)).all() == []


@pytest.mark.parametrize("standing", ["closed", "do-not-list"])
def test_notes_end_with_the_listing(session: Session, standing: str) -> None:
    listing, other, ada = make_listing(session), make_listing(session, "Other"), who(session, "Ada")
    for one in (listing, other):
        write_note(session, one, FULL, days=30, by=ada, now=NOW)
    set_standing(session, listing, standing, by=None, reason="told", now=NOW)
    show_touched(session)
    assert [one.listing_id for one in session.scalars(sa.select(Note))] == [other]
    with pytest.raises(RefusedError, match="ended"):
        write_note(session, listing, FULL, days=30, by=ada, now=NOW)
    integrity.hide(session, other, by=ada, reason="threat", now=NOW)
    show_touched(session)
    assert texts(session, other, ada) == [FULL]


def test_notes_end_where_a_place_is_withdrawn(database: Database) -> None:
    with database.transaction() as session:
        listing, ada = make_listing(session), who(session, "Ada")
        write_note(session, listing, FULL, days=30, by=ada, now=NOW)
    with database.transaction() as session:
        service = session.get_one(Record, listing).service_id or 0
        withdraw_location(session, service, disclosure="area_only", area="US-FL-331", author=makers.AUTHOR, now=NOW)
    with database.reading() as session:
        assert session.scalars(sa.select(Note)).all() == []


def test_a_note_may_name_the_listing_and_its_number_and_no_other(session: Session) -> None:
    listing, ada = make_listing(session), who(session, "Ada")
    write_note(session, listing, "Night House answers at 305-555-0142 in Miami only.", days=7, by=ada, now=NOW)
    for refused in (
        "The line is 305-555-0199.",
        "Quiet House is next door.",
        "Go to 12 Harbor Street.",
        "Use help.org",
    ):
        with pytest.raises(RefusedError) as error:
            write_note(session, listing, refused, days=7, by=ada, now=NOW)
        assert refused.split()[-1] not in str(error.value)


@pytest.mark.parametrize("text", ["", "   ", "x" * 281])
def test_a_note_says_something_and_is_short(session: Session, text: str) -> None:
    with pytest.raises(RefusedError):
        write_note(session, make_listing(session), text, days=7, by=who(session, "Ada"), now=NOW)


_FIRST = st.sampled_from(("Maria", "Ngozi", "Svetlana", "Xiomara", "Abdirahman", "Thuy"))
_LAST = st.sampled_from(("Quillfeather", "Okonkwo", "Petrova", "Ramirez"))
_DIGIT = st.integers(0, 9).map(str)
_DIGITS = st.lists(_DIGIT, min_size=9, max_size=9).map("".join)
_DAY = st.dates(dt.date(1940, 1, 1), dt.date(2019, 12, 31))
PERSONS = st.one_of(
    st.tuples(_FIRST, _LAST).map(" ".join),
    _FIRST.map(str.lower).map("{} called".format),
    _DIGITS.map("A{}".format),
    _DIGITS.map(lambda n: f"{n[:3]}-{n[3:5]}-{n[5:]}"),
    _DIGITS.map(lambda n: f"(786) 5{n[:2]}-{n[2:6]}"),
    _DIGITS.map(lambda n: f"+1 786 {n[:3]} {n[3:7]}"),
    st.tuples(_FIRST, _DIGITS).map(lambda one: f"{one[0].lower()}.{one[1]}@mail.example"),
    st.tuples(_DAY, st.sampled_from(("%m/%d/%Y", "%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y"))).map(
        lambda one: one[0].strftime(one[1])
    ),
    st.integers(1, 9999).map("{} Wandering Heron Street".format),
)
AROUND = st.sampled_from(("{}", "Beds are full. {}", "The night desk knows {}", "{} - ask again", "call {} in January"))


def _settings(database: Database) -> Settings:
    return Settings(database_url=str(database.engine.url))


def _bytes(database: Database) -> bytes:
    """All that lies on the disk of an embedded database: its file and the log beside it."""
    file = Path(database.engine.url.database or "")
    return b"".join(one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*")))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_could_be_a_person_is_refused_and_stands_nowhere(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in a row, not in a free page or the log of the file, not in the audit, not in what is logged."""
    with database.transaction() as session:
        listing, ada = make_listing(session), who(session, "Ada")
    caplog.set_level(logging.DEBUG)
    told: list[str] = []

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(PERSONS, AROUND, st.sampled_from(DAYS))
    def throw(person: str, around: str, days: int) -> None:
        with pytest.raises(RefusedError) as refused, database.transaction() as session:
            write_note(session, listing, around.format(person), days=days, by=ada, now=NOW)
        assert person not in str(refused.value)
        told.append(person)

    throw()
    assert len(set(told)) > 20
    written = _bytes(database)
    assert b"Night House" in written
    assert [one for one in told if one.encode() in written] == []
    assert [one for one in told if one in caplog.text] == []
    with database.reading() as session:
        assert session.scalars(sa.select(Note)).all() == []
        entries = " ".join(str(one.body) + one.subject for one in session.scalars(sa.select(AuditEntry)))
    assert "note" not in entries
    assert [one for one in told if one in entries] == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_job_leaves_nothing_of_an_ended_note_in_the_file(database: Database) -> None:
    told = [f"Beds are full, look {'far ' * 30}and {number} times." for number in range(30)]
    with database.transaction() as session:
        for number, text in enumerate(told):
            listing, ada = make_listing(session, f"House {number}"), who(session, f"Ada {number}")
            write_note(session, listing, text, days=7, by=ada, now=NOW - dt.timedelta(days=10 if number else 0))
    with database.transaction() as session:
        kept = session.scalars(sa.select(Note).where(Note.text == told[0])).one()
        assert kept.text == told[0]

    assert all(one.encode() in _bytes(database) for one in told)
    jobs.end_notes(database, _settings(database))
    assert [one for one in told if one.encode() in _bytes(database)] == told[:1]


def test_the_table_goes_when_the_job_has_run_on_either_database(database: Database) -> None:
    with database.transaction() as session:
        listing, ada = make_listing(session), who(session, "Ada")
        write_note(session, listing, FULL, days=7, by=ada, now=NOW - dt.timedelta(days=8))
    jobs.end_notes(database, _settings(database))
    with database.reading() as session:
        assert session.scalars(sa.select(Note)).all() == []
