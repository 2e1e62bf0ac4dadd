"""Figures that somebody accepted: every belief is made by them from the next transaction on."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.explaining import explain
from directory.db import Database
from directory.freshness.learnt import Learnt, accepted, figures_of, version_of, with_learnt
from directory.freshness.models import Belief, Lesson
from directory.freshness.parameters import parameters
from directory.listings.queries import get_record
from directory.people.service import command_line_person
from directory.search.indexing import check, is_current, rebuild
from tests import makers
from tests.conftest import NOW

TWICE = '{"hazards":{"legal":{"phone":0.12}}}'


def _accept(database: Database, figures: str = TWICE) -> None:
    with database.transaction() as session:
        now = session.info["now"]
        by = command_line_person(session, now=now).id
        session.add(Lesson(figures=figures, calls=40, accepted_by=by, accepted_at=now))


def _confirmed(session: Session) -> int:
    made = makers.make_service(session, makers.kind("legal"), sites=[makers.site()])
    listing = made.listings[0][1]
    fact = session.scalar(sa.text("SELECT id FROM fact WHERE field = 'phone' ORDER BY id DESC LIMIT 1"))
    makers.observe(session, fact, "call", "live", days_ago=10)
    return listing


def test_a_belief_is_made_by_what_was_accepted(database: Database) -> None:
    with database.transaction() as session:
        before = _confirmed(session)
    _accept(database)
    with database.transaction() as session:
        after = _confirmed(session)
    with database.reading() as session:
        first, second = session.get_one(Belief, before), session.get_one(Belief, after)
        assert first.model_version == parameters().version
        assert second.model_version == version_of(session) > first.model_version
        assert second.due_on < first.due_on
        assert figures_of(session).group_of(["legal"]).hazards.phone == 0.12
        told = explain(session, get_record(session, after), day=NOW.date())
        assert told.model_version == second.model_version


def test_a_directory_is_not_current_until_all_is_made_anew(database: Database) -> None:
    with database.transaction() as session:
        listing = _confirmed(session)
    rebuild(database)
    assert is_current(database)
    _accept(database)
    assert not is_current(database)
    rebuild(database)
    assert is_current(database)
    found = check(database)
    assert (found.cards, found.postings) == (0, 0)
    with database.reading() as session:
        assert session.get_one(Belief, listing).model_version == version_of(session)


def test_without_a_lesson_the_reviewed_figures_hold(session: Session) -> None:
    assert figures_of(session) is parameters()
    assert accepted(session).number == 0


@pytest.mark.parametrize(
    "learnt",
    [
        Learnt(hazards={"legal": {"phone": 3.0}}),
        Learnt(traces={"site": {"phi": 0.0}}),
        Learnt(hazards={"legal": {"phone": 0.9, "closed": 0.9}}),
        Learnt(correction=((0.1, 0.2), (0.3, 0.1))),
    ],
)
def test_figures_that_do_not_go_together_are_refused(learnt: Learnt) -> None:
    with pytest.raises(ValueError, match=r".+"):
        with_learnt(learnt, number=1)


def test_what_is_not_there_any_more_is_passed_over() -> None:
    found = with_learnt(Learnt(hazards={"no-such": {"phone": 0.5}}, traces={"no-such": {"q": 0.5}}), number=2)
    assert found.groups == parameters().groups
    assert found.traces == parameters().traces
