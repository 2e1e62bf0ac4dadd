"""What people say of pairs: which of the two goes on and which value stands, later, and all of it taken back."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.cards.queries import card_of
from directory.db import Database
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.intake.matches import decide_different, decide_same, pair_of, put_off, sides_of, undo_decision
from directory.intake.pairs import count_waiting, get_pair, list_pairs, show_pair
from directory.integrity.settling import forks_of
from directory.integrity.table import HIDDEN_FOR, MOST_HIDINGS
from directory.listings.models import Change, Fact
from directory.listings.queries import get_record
from directory.listings.service import Created
from directory.people.actor import Actor
from directory.worklist.due import due_of
from tests import makers
from tests.conftest import NOW
from tests.importers.planned import shown
from tests.staff import acting, make_person

ONE, OTHER = "+13055550150", "+13055550151"


def _two(database: Database, *, is_verified: bool = False) -> tuple[Created, Created, int]:
    """Two services of one organization with a number, a name and a site each; Ana, who keeps listings."""
    with database.transaction() as session:
        organization = makers.make_organization(session)
        made = [
            makers.make_service(
                session, makers.phone(number), makers.text("url", f"https://{name.split()[-1].lower()}.example.org/"),
                name=name, organization_id=organization,
            )
            for number, name in ((ONE, "Pantry"), (OTHER, "The Pantry House"))
        ]  # fmt: skip
        if is_verified:
            makers.confirm(session, _fact(session, made[0], "phone").id)
        ana = make_person(session, "Ana")
    return made[0], made[1], ana


def _fact(session: Session, made: Created, field: str) -> Fact:
    query = sa.select(Fact).where(Fact.record_id == made.record_id, Fact.field == field, Fact.standing == "current")
    return session.scalars(query).one()


def _numbers(session: Session, made: Created) -> set[str]:
    card = card_of(session, made.listings[0][1])
    return {phone.number for phone in card.phones} if card is not None else set()


def _verbs(session: Session) -> list[tuple[str, int | None]]:
    query = sa.select(AuditEntry.verb, AuditEntry.by_id).where(AuditEntry.verb.like("pair.%")).order_by(AuditEntry.seq)
    return [(verb, by_id) for verb, by_id in session.execute(query)]


def _pair(session: Session, one: Created, other: Created, by: Actor) -> int:
    return pair_of(session, one.record_id, other.record_id, by=by, now=NOW)


def test_which_of_the_two_goes_on_is_said_and_which_value_stands(database: Database) -> None:
    one, other, ana = _two(database)
    before = shown(database)
    with database.transaction() as session:
        by = acting(session, ana)
        pair = _pair(session, one, other, by)
        assert pair == _pair(session, other, one, by)
        survivor = str(get_record(session, other.record_id).public_id)
        stays, gone = sides_of(session, get_pair(session, pair), survivor)
        assert (stays, gone) == (other.record_id, one.record_id)
        forks = {fork.field: fork for fork in forks_of(session, stays, gone)}
        assert forks["phone"].choices == ("both", "ours", "theirs")
        assert forks["name"].choices == forks["url"].choices == ("ours", "theirs")
        chosen = {forks["phone"].theirs.id: "ours", forks["name"].theirs.id: "theirs"}
        assert decide_same(session, pair, by=by, now=NOW, survivor=survivor, chosen=chosen).proposed == ()
    with database.transaction() as session:
        card = card_of(session, other.listings[0][1])
        assert card is not None
        assert (card.name, {phone.number for phone in card.phones}) == ("Pantry", {OTHER})
        assert card_of(session, one.listings[0][1]) is None
        by = acting(session, ana)
        parted = undo_decision(session, pair, by=by, now=NOW)
        assert parted is not None
        assert (parted.values, parted.kept) == (2, 0)
    assert shown(database) == before
    with database.reading() as session:
        assert _verbs(session) == [("pair.same", ana), ("pair.opened", ana)]
        unmerged = session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "record.unmerged")).one()
        assert unmerged.by_id == ana


def test_a_verified_listing_shows_nothing_new_before_a_second_person_has_decided(database: Database) -> None:
    one, other, ana = _two(database, is_verified=True)
    before = shown(database)
    with database.transaction() as session:
        by = acting(session, ana)
        pair = _pair(session, one, other, by)
        with pytest.raises(RefusedError, match="nobody has confirmed"):
            decide_same(session, pair, by=by, now=NOW)
        forks = {fork.field: fork for fork in forks_of(session, one.record_id, other.record_id)}
        assert forks["phone"].is_guarded
        chosen = {forks["phone"].theirs.id: "theirs", forks["name"].theirs.id: "ours", forks["url"].theirs.id: "ours"}
        settled = decide_same(session, pair, by=by, now=NOW, chosen=chosen)
        [proposed] = settled.proposed
        assert settled.change is not None
        assert session.get_one(Change, proposed).state == "proposed"
    with database.transaction() as session:
        assert _numbers(session, one) == {ONE}
        decide_different(session, pair, by=acting(session, ana), now=NOW)
        assert session.get_one(Change, proposed).state == "declined"
        assert show_pair(session, pair).verdict == "different"
    assert shown(database) == before


def test_two_that_are_verified_wait_until_two_people_have_decided_what_stands(database: Database) -> None:
    one, other, ana = _two(database, is_verified=True)
    with database.transaction() as session:
        makers.confirm(session, _fact(session, other, "phone").id)
        by = acting(session, ana)
        pair = _pair(session, one, other, by)
        settled = decide_same(session, pair, by=by, now=NOW, chosen={})
        assert settled.change is None
        assert len(settled.proposed) >= 2
        assert show_pair(session, pair).verdict == "review"
        assert (_numbers(session, one), _numbers(session, other)) == ({ONE}, {OTHER})


def test_a_choice_about_what_has_moved_on_or_that_is_none_is_refused(database: Database) -> None:
    one, other, ana = _two(database)
    with database.transaction() as session:
        by = acting(session, ana)
        pair = _pair(session, one, other, by)
        with pytest.raises(RefusedError, match="Look at the two once more"):
            decide_same(session, pair, by=by, now=NOW, chosen={_fact(session, one, "phone").id: "ours"})
        with pytest.raises(BadInputError):
            decide_same(session, pair, by=by, now=NOW, chosen={_fact(session, other, "name").id: "both"})
        with pytest.raises(NotFoundError, match="none of the two"):
            decide_same(session, pair, by=by, now=NOW, survivor="someone")
        assert not show_pair(session, pair).is_merged


def test_what_is_left_for_later_is_asked_about_on_its_day(database: Database) -> None:
    one, other, ana = _two(database)
    with database.transaction() as session:
        by = acting(session, ana)
        pair = _pair(session, one, other, by)
        assert count_waiting(session, by=by) == due_of(session, by=by, now=NOW).duplicates == 1
        assert put_off(session, pair, days=3, by=by, now=NOW) == NOW.date() + dt.timedelta(days=3)
        assert count_waiting(session, by=by) == 0
        assert list_pairs(session, by=by, put_off=False) == []
        put = list_pairs(session, by=by, put_off=True)
        assert [line.put_off_until for line in put] == [NOW.date() + dt.timedelta(days=3)]
        with pytest.raises(BadInputError):
            put_off(session, pair, days=0, by=by, now=NOW)
        session.info["now"] = NOW + dt.timedelta(days=3)
        assert [line.put_off_until for line in list_pairs(session, by=by, put_off=False)] == [None]
        session.info["now"] = NOW
        undo_decision(session, pair, by=by, now=NOW)
        assert count_waiting(session, by=by) == 1
        decide_different(session, pair, by=by, now=NOW)
        with pytest.raises(RefusedError, match="decided"):
            put_off(session, pair, days=3, by=by, now=NOW)
        assert _verbs(session) == [("pair.put-off", ana), ("pair.opened", ana), ("pair.different", ana)]


def test_a_pair_of_which_one_is_outside_a_scope_is_not_there(database: Database) -> None:
    with database.transaction() as session:
        organization = makers.make_organization(session)
        made = [
            makers.make_service(session, makers.serves(area), name="Pantry", organization_id=organization)
            for area in ("US-FL", "US-TX")
        ]
        ana = make_person(session, "Ana")
        flora = make_person(session, "Flora", scopes=(("area", "US-FL"),))
        paula = make_person(session, "Paula", "partner")
        pair = _pair(session, made[0], made[1], acting(session, ana))
        by = acting(session, flora)
        assert list_pairs(session, by=by) == []
        assert count_waiting(session, by=by) == due_of(session, by=by, now=NOW).duplicates == 0
        for verb in (decide_same, decide_different, undo_decision):
            with pytest.raises(NotFoundError):
                verb(session, pair, by=by, now=NOW)
        with pytest.raises(NotFoundError):
            _pair(session, made[0], made[1], by)
        with pytest.raises(RefusedError, match="coordinator"):
            decide_different(session, pair, by=acting(session, paula), now=NOW)
        assert len(list_pairs(session, by=acting(session, ana))) == 1


def test_nobody_merges_more_away_by_their_own_word_than_they_may_hide(database: Database) -> None:
    with database.transaction() as session:
        organization = makers.make_organization(session)
        made = [
            makers.make_service(
                session, makers.phone(f"+130555501{n}"), name=f"Place {n}", organization_id=organization
            )
            for n in range(50, 50 + MOST_HIDINGS + 2)
        ]
        ana, bea = (make_person(session, name) for name in ("Ana", "Bea"))
    later = NOW + HIDDEN_FOR + dt.timedelta(minutes=1)

    def merge(other: Created, person: int, now: dt.datetime) -> bool:
        try:
            with database.transaction() as session:
                by = acting(session, person)
                pair = pair_of(session, made[0].record_id, other.record_id, by=by, now=now)
                return decide_same(session, pair, by=by, now=now).change is not None
        except RefusedError as error:
            return "by your word alone" not in str(error)

    merged = [merge(other, ana, later) for other in made[1:]]
    assert merged == [True] * MOST_HIDINGS + [False]
    with database.reading() as session:
        assert get_record(session, made[-1].record_id).standing == "listed"
    assert merge(made[-1], bea, later)


def test_what_came_in_lately_is_merged_as_fast_as_somebody_says_so(database: Database) -> None:
    with database.transaction() as session:
        organization = makers.make_organization(session)
        first, *others = [
            makers.make_service(
                session, makers.phone(f"+130555501{n}"), name=f"Place {n}", organization_id=organization
            )
            for n in range(50, 50 + MOST_HIDINGS + 2)
        ]
        by = acting(session, make_person(session, "Ana"))
        for other in others:
            assert decide_same(session, _pair(session, first, other, by), by=by, now=NOW).change is not None
