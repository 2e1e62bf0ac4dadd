"""Gaps: what nobody confirmed takes, where, in which order, and who may close them."""

import pytest

from directory.coverage.gaps import Offer, gaps, meets
from directory.coverage.ground import Ground
from directory.coverage.needs import Need, need_of, needs
from directory.coverage.told import people_told, where_told
from directory.errors import UnknownTermError
from directory.vocabulary.terms import needs_mask

PEOPLE = {"US-FL": 20_000_000, "US-GA": 10_000_000, "US-AL": 5_000_000, "US-MS": 3_000_000}
STAY = Need("stay", "a place to stay for men with children", ("shelter",), ("men", "with-children"))
BOTH = needs_mask(("men", "with-children"))


def _offer(*areas: str, yes: int = BOTH, no: int = 0, kind: str = "emergency-shelter", confirmed: bool = True) -> Offer:
    return Offer((kind,), yes, no, areas, confirmed)


def test_a_need_is_met_where_one_listing_is_confirmed_and_takes_all_who_are_asked_for() -> None:
    half = _offer("US-GA", yes=needs_mask(("men",)))
    [gap] = gaps({_offer("US-FL"): 1, half: 1}, [STAY], PEOPLE)
    assert gap.areas == ("US-GA", "US-AL", "US-MS"), "the areas with most people first"
    assert (gap.of, gap.people, gap.to_ask) == (4, 18_000_000, 1)


@pytest.mark.parametrize(
    ("offer", "says"),
    [
        (_offer("US-FL"), "yes"),
        (_offer("US-FL", confirmed=False), "unconfirmed"),
        (_offer("US-FL", yes=0), "unknown"),
        (_offer("US-FL", yes=needs_mask(("men",))), "unknown"),
        (_offer("US-FL", no=needs_mask(("with-children",))), "no"),
        (_offer("US-FL", kind="food"), "no"),
    ],
)
def test_what_a_listing_says_to_a_need(offer: Offer, says: str) -> None:
    assert meets(offer, slugs=STAY.slugs, mask=STAY.mask) == says


def test_who_may_close_a_gap_is_counted_where_the_gap_is_and_nowhere_else() -> None:
    counted = {_offer("US-FL"): 1, _offer("US-FL", yes=0): 7, _offer("US-GA", yes=0): 2, _offer("US-AL", no=BOTH): 3}
    [gap] = gaps(counted, [STAY], PEOPLE)
    assert gap.to_ask == 2


def test_what_is_met_everywhere_is_no_gap() -> None:
    assert gaps({_offer(*PEOPLE): 1}, [STAY], PEOPLE) == ()
    assert gaps({}, [STAY], {}) == ()


def test_gaps_are_ranked_by_weight_and_by_people() -> None:
    exam = Need("exam", "a forensic nurse exam for adults", ("sane-adult",))
    record = Need("record", "help to clear a criminal record", ("legal-criminal-relief",))
    found = gaps({_offer("US-FL", "US-GA"): 1}, [record, exam, STAY], PEOPLE)
    assert [gap.rank for gap in found] == sorted((gap.rank for gap in found), reverse=True)
    assert {gap.need.code: gap.rank for gap in found}["stay"] == STAY.weight * 8_000_000


def test_every_shipped_need_is_of_the_vocabulary_and_can_be_looked_up() -> None:
    for one in needs():
        assert one.slugs >= set(one.kinds)
        assert one.weight > 0
        assert need_of(one.code) == one
    with pytest.raises(UnknownTermError):
        need_of("stay-nobody")


def test_where_a_gap_is_is_said_in_words() -> None:
    ground = Ground("", PEOPLE)
    [few] = gaps({_offer("US-FL", "US-GA"): 1}, [STAY], PEOPLE)
    assert where_told(few, ground, str.lower) == "us-al and us-ms; 8.0 million people live there."
    [everywhere] = gaps({}, [STAY], PEOPLE)
    assert where_told(everywhere, ground, str.lower) == "In all 4 states; 38.0 million people live there."
    [most] = gaps({_offer("US-FL"): 1}, [STAY], PEOPLE | {"US-SC": 5_100_000})
    assert where_told(most, ground, str.lower) == (
        "4 of 5 states, the largest us-ga, us-sc and us-al; 23.1 million people live there."
    )
    assert people_told(12_345) == "12,000 people"
    assert people_told(840) == "800 people"
