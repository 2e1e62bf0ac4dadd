import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.places.areas import (
    AREAS_VERSION,
    Area,
    all_areas,
    area_by_id,
    area_by_number,
    area_of,
    area_of_region,
    areas_of_postal_prefix,
    coarser,
)
from directory.places.regions import read_table

# The lists of the HIPAA safe harbour after the census of 2000 and of 2010.
SMALL_IN_A_CENSUS = """
    036 059 063 102 202 203 204 205 369 556 692 753 772 790 821 823 830 831 878 879 884 890 893
"""

# The Census Bureau's survey, from which people are counted here, does not reach these.
UNCOUNTED = {"US-AS", "US-GU", "US-MP", "US-VI"}


def area_id(country: str, region: str | None, postal: str | None) -> str | None:
    area = area_of(country, region, postal)
    return area.id if area else None


def postal_areas() -> list[Area]:
    return [area for area in all_areas() if area.codes]


def test_the_post_of_american_samoa_is_not_in_hawaii() -> None:
    assert area_id("US", "AS", "96799") == "US-AS"
    assert area_id("US", None, "96799") == "US-AS"
    assert area_id("US", "HI", "96701") == "US-HI-967"


def test_the_post_of_the_northern_marianas_is_not_in_guam() -> None:
    assert area_id("US", "MP", "96950") == "US-MP"
    assert area_id("US", None, "96951") == "US-MP"
    assert area_id("US", "GU", "96910") == "US-GU"


@pytest.mark.parametrize(("postal", "nation"), [("96940", "PW"), ("96941", "FM"), ("96960", "MH")])
def test_freely_associated_states_are_areas_of_their_own(postal: str, nation: str) -> None:
    assert area_id("US", None, postal) == area_id("US", nation, postal) == area_id(nation, None, postal) == nation


@pytest.mark.parametrize(
    ("region", "postal", "expected"),
    [
        ("CT", "06320", "US-CT-062"),
        ("NY", "06390", "US-NY-119"),
        ("ID", "83401", "US-ID-834"),
        ("WY", "83414", "US-WY-829"),
        ("OK", "73949", "US-OK-739"),
        ("TX", "73960", "US-TX-791"),
        ("MO", "72643", "US-MO-657"),
        ("MD", "20588", "US-MD-207"),
        ("VA", "20598", "US-VA-221"),
    ],
)
def test_codes_that_cross_a_state_line_stay_on_their_side(region: str, postal: str, expected: str) -> None:
    assert area_id("US", region, postal) == expected


def test_no_area_crosses_a_state_and_no_code_is_in_two() -> None:
    codes = Counter(
        (area.country in {"CA", "MX"} and area.country, code) for area in all_areas() for code in area.codes
    )
    assert set(codes.values()) == {1}
    for area in postal_areas():
        for code in area.codes:
            whole = {"US": code.ljust(5, "0"), "CA": f"{code}0A"[:3]}.get(area.country, code)
            # "06390" lies in another area than "063": only what has no longer beginning is looked up.
            assert area_of(area.country, area.region, whole) == area


def test_each_small_area_is_joined_to_a_named_neighbour_in_its_state() -> None:
    small = read_table("small_areas.tsv")
    joined = {row["code"] for row in small}
    for row in small:
        host = area_by_id(row["area"])
        assert host is not None
        assert host.region == row["region"]
        assert row["code"] in host.codes
        assert row["reason"]
        # The host stands by itself: nothing is joined to what is itself joined.
        assert row["area"] == f"US-{row['region']}" or row["area"].rpartition("-")[2] not in joined


@pytest.mark.parametrize("code", SMALL_IN_A_CENSUS.split())
def test_what_a_census_found_small_is_not_published_by_itself(code: str) -> None:
    assert code in {row["code"] for row in read_table("small_areas.tsv")}
    areas = [area for area in areas_of_postal_prefix(code) if code in area.codes]
    assert len(areas) == 1
    assert len(areas[0].codes) > 1


def test_more_than_20_000_people_live_in_every_area() -> None:
    people: Counter[str] = Counter()
    for row in read_table("zip_codes.tsv"):
        area = area_of("US", None, row["zip"])
        assert area is not None
        people[area.id] += int(row["people"] or 0)
    counted = {area.id for area in postal_areas() if area.country == "US"} - UNCOUNTED
    assert {area: people[area] for area in counted if people[area] <= 20_000} == {}


def test_numbers_and_ids_are_unique_and_never_change() -> None:
    areas = all_areas()
    assert len({area.number for area in areas}) == len({area.id for area in areas}) == len(areas)
    listed = "".join(f"{area.number} {area.id}\n" for area in areas)
    # If this fails: an area was added (raise AREAS_VERSION, record the new digest) or changed (do not).
    assert (AREAS_VERSION, hashlib.sha256(listed.encode()).hexdigest()[:16]) == (1, "afcae8e2167ec243")


@pytest.mark.parametrize(
    ("number", "expected"),
    [(331, "US-FL-331"), (1012, "US-FL"), (1011, "US-DC"), (1513, "CA-ON-M"), (1161, "CA-NT"), (2840, "US")],
)
def test_numbers_are_the_ones_that_search_terms_were_made_with(number: int, expected: str) -> None:
    area = area_by_number(number)
    assert area is not None
    assert area.id == expected
    assert area_by_id(expected) == area


