"""What is stored of evidence says the same of every later day as the evidence itself."""

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.cards.service import heard_of
from directory.db import Database
from directory.freshness.belief import chances_of, chances_on, standing_of
from directory.freshness.gathered import Gathered
from directory.freshness.models import Belief
from directory.freshness.observations import Observation, second_of
from directory.freshness.parameters import weight_of
from directory.freshness.service import count_report
from directory.listings.models import Fact
from tests import makers
from tests.conftest import NOW
from tests.directory.freshness.test_belief import DAY, HISTORIES, KINDS, LEGAL

TODAY = NOW.date().toordinal()


def _gathered(*observations: tuple[str, str, int], field: str = "phone") -> Gathered:
    heard = [
        Observation(second_of(day), field, method, outcome, weight_of(method, outcome))
        for method, outcome, day in observations
    ]
    found = standing_of(heard, LEGAL).gathered
    assert found is not None
    return found


@settings(max_examples=200, deadline=None)
@given(HISTORIES, KINDS, st.integers(0, 1_500))
def test_the_chances_of_any_day_follow_from_what_is_stored(
    history: list[Observation], kinds: tuple[str, ...], after: int
) -> None:
    stored = msgspec.json.encode(standing_of(history, kinds).gathered)
    read = msgspec.json.decode(stored, type=Gathered)
    assert chances_on(read, frozenset(kinds), day=DAY + after) == chances_of(history, kinds, as_of=DAY + after)


def test_a_trace_is_live_until_it_goes() -> None:
    seen = ("corroboration", "seen", DAY)
    assert _gathered(seen).live == ("phone",)
    assert _gathered(seen, ("corroboration", "gone", DAY + 7)).live == ()
    assert _gathered(("website", "live", DAY), field="url").live == ("site",)


def test_attempts_count_until_somebody_is_reached() -> None:
    silent = [("call", "no-answer", DAY), ("call", "voicemail-generic", DAY + 2)]
    assert (_gathered(*silent).attempts, _gathered(*silent).attempted_on) == (2, DAY + 2)
    assert _gathered(*silent, ("call", "live", DAY + 3)).attempts == 0


@pytest.mark.parametrize(
    ("method", "outcome", "is_full"),
    [
        ("call", "confirmed", True), ("call", "confirmed-with-changes", True), ("provider", "confirmed", True),
        ("call", "live", False), ("callback", "confirmed", False), ("handoff", "accepted", False),
    ],
)  # fmt: skip
def test_only_who_went_through_the_whole_entry_updated_it(method: str, outcome: str, is_full: bool) -> None:
    assert _gathered((method, outcome, DAY)).full_on == (DAY if is_full else 0)


def test_a_listing_that_was_called_and_reported_is_stored_so_that_reports_count_in_a_plan(database: Database) -> None:
    with database.transaction() as session:
        listing = makers.make_service(session, makers.kind("legal"), sites=[makers.site()]).listings[0][1]
        phone = (
            session.scalars(sa.select(Fact.id).where(Fact.field == "phone", Fact.standing == "current")).first() or 0
        )
        makers.observe(session, phone, "call", "live", days_ago=30)
        makers.observe(session, phone, "corroboration", "seen", days_ago=10)
        count_report(session, listing, reason="wrong-number", now=NOW)
    with database.reading() as session:
        row = session.scalars(sa.select(Belief).where(Belief.listing_id == listing)).one()
        heard = heard_of(session, [listing])[listing]
    stored = msgspec.json.decode(row.gathered or "", type=Gathered)
    for day in (TODAY, TODAY + 90):
        found = chances_on(stored, heard.kinds, day=day)
        assert found == chances_of(heard.observations, heard.kinds, as_of=day, line=heard.line)
    assert stored.loud is not None
    assert sum(stored.loud) > sum(stored.quiet)
