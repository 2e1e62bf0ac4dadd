"""A plan says what an import will do, and then it does that; too much at once waits for people."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.errors import NotFoundError, RefusedError
from directory.intake.breaker import MASS_CHANGE, VERIFIED_PHONES
from directory.intake.held_runs import HeldError, release_run
from directory.intake.plan import Plan, differing
from directory.intake.revision import withdraw
from directory.integrity.editing import Edit, edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Address, Phone, Text
from directory.listings.models import Change, Fact
from directory.listings.service import set_standing
from directory.people.actor import Actor
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.reconciliation.service import reconcile
from directory.sources.models import ImportRun
from importers.plan_in_words import lines_of_plan
from tests import makers
from tests.conftest import NOW
from tests.importers.feeds import join
from tests.importers.planned import (
    bring,
    confirm_number_of,
    feed,
    number_of,
    offer,
    plan,
    record_named,
    shown,
)
from tests.staff import acting, make_person


def _counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [
            session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (Fact, Change, ImportRun)
        ]


def _release(database: Database, run: int) -> None:
    with database.transaction() as session:
        by = actor_of(session, command_line_person(session, now=NOW).id)
        release_run(session, run, by=by, now=NOW)


def _state(database: Database) -> list[tuple[str, str, bool]]:
    with database.reading() as session:
        runs = session.execute(sa.select(ImportRun).order_by(ImportRun.id)).scalars()
        return [(run.state, run.holds, run.released_by is not None) for run in runs]


def test_a_plan_is_what_then_happens(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 130)))
    confirm_number_of(database, 101)
    with database.transaction() as session:
        set_standing(session, record_named(database, "Office 102"), "closed", by=None, reason="closed", now=NOW)
    after = join(
        feed(
            range(101, 131),
            {
                101: {"phone": "305-555-0999"},
                102: {"description": "Open again!"},
                103: {"description": "Bread on Mondays."},
                104: {"phone": "305-555-0998", "url": "https://office.example.org"},
                105: {"kind": "Emergency Shelter"},
            },
        ),
        offer(140, of=130),
    )
    before = _counts(database)
    told = plan(database, tmp_path, after)
    assert _counts(database) == before
    done = bring(database, tmp_path, after)
    assert done.plan == told
    assert told.counts() == {
        "new": 3, "changed": 3, "waits": 1, "missing": 2, "withdrawn": 1, "closed": 1, "unchanged": 53,
    }  # fmt: skip
    assert done.did == told.counts()
    assert (told.existing, told.touched, told.phones, told.holds) == (30, 4, 1, ())
    assert reconcile(database, now=NOW) == []
    again = plan(database, tmp_path, after)
    assert again.counts() == {"closed": 1, "unchanged": 60}


def test_a_plan_is_read_in_a_minute_and_says_conflicts_in_sentences(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 106)))
    confirm_number_of(database, 101)
    told = plan(
        database,
        tmp_path,
        feed(range(100, 105), {101: {"phone": "305-555-0999"}, 103: {"street": "12 Other Road"}}),
    )
    lines = list(lines_of_plan(told))
    assert (
        "    phone voice: ours 305-555-0101 (confirmed by phone 25 November) / theirs 305-555-0999 "
        "(county, retrieved 26 November), waits for people: somebody confirmed ours; the listing is verified"
    ) in lines
    assert "    address: ours the place (county, since 26 November) / theirs the place" in "\n".join(lines)
    assert "Other Road" not in "\n".join(lines)
    assert len(lines) < 30


def test_nothing_of_a_confidential_place_is_in_a_plan(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 104), {101: {"description": "Find us at 4815 Quincewater Road."}}))
    told = plan(database, tmp_path, feed(range(100, 104), {101: {"kind": "Emergency Shelter", "postal": "33196"}}))
    text = "\n".join(lines_of_plan(told)) + repr(told)
    assert [row.effect for row in told.rows if row.name == "Office 101"] == ["withdrawn"]
    assert not any(word in text for word in ("Lantern", "Quincewater", "33196", "33130"))


def test_a_run_that_changes_too_much_is_held_whole_and_comes_in_once_when_it_is_released(
    database: Database, tmp_path: Path
) -> None:
    bring(database, tmp_path, feed(range(100, 290)))
    before = shown(database)
    changed = feed(range(100, 290), {n: {"description": "Moved."} for n in range(100, 110)})
    with pytest.raises(HeldError, match="nothing of it was applied") as held:
        bring(database, tmp_path, changed)
    assert held.value.exit_code == 6
    assert (held.value.plan.touched, held.value.plan.holds) == (10, (MASS_CHANGE,))
    assert shown(database) == before
    other = feed(range(100, 290), {n: {"description": "Burnt."} for n in range(100, 110)})
    _release(database, held.value.run)
    with pytest.raises(HeldError):
        bring(database, tmp_path, other)
    assert bring(database, tmp_path, changed).did["changed"] == 10
    assert _state(database) == [
        ("applied", "", False), ("held", MASS_CHANGE, True), ("held", MASS_CHANGE, False), ("applied", "", False),
    ]  # fmt: skip
    bring(database, tmp_path, feed(range(100, 290), {n: {"description": "Moved."} for n in range(100, 109)}))
    with pytest.raises(HeldError):
        bring(database, tmp_path, join(feed(range(120, 290))))
    with pytest.raises(RefusedError):
        _release(database, held.value.run)
    assert reconcile(database, now=NOW) == []


def test_nine_of_a_hundred_and_ten_of_two_hundred_are_not_too_much(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 300)))
    told = bring(database, tmp_path, feed(range(105, 300), {n: {"description": "Moved."} for n in range(110, 115)}))
    assert told.did == {"changed": 5, "missing": 10, "unchanged": 385}
    assert told.plan is not None
    assert told.plan.touched == 10


def test_four_numbers_of_verified_listings_hold_a_run_and_three_wait_alone(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 110)))
    confirm_number_of(database, 101, 102, 103, 104)
    new = {n: {"phone": number_of(n + 500)} for n in range(101, 105)}
    with pytest.raises(HeldError) as held:
        bring(database, tmp_path, feed(range(100, 110), new))
    assert held.value.plan.holds == (VERIFIED_PHONES,)
    del new[104]
    assert bring(database, tmp_path, feed(range(100, 110), new)).proposed == 3


def test_what_is_new_never_holds_a_run(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 112)))
    assert bring(database, tmp_path, feed(range(100, 160))).did == {"new": 96, "unchanged": 24}


def test_what_becomes_confidential_does_not_wait_where_a_run_is_held(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 130)))
    changed = {n: {"description": "Moved."} for n in range(100, 115)} | {120: {"kind": "Emergency Shelter"}}
    with pytest.raises(HeldError, match="withdrawn all the same") as held:
        bring(database, tmp_path, feed(range(100, 130), changed))
    text = repr(shown(database))
    assert "120 Public Lantern" not in text
    assert "121 Public Lantern" in text
    _release(database, held.value.run)
    assert bring(database, tmp_path, feed(range(100, 130), changed)).did["changed"] == 16


def test_a_release_is_for_what_would_change_then(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 130)))
    changed = feed(range(100, 130), {n: {"description": "Moved."} for n in range(100, 115)})
    with pytest.raises(HeldError) as held:
        bring(database, tmp_path, changed)
    _release(database, held.value.run)
    # Somebody changes a listing by hand between the release and the import.
    with database.transaction() as session:
        by = acting(session, make_person(session, "Editor"))
        said = [Edit(FactDraft("description", Text("We moved on Monday.")))]
        edit(session, record_named(database, "Office 101"), said, by=by, reason="they said so", now=NOW)
    with pytest.raises(HeldError) as again:
        bring(database, tmp_path, changed)
    assert again.value.run > held.value.run
    _release(database, again.value.run)
    # Neither day nor hour is part of it.
    assert bring(database, tmp_path, changed).did["changed"] == 15
    with pytest.raises(RefusedError, match="again"):
        _release(database, held.value.run)


def test_a_release_holds_where_a_neighbour_becomes_confidential(database: Database, tmp_path: Path) -> None:
    both = join(feed(range(100, 130)), offer(200, of=120, street="120 Public Lantern Avenue"))
    bring(database, tmp_path, both)
    changed = {n: {"description": "Moved."} for n in range(100, 115)} | {120: {"kind": "Emergency Shelter"}}
    later = join(feed(range(100, 130), changed), offer(200, of=120, street="120 Public Lantern Avenue"))
    with pytest.raises(HeldError) as held:
        bring(database, tmp_path, later)
    _release(database, held.value.run)
    assert bring(database, tmp_path, later).did["changed"] >= 16


def test_only_people_who_keep_the_directory_release_a_run_that_is_held(database: Database, tmp_path: Path) -> None:
    bring(database, tmp_path, feed(range(100, 112)))
    with pytest.raises(HeldError) as held:
        bring(database, tmp_path, feed(range(200, 212)))
    run = held.value.run
    with database.transaction() as session:
        partner: Actor = acting(session, make_person(session, "Partner", role="partner"))
        with pytest.raises(RefusedError, match="coordinator"):
            release_run(session, run, by=partner, now=NOW)
        with pytest.raises(NotFoundError):
            release_run(session, run + 1, by=partner, now=NOW)
    with database.transaction() as session:
        # What is left of a document that waits would be a trace of the place.
        found = record_named(database, "Office 100")
        withdraw(session, found, disclosure="area_only", area="US-FL-331", author=makers.AUTHOR, now=NOW)
    with pytest.raises(RefusedError, match="again"):
        _release(database, run)


def test_an_empty_plan_says_so() -> None:
    assert next(lines_of_plan(Plan("county", "2026-11-26"))) == "county, 2026-11-26: nothing."


def test_new_organizations_are_told_apart_from_services() -> None:
    plan = Plan("county", "2026-11-26", new=("A", "B", "C"), new_organizations=1, unchanged=2)
    told = next(lines_of_plan(plan))
    assert told == "county, 2026-11-26: 3 new (2 services, 1 organization), 2 unchanged."
    assert plan.counts() == {"new": 3, "unchanged": 2}


@pytest.mark.parametrize(
    ("field", "ours", "theirs", "told"),
    [
        (
            "phone",
            Phone("+13055550103", description="Office"),
            Phone("+13055550103", "text", description="Hotline"),
            ("305-555-0103 (label Office, kind voice)", "305-555-0103 (label Hotline, kind text)"),
        ),
        (
            "phone",
            Phone("+13055550103", languages=["es"]),
            Phone("+13055550103"),
            ("305-555-0103 (languages es)", "305-555-0103 (languages none)"),
        ),
        (
            "phone",
            Phone("+13055550103", ext="12"),
            Phone("+13055550103", ext="14"),
            ("305-555-0103 ext. 12", "305-555-0103 ext. 14"),
        ),
        ("description", Text("word " * 40 + "one"), Text("word " * 40 + "two"), ("one", "two")),
        ("address", Address("1 Quincewater Road"), Address("2 Quincewater Road"), ("the place", "the place")),
    ],
)
def test_what_differs_is_told_where_the_usual_words_are_alike(
    field: str, ours: Any, theirs: Any, told: tuple[str, str]
) -> None:
    found = differing(field, "", FactDraft(field, ours).stored, FactDraft(field, theirs).stored)
    assert found[0] != found[1] or field == "address"
    assert all(one in words for one, words in zip(told, found, strict=True))
    assert "Quincewater" not in f"{found}"