@given(st.integers(0, 99), st.integers(0, 9999))
def test_the_last_digits_of_a_code_say_nothing(last: int, more: int) -> None:
    assert area_id("US", "FL", f"331{last:02}") == "US-FL-331"
    assert area_id("US", "FL", f"331{last:02}-{more:04}") == "US-FL-331"


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_nothing_that_a_feed_writes_breaks_it(country: str, region: str, postal: str) -> None:
    area = area_of(country, region, postal)
    assert area is None or area in all_areas()


def test_a_code_of_another_state_leaves_the_stated_state() -> None:
    assert area_id("US", "FL", "30303") == "US-FL"
    assert area_id("US", "CT", "06390") == "US-CT"
    assert area_id("US", "HI", "96799") == "US-HI"
    assert area_id("CA", "QC", "M5V 2T6") == "CA-QC"


def test_without_a_usable_code_the_area_is_the_state() -> None:
    for postal in (None, "", "unknown", "1", "331", "ABCDE", "33130x", "9" * 1000):
        assert area_id("US", "Florida", postal) == "US-FL"


def test_a_code_alone_is_enough() -> None:
    assert area_id("USA", None, "33130-1234") == "US-FL-331"
    assert area_id("United States", "", "331301234") == "US-FL-331"


def test_a_zero_that_a_spreadsheet_ate_comes_back_where_the_state_agrees() -> None:
    assert area_id("US", "MA", "2114") == "US-MA-021"
    assert area_id("US", "FL", "2114") == "US-FL"
    assert area_id("US", None, "2114") is None


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert area_id("US", None, None) is None
    assert area_id("CA", None, "") is None
    assert area_id("", "FL", "33130") is None
    assert area_id("Atlantis", None, None) is None


def test_military_addresses_have_no_area() -> None:
    assert area_id("US", "AE", "09012") is None
    assert area_id("US", "AP", "96365") is None


def test_canada_is_divided_by_postal_district() -> None:
    assert area_id("Canada", "Ontario", "m5v 2t6") == area_id("CA", None, "M5V") == "CA-ON-M"
    assert area_id("CA", "NS", "B3H 4R2") == "CA-NS"
    assert area_id("CA", "QC", None) == "CA-QC"


def test_the_district_of_two_territories_is_split() -> None:
    assert area_id("CA", None, "X0A 0H0") == "CA-NU"
    assert area_id("CA", None, "X1A 1A1") == "CA-NT"
    assert area_id("CA", None, "X9X 9X9") is None
    assert area_id("CA", "NU", "X9X 9X9") == "CA-NU"


def test_elsewhere_the_area_is_the_first_level_region_or_the_country() -> None:
    assert area_id("MX", "Baja California", "22000") == "MX-BCN"
    assert area_id("México", None, None) == "MX"
    assert area_id("FR", "Rhône", "69001") == "FR"


def test_the_district_and_small_territories_are_one_area() -> None:
    assert {area_id("US", "DC", postal) for postal in ("20001", "20301", "20500", "56901")} == {"US-DC"}
    assert area_id("VI", None, "00802") == area_id("US", "Virgin Islands", None) == "US-VI"
    assert area_id("Puerto Rico", None, "00901") == "US-PR-009"


def test_an_area_can_be_made_coarser_and_no_further() -> None:
    area = area_by_id("US-FL-331")
    assert area is not None
    assert [wider.id for wider in coarser(area)] == ["US-FL", "US"]
    assert coarser(coarser(area)[-1]) == ()
    assert area_of_region("FL") == coarser(area)[0]


def test_beginnings_of_codes_tell_their_areas() -> None:
    def ids(prefix: str, country: str = "US") -> list[str]:
        return [area.id for area in areas_of_postal_prefix(prefix, country)]

    assert ids("331") == ids("33130") == ["US-FL-331"]
    assert ids("969") == ["FM", "MH", "PW", "US-GU", "US-MP"]
    assert ids("063") == ["US-CT-062", "US-NY-119"]
    assert ids("X", "CA") == ["CA-NT", "CA-NU"]
    assert ids("000") == []


@pytest.mark.parametrize(
    ("wanted", "english", "spanish"),
    [
        ("US-FL-331", "Miami area (ZIP 331, 332), Florida", "Zona de Miami (ZIP 331, 332), Florida"),
        ("CA-ON-M", "Toronto area (postal code M), Ontario", "Zona de Toronto (código postal M), Ontario"),
        ("US-NY", "New York", "Nueva York"),
        ("US-WY-829", "Rock Springs area (ZIP 829, 830, 831), Wyoming", None),
        ("MX", "Mexico", "México"),
    ],
)
def test_people_read_a_town_a_code_and_a_state(wanted: str, english: str, spanish: str | None) -> None:
    area = area_by_id(wanted)
    assert area is not None
    assert area.label() == english
    assert spanish is None or area.label("es") == spanish


def test_no_label_is_empty_or_told_twice() -> None:
    for language in ("en", "es"):
        labels = Counter(area.label(language) for area in all_areas())
        # Georgia is a state and a country; the page says which by where it stands.
        assert {label for label, count in labels.items() if count > 1} <= {"Georgia"}
        assert all(labels)
