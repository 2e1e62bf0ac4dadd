"""The report of unmet needs tells no number, and no difference of numbers, that is about fewer than five calls."""

import datetime as dt
from collections import Counter
from itertools import chain, combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.coverage.suppression import told_parts
from directory.coverage.unmet import ELSEWHERE, ENDS, WEEKS, Unmet, last_weeks, told, unmet_needs, unmet_rows
from directory.handoff.models import OutcomeCount
from directory.handoff.policy import ANYBODY, LEAST, REASONS, SIGNED, monday_of
from tests import makers

TODAY = dt.date(2026, 11, 26)
_PARTS = st.dictionaries(st.sampled_from(("a", "b", "c", "d", "e", "f")), st.integers(0, 40))


def _differences(total: int, parts: dict[str, int]) -> set[int]:
    """What is left of a sum when any of its parts that are told are taken away."""
    several = chain.from_iterable(combinations(parts.values(), n) for n in range(len(parts) + 1))
    return {total - sum(some) for some in several}


@given(_PARTS)
def test_no_part_and_no_difference_is_between_one_and_four(parts: dict[str, int]) -> None:
    total, shown = sum(parts.values()), told_parts(parts)
    assert all(parts[code] == n >= LEAST for code, n in shown.items())
    if total >= LEAST:
        assert _differences(total, shown).isdisjoint(range(1, LEAST))
    else:
        assert shown == {}


def test_no_more_is_left_out_than_has_to_be() -> None:
    assert told_parts({"a": 20, "b": 9, "c": 6}) == {"a": 20, "b": 9, "c": 6}
    assert told_parts({"a": 20, "b": 9, "c": 3}) == {"a": 20}
    assert told_parts({"a": 20, "b": 4, "c": 3}) == {"a": 20}
    assert told_parts({"a": 20, "b": 0}) == {"a": 20}


_COUNTS = st.dictionaries(
    st.one_of(
        st.tuples(st.sampled_from(("accepted", "full", "answered", "unreached")), st.just("")),
        st.tuples(st.just("declined"), st.sampled_from(("", *REASONS))),
    ),
    st.integers(0, 12),
).map(Counter)
_COUNTED = st.dictionaries(
    st.tuples(st.sampled_from(("shelter", "legal")), st.sampled_from(("US-FL", "US-FL-331", "US-TX"))), _COUNTS
)


@given(_COUNTED)
def test_whatever_was_told_no_number_of_the_report_allows_a_small_one(
    counted: dict[tuple[str, str], Counter[tuple[str, str]]],
) -> None:
    lines = told(counted)
    assert all(_allows_nothing_small(one) for one in lines)
    # A line of several areas is of those alone that have no line, and no sum over lines is told.
    alone = {(one.kind, one.area) for one in lines if one.area != ELSEWHERE}
    assert alone == {key for key, counts in counted.items() if counts.total() >= LEAST}
    for one in lines:
        if one.area == ELSEWHERE:
            of_kind = [counts.total() for (kind, _), counts in counted.items() if kind == one.kind]
            assert one.asked == sum(n for n in of_kind if n < LEAST)


def _allows_nothing_small(one: Unmet) -> bool:
    small = range(1, LEAST)
    numbers = {one.asked, *one.ends.values(), *one.reasons.values()}
    if not numbers.isdisjoint(small) or not _differences(one.asked, one.ends).isdisjoint(small):
        return False
    if "declined" not in one.ends:
        return not one.reasons
    return _differences(one.ends["declined"], one.reasons).isdisjoint(small)


def test_reports_follow_one_another_and_share_no_week() -> None:
    reports = [last_weeks(TODAY + dt.timedelta(days=day)) for day in range(400)]
    for day, (first, last) in enumerate(reports):
        assert last - first == (WEEKS - 1) * 7
        assert (first % 7, last % 7) == (1, 1)
        # The last of its weeks is over.
        assert last + 7 <= monday_of(TODAY + dt.timedelta(days=day))
    distinct = sorted(set(reports))
    assert len(distinct) in (4, 5, 6)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(distinct))


def _listing(session: Session, name: str, kind: str, *, area: str = "") -> int:
    sites = () if area else (makers.site(f"site:{name}"),)
    made = makers.make_service(session, makers.kind(kind), name=name, area=area or None, sites=list(sites))
    show_touched(session)
    return made.listings[0][1]


def _count(session: Session, listing: int, outcome: str, n: int, *, reason: str = "", teller: str = SIGNED) -> None:
    week = last_weeks(TODAY)[0]
    session.add(
        OutcomeCount(listing_id=listing, week=week, outcome=outcome, reason=reason, reply_band=0, teller=teller, n=n)
    )
    session.flush()


def test_kinds_and_areas_are_told_with_what_was_missing(session: Session) -> None:
    house = _listing(session, "Seagrape", "safe-house", area="US-FL-331")
    food = _listing(session, "Pantry", "food")
    for outcome, n in (("accepted", 7), ("full", 12), ("voicemail", 3), ("disconnected", 3)):
        _count(session, house, outcome, n)
    _count(session, house, "declined", 5, reason="children")
    _count(session, house, "declined", 5, reason="children", teller=ANYBODY)
    _count(session, house, "declined", 2, reason="documents")
    _count(session, food, "full", 4)
    (line,) = unmet_needs(session, today=TODAY).lines
    assert (line.kind, line.area, line.asked) == ("shelter", "US-FL-331", 37)
    # Two that wanted papers are told neither by themselves nor by what is left of the noes.
    assert line.ends == {"accepted": 7, "full": 12, "declined": 12, "unreached": 6}
    assert line.reasons == {}


@pytest.mark.parametrize(("weeks", "is_told"), [(-1, False), (0, True), (WEEKS - 1, True), (WEEKS, False)])
def test_only_the_last_whole_weeks_are_told(session: Session, weeks: int, is_told: bool) -> None:
    listing = _listing(session, "Pantry", "food")
    week = last_weeks(TODAY)[0] + 7 * weeks
    session.add(
        OutcomeCount(listing_id=listing, week=week, outcome="full", reason="", reply_band=0, teller=ANYBODY, n=5)
    )
    session.flush()
    assert bool(unmet_needs(session, today=TODAY).lines) == is_told


def test_as_a_table_what_is_not_told_is_empty(session: Session) -> None:
    listing = _listing(session, "Pantry", "food")
    _count(session, listing, "full", 9)
    (row,) = unmet_rows(unmet_needs(session, today=TODAY), of_group=str, of_area=str)
    assert (row["asked"], row["full"], row["accepted"]) == (9, 9, None)
    assert set(ENDS) <= set(row)
    assert len([name for name in row if name.startswith("missing_")]) == len(REASONS)
