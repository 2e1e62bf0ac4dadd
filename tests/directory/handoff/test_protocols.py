"""Agreements between two organizations: who enters, reads, doubts and ends them, and what they may not say."""

import datetime as dt
import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.audit.timeline import WORDS, timeline
from directory.bootstrap import show_touched
from directory.db import Database
from directory.errors import BadInputError, DirectoryError, NotFoundError, RefusedError
from directory.handoff.agreed import between, due_for_review, protocol, protocols
from directory.handoff.models import LONGEST_STEP, MOST_STEPS, Protocol
from directory.handoff.protocols import (
    KEPT_DAYS,
    Terms,
    agree,
    change,
    doubt,
    end,
    forget_ended_protocols,
    put_back,
    settle,
)
from directory.listings.changes import Author
from directory.listings.merging import merge, unmerge
from directory.listings.models import Record
from directory.listings.service import set_standing
from directory.people.actor import Actor
from directory.people.queries import names_of
from tests import makers
from tests.conftest import NOW
from tests.staff import acting, make_person

TODAY = NOW.date()
STEPS = "Call the intake line first.\nThe night desk keeps a bed for two hours."
TERMS = Terms(dt.date(2025, 3, 2), "binder 3, MOU 2025-02", STEPS, 60, TODAY + dt.timedelta(days=200))
MAIN = (("network", "main"),)


