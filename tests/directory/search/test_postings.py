"""What a card is posted under."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.cards.card import Card, CardTrauma
from directory.places.areas import all_areas
from directory.places.gazetteer import Gazetteer
from directory.places.regions import countries, regions
from directory.search.postings import (
    COLUMNS,
    area_term,
    confidential_terms,
    kind_term,
    open_weeks,
    postings_of,
    tie_of,
    wide_terms,
)
from directory.values.hours import week_minutes
from directory.vocabulary.terms import kind, kinds

ID = "8da01097-be0f-451b-9b66-b5a9e3c43657"
POINT = (25.7683, -80.2014)


def card(**fields: Any) -> Card:
    return Card(**({"id": ID, "service": ID, "name": "Practice Service", "kinds": ["food"]} | fields))


def posted(one: Card, point: tuple[float, float] | None = POINT) -> list[dict[str, Any]]:
    rows = postings_of(one, record_id=7, service_id=6, point=point)
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def test_a_site_is_posted_for_any_kind_and_for_each_of_its_kinds() -> None:
    rows = posted(card(kinds=["food", "clothing"]))
    assert {row["term"] for row in rows} == {0, 1 + kind("food").bit, 1 + kind("clothing").bit}
    assert len({row["cell"] for row in rows}) == 1
    assert all(row["x"] is not None for row in rows)


def test_a_confidential_listing_never_has_a_point_even_if_one_is_given() -> None:
    rows = posted(card(block="confidential", place="US-FL-331", service_areas=["US-FL"]))
    assert {row["term"] for row in rows} == {1_200_331, 1_011_012}
    assert {row["cell"] for row in rows} == {0, 1 + kind("food").bit}
    assert {(row["x"], row["y"], row["z"]) for row in rows} == {(None, None, None)}


def test_a_line_for_an_area_is_posted_under_its_nation_state_and_county() -> None:
    rows = posted(card(block="area", place="US", service_areas=["US", "US-FL", "12086"]), None)
    assert {row["term"] for row in rows} == {10_840, 11_012, 32_086}


def test_every_area_has_a_term_of_its_own_below_the_confidential_ones() -> None:
    codes = {area.id for area in all_areas()}
    codes |= {one.code for one in countries()} | {f"{one.country}-{one.code}" for one in regions()}
    terms = {code: area_term(code) for code in codes}
    numbers = [number for number in terms.values() if number is not None]
    assert len(numbers) == len(codes) == len(set(numbers))
    assert all(10_000 <= number < 1_000_000 for number in numbers)
    assert area_term("Nowhere") is None


def test_terms_of_kinds_stay_below_those_of_areas() -> None:
    assert all(1 <= kind_term(one.code) < 1_000 for one in kinds())


def test_a_place_asks_for_its_nation_state_and_county_and_a_circle_for_the_areas_it_touches() -> None:
    with Gazetteer() as gazetteer:
        place = gazetteer.find("33130")
        assert sorted(wide_terms(place)) == [10_840, 11_012, 32_086]
        touched = gazetteer.areas_within(place.lat, place.lon, 5)
        asked = confidential_terms(place, touched)
    assert {1_200_331, 1_011_012, 1_032_086, 1_010_840} <= set(asked)
    assert all(term >= 1_000_000 for term in asked)


def test_bits_say_what_the_card_says() -> None:
    [row, _] = posted(
        card(
            languages={"es": "staff", "ht": "interpreter", "any": "interpreter"},
            yes={"women": "welcomes"},
            no=["men"],
            weeks={"crisis-line": [(0, 10_080)]},
            trauma_informed=CardTrauma("certified"),
            practice=True,
            may_not_work=True,
        )
    )
    assert row["flags"] == 1 | 2 | 4 | 16 | 4 << 5 | 256
    assert (row["yes"], row["no"]) == (1 << 2, 1 << 3)
    assert row["l0"] == 0b110  # Spanish is language 1, Haitian Creole 2; "any" sets no language's bit


def test_ties_follow_public_ids_but_not_for_confidential_listings() -> None:
    low, high = "00000000-0000-4000-8000-000000000000", "ffffffff-0000-4000-8000-000000000000"
    assert tie_of(card(id=low)) == 0 < tie_of(card(id=high)) == 2**31 - 1
    hidden = [tie_of(card(id=one, block="confidential", place="US-FL-331")) for one in (low, high)]
    assert hidden == [tie_of(card(id=one, block="confidential", place="US-FL-330")) for one in (low, high)]
    assert hidden[0] != 0
    assert all(0 <= one < 2**31 for one in hidden)


@given(
    st.dictionaries(
        st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]),
        st.lists(st.tuples(st.integers(0, 1_439), st.integers(1, 1_440)).filter(lambda span: span[0] < span[1])),
    )
)
def test_a_week_is_cut_at_midnight_and_nowhere_else(days: dict[str, list[tuple[int, int]]]) -> None:
    spans = week_minutes(days)
    [week, _] = open_weeks(card(weeks={"office": spans}, zone="America/New_York"))
    cut = [] if week is None else week.parts[0][0]
    assert all(start // 1_440 == (stop - 1) // 1_440 for start, stop in cut)
    assert {minute for span in cut for minute in range(*span)} == {minute for span in spans for minute in range(*span)}


@pytest.mark.parametrize("weeks", [{}, {"office": []}])
def test_a_listing_without_hours_has_no_week(weeks: dict[str, list[tuple[int, int]]]) -> None:
    assert open_weeks(card(weeks=weeks, zone="America/New_York")) == (None, None)


def test_open_is_when_any_schedule_is_and_intake_is_its_own() -> None:
    opening = {"office": [(540, 600)], "intake": [(600, 660)]}
    open_week, intake_week = open_weeks(card(weeks=opening, zone="America/New_York"))
    assert open_week is not None
    assert intake_week is not None
    assert open_week.parts == ((((540, 600),), ()), (((600, 660),), ()))
    assert intake_week.parts == ((((600, 660),), ()),)
