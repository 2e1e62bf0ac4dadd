"""What a card says to a question."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory.cards.card import Card, CardPhone, CardTrauma, Confirmed
from directory.search.answer import Question
from directory.search.needs import freshness, last_confirmed, need_answers, open_now
from directory.search.wall_clocks import WallClocks
from directory.values.hours import is_open, week_minutes
from tests.conftest import NOW

CLOCKS = WallClocks(NOW)
ZONES = ("America/New_York", "America/Phoenix", "Pacific/Kiritimati", "Europe/London")


def card(**fields: Any) -> Card:
    return Card(**({"id": "1", "service": "2", "name": "Practice Service"} | fields))


@given(
    st.dictionaries(
        st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]),
        st.lists(
            st.tuples(st.integers(0, 1_439), st.integers(1, 1_440)).filter(lambda span: span[0] < span[1]), min_size=1
        ),
        min_size=1,
    ),
    st.sampled_from(ZONES),
    st.sets(st.integers(NOW.toordinal() - 2, NOW.toordinal() + 2)),
    st.timedeltas(dt.timedelta(days=-40), dt.timedelta(days=3)).map(lambda since: NOW + since),
)
def test_open_now_is_what_the_hours_say(
    days: dict[str, list[tuple[int, int]]], zone: str, closed: set[int], at: dt.datetime
) -> None:
    one = card(weeks={"office": week_minutes(days)}, zone=zone, closed={"office": sorted(closed)})
    assert open_now(one, WallClocks(at)) == is_open(days, zone, closed, at)


def test_without_hours_or_with_an_unknown_zone_it_is_not_known_whether_it_is_open() -> None:
    clocks = WallClocks(NOW)
    assert open_now(card(), clocks) is None
    assert open_now(card(weeks={"office": [(0, 10_080)]}), clocks) is None
    assert open_now(card(weeks={"office": [(0, 10_080)]}, zone="Nowhere/Land"), clocks) is None


def test_a_confirmed_need_shows_the_date_of_the_evidence_and_any_other_what_the_source_said() -> None:
    one = card(
        yes={"women": "welcomes", "minors": ""},
        no=["men"],
        said="2026-01-15",
        confirmed={"eligibility/women": Confirmed("2026-11-02", "call")},
    )
    women, minors, men, couples = need_answers(
        one, Question(need="food", who=("women", "minors", "men", "couples")), CLOCKS
    )
    assert (women.state, women.how, women.as_of, women.verified) == ("yes", "welcomes", "2026-11-02", True)
    assert (minors.state, minors.how, minors.as_of, minors.verified) == ("yes", None, "2026-01-15", False)
    assert (men.state, men.as_of, men.verified) == ("no", "2026-01-15", False)
    assert (couples.state, couples.as_of, couples.verified) == ("ask", None, False)


def test_evidence_of_trauma_informed_practice_is_dated_by_itself_unless_it_was_confirmed() -> None:
    question = Question(need="food", trauma_informed="attested")
    known = card(trauma_informed=CardTrauma("trained", "Practice Institute", "2026-03-01"), said="2026-01-15")
    [answer] = need_answers(known, question, CLOCKS)
    assert (answer.state, answer.how, answer.as_of, answer.verified) == ("yes", "trained", "2026-03-01", False)
    checked = {"trauma_informed/trained:practice-institute": Confirmed("2026-11-02", "call")}
    [answer] = need_answers(card(trauma_informed=CardTrauma("trained"), confirmed=checked), question, CLOCKS)
    assert (answer.as_of, answer.verified) == ("2026-11-02", True)


def test_a_listing_was_last_confirmed_when_its_first_line_was() -> None:
    second = [CardPhone("+13055550142"), CardPhone("+13055550143", confirmed="2026-11-02")]
    assert last_confirmed(card(phones=second)) is None
    assert last_confirmed(card(phones=second[::-1])) == "2026-11-02"
    assert last_confirmed(card()) is None


def test_the_state_of_a_listing_is_read_off_its_card_and_the_day() -> None:
    known = card(due_on=1_000, fresh_until=1_099)
    states = [freshness(known, day) for day in (1, 999, 1_000, 1_099, 1_100)]
    assert states == ["verified", "verified", "due", "due", "stale"]
    assert freshness(card(), 1_000) == "unverified"
    assert freshness(card(due_on=1_000, fresh_until=1_099, unreachable=True), 1) == "unreachable"


def test_that_it_is_open_is_dated_by_the_schedule_that_says_so() -> None:
    always, never = [(0, 10_080)], [(0, 1)]
    one = card(
        weeks={"crisis-line": always, "office": never},
        zone="America/New_York",
        said="2026-01-15",
        confirmed={"schedule/office": Confirmed("2026-11-02", "call")},
    )
    [answer] = need_answers(one, Question(need="food", open="now"), CLOCKS)
    assert (answer.state, answer.as_of, answer.verified) == ("yes", "2026-01-15", False)
    own = card(weeks=one.weeks, zone=one.zone, confirmed={"schedule/crisis-line": Confirmed("2026-11-03", "call")})
    [answer] = need_answers(own, Question(need="food", open="now"), CLOCKS)
    assert (answer.state, answer.as_of, answer.verified) == ("yes", "2026-11-03", True)