class Pair:
    """Two organizations with a listing each, and people who work on one, on the other, on both and on neither."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.clinic, self.house, self.third = (
            makers.make_organization(session, name) for name in ("Elm Clinic", "Night House", "Third Place")
        )
        for owner, area in ((self.clinic, "US-FL"), (self.house, "US-GA"), (self.third, "US-TX")):
            facts = makers.kind("food"), makers.serves(area)
            makers.make_service(session, *facts, name=f"Of {area}", organization_id=owner, sites=[makers.site()])
        show_touched(session)
        self.ada = self.who("Ada")
        self.of_clinic = self.who("Cleo", "partner", (("organization", self.id_of(self.clinic)),))
        self.of_house = self.who("Dora", "partner", (("organization", self.id_of(self.house)),))
        self.of_third = self.who("Eve", "partner", (("organization", self.id_of(self.third)), ("area", "US-GA")))

    def id_of(self, record_id: int) -> str:
        return str(self.session.get_one(Record, record_id).public_id)

    def who(self, name: str, role: Any = "coordinator", scopes: tuple[tuple[str, str], ...] = MAIN) -> Actor:
        return acting(self.session, make_person(self.session, name, role, scopes=scopes, has_key=False))

    def agree(self, by: Actor | None = None, *, back: bool = False, **more: Any) -> str:
        one, other = self.id_of(self.clinic), self.id_of(self.house)
        refers, takes = (other, one) if back else (one, other)
        terms = msgspec.structs.replace(TERMS, **more)
        return agree(self.session, refers, takes, terms, by=by or self.ada, now=NOW)

    def read_by(self, by: Actor) -> list[str]:
        return [one.id for one in protocols(self.session, by=by, now=NOW)]


@pytest.fixture
def pair(session: Session) -> Pair:
    return Pair(session)


def test_what_was_agreed_is_read_by_both_and_by_who_keeps_either(session: Session, pair: Pair) -> None:
    made = pair.agree()
    (seen,) = between(session, pair.house, by=pair.of_clinic, now=NOW)
    assert (seen.refers.name, seen.takes.name) == ("Elm Clinic", "Night House")
    assert seen.steps == ("Call the intake line first.", "The night desk keeps a bed for two hours.")
    assert (seen.signed, seen.respond_minutes, seen.reference) == (TERMS.signed, 60, "binder 3, MOU 2025-02")
    assert (seen.by, seen.is_due, seen.may_write) == ("Ada", False, False)
    keepers = [pair.ada, pair.who("Flo", scopes=(("area", "US-GA"),)), pair.who("Gus", "admin", ())]
    assert all(pair.read_by(one) == [made] for one in (pair.of_clinic, pair.of_house, *keepers))
    elsewhere = pair.who("Hal", scopes=(("network", "other"),))
    texan, officer = pair.who("Ida", scopes=(("area", "US-TX"),)), pair.who("Jon", "law-enforcement")
    for one in (pair.of_third, elsewhere, texan, officer, pair.who("Kim", "partner")):
        assert pair.read_by(one) == []
        assert between(session, pair.house, by=one, now=NOW) == []
        with pytest.raises(NotFoundError):
            protocol(session, made, by=one, now=NOW)


def test_only_who_keeps_both_writes(session: Session, pair: Pair) -> None:
    georgian = pair.who("Flo", scopes=(("area", "US-GA"),))
    for one in (pair.of_clinic, pair.of_house, pair.of_third, pair.who("Jon", "law-enforcement")):
        with pytest.raises(RefusedError):
            pair.agree(one)
    with pytest.raises(NotFoundError):
        pair.agree(georgian)
    both = pair.who("Liv", scopes=(("area", "US-GA"), ("area", "US-FL")))
    made = pair.agree(both)
    later = msgspec.structs.replace(TERMS, respond_minutes=30)
    ending: tuple[Callable[..., object], ...] = (end, put_back)
    for one in (georgian, pair.of_clinic, pair.of_house):
        with pytest.raises(RefusedError):
            change(session, made, later, by=one, now=NOW)
        for verb in ending:
            with pytest.raises(RefusedError):
                verb(session, made, by=one, now=NOW)
    for verb in (doubt, settle, *ending):
        with pytest.raises(NotFoundError):
            verb(session, made, by=pair.of_third, now=NOW)
    assert pair.read_by(pair.ada) == [made]


def test_there_is_one_each_way_and_it_needs_two_that_are_listed(session: Session, pair: Pair) -> None:
    pair.agree()
    pair.agree(back=True)
    with pytest.raises(RefusedError, match="already"):
        pair.agree()
    clinic, third = pair.id_of(pair.clinic), pair.id_of(pair.third)
    with pytest.raises(BadInputError):
        agree(session, clinic, clinic, TERMS, by=pair.ada, now=NOW)
    for strange in ("no-id", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFoundError):
            agree(session, clinic, strange, TERMS, by=pair.ada, now=NOW)
    set_standing(session, pair.third, "closed", by=None, reason="told", now=NOW)
    with pytest.raises(RefusedError, match="listed"):
        agree(session, clinic, third, TERMS, by=pair.ada, now=NOW)


def test_a_change_ends_what_stood_and_what_ended_can_be_put_back(session: Session, pair: Pair) -> None:
    first = pair.agree()
    with pytest.raises(RefusedError, match="Nothing"):
        change(session, first, TERMS, by=pair.ada, now=NOW)
    second = change(session, first, msgspec.structs.replace(TERMS, respond_minutes=15), by=pair.ada, now=NOW)
    with pytest.raises(RefusedError, match="meanwhile"):
        change(session, first, msgspec.structs.replace(TERMS, respond_minutes=30), by=pair.ada, now=NOW)
    seen, history = protocol(session, first, by=pair.of_clinic, now=NOW)
    assert seen.ended == TODAY
    assert [one.id for one in history] == [second, first]
    third = put_back(session, first, by=pair.ada, now=NOW)
    assert pair.read_by(pair.ada) == [third]
    assert protocol(session, third, by=pair.ada, now=NOW)[0].respond_minutes == 60
    end(session, third, by=pair.ada, now=NOW)
    assert pair.read_by(pair.ada) == []
    again = put_back(session, third, by=pair.ada, now=NOW)
    assert pair.read_by(pair.of_house) == [again]
    with pytest.raises(RefusedError, match="counts now"):
        put_back(session, again, by=pair.ada, now=NOW)


def test_one_of_the_two_says_that_it_is_not_what_they_agreed(session: Session, pair: Pair) -> None:
    made = pair.agree()
    doubt(session, made, by=pair.of_house, now=NOW)
    (seen,) = due_for_review(session, by=pair.ada, now=NOW)
    assert (seen.doubted_by, seen.doubted) == ("Dora", TODAY)
    with pytest.raises(RefusedError):
        doubt(session, made, by=pair.of_clinic, now=NOW)
    with pytest.raises(RefusedError):
        settle(session, made, by=pair.of_clinic, now=NOW)
    settle(session, made, by=pair.of_house, now=NOW)
    assert due_for_review(session, by=pair.ada, now=NOW) == []
    doubt(session, made, by=pair.of_house, now=NOW)
    changed = change(session, made, msgspec.structs.replace(TERMS, respond_minutes=30), by=pair.ada, now=NOW)
    assert protocol(session, changed, by=pair.of_house, now=NOW)[0].doubted_by == ""
    doubt(session, changed, by=pair.of_clinic, now=NOW)
    settle(session, changed, by=pair.ada, now=NOW)


def test_a_day_of_review_is_told_before_and_ends_nothing(session: Session, pair: Pair) -> None:
    made = pair.agree()

    def due(days: int) -> list[tuple[str, bool]]:
        later = dt.datetime.combine(TERMS.review, dt.time(15), dt.UTC) + dt.timedelta(days=days)
        return [(one.id, one.is_due) for one in due_for_review(session, by=pair.ada, now=later)]

    assert [due(-31), due(-30), due(-1), due(0), due(400)] == [
        [], [(made, False)], [(made, False)], [(made, True)], [(made, True)],
    ]  # fmt: skip
    assert [one.id for one in protocols(session, by=pair.of_clinic, now=NOW + dt.timedelta(days=2_000))] == [made]


def test_an_agreement_follows_what_goes_on(session: Session, pair: Pair) -> None:
    made = pair.agree()
    author = Author("merge", "the same", pair.ada.id)
    merged = merge(session, pair.third, pair.house, author=author, now=NOW)
    (seen,) = between(session, pair.third, by=pair.of_clinic, now=NOW)
    assert (seen.id, seen.takes.name) == (made, "Third Place")
    assert pair.read_by(pair.of_third) == [made]
    with pytest.raises(RefusedError, match="already"):
        agree(session, pair.id_of(pair.clinic), pair.id_of(pair.third), TERMS, by=pair.ada, now=NOW)
    changed = change(session, made, msgspec.structs.replace(TERMS, respond_minutes=30), by=pair.ada, now=NOW)
    assert [one.id for one in protocol(session, made, by=pair.ada, now=NOW)[1]] == [changed, made]
    unmerge(session, merged, author=Author("unmerge", "two", pair.ada.id), now=NOW)
    assert pair.read_by(pair.of_third) == [changed]


def test_what_a_merge_brought_together_is_changed_into_one(session: Session, pair: Pair) -> None:
    first = pair.agree()
    clinic, third = pair.id_of(pair.clinic), pair.id_of(pair.third)
    second = agree(session, clinic, third, TERMS, by=pair.ada, now=NOW)
    merge(session, pair.third, pair.house, author=Author("merge", "the same", pair.ada.id), now=NOW)
    assert set(pair.read_by(pair.ada)) == {first, second}
    changed = change(session, first, msgspec.structs.replace(TERMS, respond_minutes=30), by=pair.ada, now=NOW)
    assert pair.read_by(pair.ada) == [changed]
    assert [one.id for one in protocol(session, changed, by=pair.ada, now=NOW)[1]] == [changed, second, first]


def test_two_that_became_one_have_nothing_to_agree_on(session: Session, pair: Pair) -> None:
    made = pair.agree()
    merge(session, pair.clinic, pair.house, author=Author("merge", "the same", pair.ada.id), now=NOW)
    (seen,) = protocols(session, by=pair.ada, now=NOW)
    assert seen.is_within
    assert between(session, pair.clinic, by=pair.ada, now=NOW) == []
    end(session, made, by=pair.ada, now=NOW)
    with pytest.raises(RefusedError):
        put_back(session, made, by=pair.ada, now=NOW)


@pytest.mark.parametrize("standing", ["closed", "do-not-list", "suspended"])
def test_who_is_listed_no_longer_is_shown_as_such(session: Session, pair: Pair, standing: str) -> None:
    pair.agree()
    set_standing(session, pair.house, standing, by=None, reason="told", now=NOW)
    (seen,) = protocols(session, by=pair.of_clinic, now=NOW)
    assert (seen.refers.is_listed, seen.takes.is_listed) == (True, False)


@pytest.mark.parametrize(
    "more",
    [
        {"signed": TODAY + dt.timedelta(days=1)}, {"signed": dt.date(1980, 1, 1)}, {"review": TODAY},
        {"review": TODAY + dt.timedelta(days=3_000)}, {"respond_minutes": 0}, {"respond_minutes": 61},
    ],
)  # fmt: skip
def test_days_and_times_are_what_they_can_be(pair: Pair, more: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        pair.agree(**more)


TELLING = (
    "Ask for Maria Lopez.", "Call 305-555-0199.", "Call 555 0142 at night.", "Write to intake@example.org.",
    "See www.example.org first.", "Bring them to 77 Lanternfield Road.", "Born 3 May 1999 is too young.",
    "My client waits outside.", "A12345678 goes first.", "three zero five five five five zero one", "Text on whatsapp.",
    "Say Quillfeather sent you.",
)  # fmt: skip


@pytest.mark.parametrize("words", TELLING)
def test_a_step_and_a_reference_say_nothing_by_which_anybody_is_found(
    session: Session, pair: Pair, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for field, said in (("steps", f"Call first.\n{words}"), ("reference", words)):
        with pytest.raises(RefusedError) as refused:
            pair.agree(None, back=False, **{field: said})
        assert words not in str(refused.value)
    assert session.scalars(sa.select(Protocol)).all() == []
    assert words not in caplog.text
    assert not any(words in entry.body for entry in session.scalars(sa.select(AuditEntry)))


@pytest.mark.parametrize(
    ("steps", "is_kept"),
    [
        ("Beds are free at 06:17 05:55 12:34.", False),
        ("Beds are free at 61:75 55:01:34.", False),
        ("Intake is 09:00-12:00, 13:00-17:30 and 18:15-21:45.", True),
    ],
)
def test_times_are_told_and_no_number_is_told_as_times(pair: Pair, steps: str, is_kept: bool) -> None:
    if is_kept:
        pair.agree(steps=steps)
    else:
        with pytest.raises(RefusedError):
            pair.agree(steps=steps)


@pytest.mark.parametrize("steps", ["", " \n ", "x" * (LONGEST_STEP + 1), "\n".join(["Call first."] * (MOST_STEPS + 1))])
def test_steps_are_few_and_short(pair: Pair, steps: str) -> None:
    with pytest.raises(RefusedError):
        pair.agree(steps=steps)


@pytest.mark.parametrize(
    ("reference", "is_kept"),
    [
        ("binder 3", True), ("MOU-2025-02.pdf", True), ("https://files.example.org/agreements/mou-2025", True),
        ("http://files.example.org/mou", False), ("https://ann:pass@files.example.org/mou", False),
        ("https://files.example.org/mou?to=5", False), ("https://files.example.org/maria-lopez", False),
        ("https://files.example.org/%4Daria%20Lopez", False), ("https://files.example.org/305-555-0199", False),
        ("ftp://files.example.org/mou", False), ("javascript://files.example.org/%0aalert(1)", False), ("", False),
        ("y" * 121, False), ("with Elm Clinic and Night House, both signed", True),
    ],
)  # fmt: skip
def test_the_paper_lies_at_a_place_of_words_or_at_a_safe_address(pair: Pair, reference: str, is_kept: bool) -> None:
    if is_kept:
        pair.agree(reference=reference)
    else:
        with pytest.raises(RefusedError):
            pair.agree(reference=reference)


NAMES = st.sampled_from(["Maria Lopez", "John Smith", "Nguyen Thi Hoa", "Fatima", "Ms. Ortega", "Ana"])
NUMBERS = st.from_regex(r"\+?1?[ -]?\(?[2-9]\d\d[^\w\n]{1,3}\d{3}[^\w\n]{0,3}\d{4}", fullmatch=True)
OTHERS = st.from_regex(
    re.compile(r"(A\d{9}|\d{3}-\d{2}-\d{4}|[a-z]{3,8}@[a-z]{3,8}\.org|\d{1,4} [A-Z][a-z]{3,8} Street)", re.ASCII),
    fullmatch=True,
)


@given(telling=NAMES | NUMBERS | OTHERS, before=st.sampled_from(["Ask for", "Then call", "Meet with", "Say"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_tells_of_somebody_is_kept_nowhere(pair: Pair, telling: str, before: str) -> None:
    with pytest.raises(DirectoryError) as refused:
        pair.agree(steps=f"Call the intake line.\n{before} {telling} please.")
    assert telling not in str(refused.value)
    assert pair.session.scalars(sa.select(Protocol)).all() == []


def test_the_chain_tells_who_and_when_and_no_word_of_it(session: Session, pair: Pair) -> None:
    made = pair.agree()
    changed = change(session, made, msgspec.structs.replace(TERMS, respond_minutes=30), by=pair.ada, now=NOW)
    doubt(session, changed, by=pair.of_house, now=NOW)
    settle(session, changed, by=pair.ada, now=NOW)
    end(session, changed, by=pair.ada, now=NOW)
    put_back(session, changed, by=pair.ada, now=NOW)
    entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.verb.startswith("protocol."))).all()
    assert [entry.verb.partition(".")[2] for entry in entries] == [
        "agreed", "changed", "doubted", "settled", "ended", "put-back",
    ]  # fmt: skip
    assert {entry.verb for entry in entries} <= WORDS.keys()
    assert not any(word in entry.body for entry in entries for word in ("intake", "binder", "night desk"))
    assert timeline(session, names=names_of)[0].what == WORDS["protocol.put-back"]


def test_what_ended_is_forgotten_after_thirty_days(session: Session, pair: Pair) -> None:
    made = pair.agree()
    kept = change(session, made, msgspec.structs.replace(TERMS, respond_minutes=30), by=pair.ada, now=NOW)
    assert forget_ended_protocols(session, now=NOW + dt.timedelta(days=KEPT_DAYS)) == 0
    assert forget_ended_protocols(session, now=NOW + dt.timedelta(days=KEPT_DAYS + 1)) == 1
    assert pair.read_by(pair.ada) == [kept]


def test_the_database_keeps_one_current_version_each_way(database: Database) -> None:
    with database.transaction() as session:
        pair = Pair(session)
        pair.agree()
        row = session.scalars(sa.select(Protocol)).one()
        columns = set(sa.inspect(Protocol).columns.keys()) - {"id"}
        values = {column: getattr(row, column) for column in columns}
    wrong: tuple[dict[str, Any], ...] = (
        {}, {"from_id": pair.house}, {"steps": ""}, {"steps": "x" * 3_000}, {"reference": "x" * 121},
        {"respond_minutes": 0}, {"review_on": 1}, {"ended_on": 1}, {"doubted_on": 5},
    )  # fmt: skip
    free = {"from_id": pair.house, "to_id": pair.third}
    for one in wrong:
        more = values | {"public_id": uuid.uuid4()} | (free if one and "from_id" not in one else {}) | one
        with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
            session.add(Protocol(**more))
