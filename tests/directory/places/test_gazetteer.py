import random
import sqlite3
import threading
from array import array
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import AmbiguousPlaceError, UnknownTermError
from directory.places.areas import area_by_number, area_of, coarser
from directory.places.gazetteer import GAZETTEER, STEPS_PER_DEGREE, Gazetteer
from directory.places.place import Place, SeveralPlacesError
from directory.values.point import chord_squared, distance_km, unit_vector

MIAMI = (25.7672, -80.2059)


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


@pytest.fixture(scope="module")
def rows() -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(f"{GAZETTEER.as_uri()}?mode=ro&immutable=1", uri=True)
    yield database
    database.close()


def brief(place: Place) -> tuple[str, str, str]:
    return place.name, place.region, place.kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("St. Louis", ("St. Louis", "MO", "city")),
        ("saint louis, mo", ("St. Louis", "MO", "city")),
        ("ST LOUIS MO", ("St. Louis", "MO", "city")),
        ("Ft Myers FL", ("Fort Myers", "FL", "city")),
        ("Fort Myers, Florida", ("Fort Myers", "FL", "city")),
        ("Miami FL", ("Miami", "FL", "city")),
        ("  miami ,  fl. ", ("Miami", "FL", "city")),
        ("Miami, FL, USA", ("Miami", "FL", "city")),
        ("N. Miami Beach", ("North Miami Beach", "FL", "city")),
        ("Mt Pleasant, SC", ("Mount Pleasant", "SC", "city")),
        ("Mc Kinney, TX", ("McKinney", "TX", "city")),
        ("O' Fallon, IL", ("O'Fallon", "IL", "city")),
        ("Coeur d\u2019Alene", ("Coeur d'Alene", "ID", "city")),
        ("Winston Salem", ("Winston-Salem", "NC", "city")),
        ("Washington DC", ("Washington", "DC", "city")),
        ("Washington, D.C.", ("Washington", "DC", "city")),
        ("New York", ("New York City", "NY", "city")),
        ("nyc", ("New York City", "NY", "city")),
        ("bronx", ("The Bronx", "NY", "city")),
        ("Philly", ("Philadelphia", "PA", "city")),
        ("Nueva York", ("New York City", "NY", "city")),
        ("Kansas City Kansas", ("Kansas City", "KS", "city")),
        ("Carson City", ("Carson City", "NV", "city")),
        ("Boston", ("Boston", "MA", "city")),
        ("Chicago", ("Chicago", "IL", "city")),
        ("Toronto", ("Toronto", "ON", "city")),
        ("Toronto, CA", ("Toronto", "ON", "city")),
        ("Ontario, CA", ("Ontario", "CA", "city")),
        ("St. John's, NL", ("St. John's", "NL", "city")),
        ("Saint-Jérôme", ("Saint-Jérôme", "QC", "city")),
        ("saint jerome", ("Saint-Jérôme", "QC", "city")),
        ("Québec", ("Québec", "QC", "city")),
        ("San Juan, Puerto Rico", ("San Juan", "PR", "city")),
        ("Saipan", ("Saipan", "MP", "city")),
        ("Pago Pago", ("Pago Pago", "AS", "city")),
        ("Charlotte Amalie", ("Charlotte Amalie", "VI", "city")),
        ("Dededo", ("Dededo", "GU", "city")),
        ("Holtsville", ("Holtsville", "NY", "city")),
        ("12 Elm Street, Boston, MA", ("Boston", "MA", "city")),
        ("Miami-Dade County, FL", ("Miami-Dade County", "FL", "county")),
        ("miami-dade", ("Miami-Dade County", "FL", "county")),
        ("Suffolk County MA", ("Suffolk County", "MA", "county")),
        ("County of Los Angeles", ("Los Angeles County", "CA", "county")),
        ("Orleans County, LA", ("Orleans Parish", "LA", "county")),
        ("FL", ("Florida", "FL", "region")),
        ("Florida", ("Florida", "FL", "region")),
        ("Massachusetts", ("Massachusetts", "MA", "region")),
        ("Puerto Rico", ("Puerto Rico", "PR", "region")),
        ("Washington State", ("Washington", "WA", "region")),
        ("Georgia", ("Georgia", "GA", "region")),
        ("ON", ("Ontario", "ON", "region")),
        ("Canada", ("Canada", "", "nation")),
        ("Guatemala", ("Guatemala", "", "nation")),
        ("Tijuana", ("Tijuana", "BCN", "city")),
        ("London, UK", ("London", "", "city")),
        ("Paris France", ("Paris", "", "city")),
    ],
)
def test_a_name_is_understood_as_people_write_it(
    gazetteer: Gazetteer, text: str, expected: tuple[str, str, str]
) -> None:
    assert brief(gazetteer.find(text)) == expected


@pytest.mark.parametrize(
    ("text", "code", "name", "region"),
    [
        ("02114", "02114", "Boston", "MA"),
        ("33130-1234", "33130", "Miami", "FL"),
        ("331301234", "33130", "Miami", "FL"),
        ("M5V", "M5V", "Downtown Toronto", "ON"),
        ("M5V 2T6", "M5V", "Downtown Toronto", "ON"),
        ("m5v2t6", "M5V", "Downtown Toronto", "ON"),
        ("Toronto ON M5V 2T6", "M5V", "Downtown Toronto", "ON"),
        ("123 Main St, Boston, MA 02114", "02114", "Boston", "MA"),
        ("00901", "00901", "San Juan", "PR"),
        ("96799", "96799", "Pago Pago", "AS"),
        ("96950", "96950", "Saipan", "MP"),
    ],
)
def test_a_postal_code_finds_its_town(gazetteer: Gazetteer, text: str, code: str, name: str, region: str) -> None:
    place = gazetteer.find(text)
    assert (place.postal, place.name, place.region) == (code, name, region)


def test_a_zip_knows_its_county_and_its_clock(gazetteer: Gazetteer) -> None:
    place = gazetteer.find("33130")
    assert (place.county, place.zone) == ("12086", "America/New_York")
    assert distance_km((place.lat, place.lon), (25.767, -80.203)) < 3


def test_miami_asks_which_and_names_the_best_known_first(gazetteer: Gazetteer) -> None:
    with pytest.raises(SeveralPlacesError) as asked:
        gazetteer.find("Miami")
    candidates = asked.value.candidates
    assert [place.label for place in candidates][:3] == ["Miami, FL", "Miami, OK", "Miami, AZ"]
    assert len(candidates) <= 8
    assert isinstance(asked.value, AmbiguousPlaceError)
    assert asked.value.exit_code == 5


@pytest.mark.parametrize(
    "text", ["mt pleasant", "Springfield", "Portland", "St. John's", "Suffolk County", "Washington"]
)
def test_a_name_of_several_places_asks(gazetteer: Gazetteer, text: str) -> None:
    with pytest.raises(SeveralPlacesError) as asked:
        gazetteer.find(text)
    assert len(asked.value.candidates) > 1


def test_washington_may_be_the_state_or_the_city(gazetteer: Gazetteer) -> None:
    first, second, *_ = gazetteer.candidates("Washington")
    assert brief(first) == ("Washington", "WA", "region")
    assert brief(second) == ("Washington", "DC", "city")


def test_every_candidate_answers_to_its_label(gazetteer: Gazetteer) -> None:
    for text in ("Miami", "Springfield", "mt pleasant", "Kingston, GA", "Orange County", "Camden", "San Pedro, Mexico"):
        for candidate in gazetteer.candidates(text):
            chosen = gazetteer.candidates(candidate.label)
            assert [(place.lat, place.lon) for place in chosen] == [(candidate.lat, candidate.lon)], candidate.label


def test_namesakes_in_one_state_carry_their_county(gazetteer: Gazetteer) -> None:
    names = {place.name for place in gazetteer.candidates("Kingston, GA")}
    assert names == {"Kingston (Bartow County)", "Kingston (Richmond County)"}
    assert gazetteer.find("Kingston, Bartow County, GA").county == "13015"


def test_a_deployment_for_one_state_means_its_own_town(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Miami", near_region="FL").region == "FL"
    assert gazetteer.find("Springfield", near_region="MA").region == "MA"
    with pytest.raises(SeveralPlacesError):
        gazetteer.find("Miami", near_region="VT")


def test_canadians_mean_their_own_town_and_country(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("London", country="CA").region == "ON"
    assert gazetteer.find("CA", country="CA").name == "Canada"
    assert gazetteer.find("CA").name == "California"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        ".",
        "Nowhereville",
        "Nowhereville, FL",
        "Miami, ZZ",
        "00000",
        "M0M",
        "x" * 1_000_000,
        "Miami " * 30,
        "\0",
        "Bos\0ton",
        "'; DROP TABLE place; --",
        'Miami" OR 1=1',
        "%",
        "Miam_",
        "Mia%",
        "😀",
        "Miami 😀",
        "\ud800",
        "<b>Miami</b>",
        "US-12086",
    ],
)
def test_what_is_no_place_is_unknown_and_is_not_repeated(gazetteer: Gazetteer, text: str) -> None:
    with pytest.raises(UnknownTermError) as unknown:
        gazetteer.find(text)
    assert str(unknown.value) == "No such place is known. Try a ZIP code, or a town with its state."
    assert gazetteer.candidates(text) == []


def test_the_question_which_repeats_nothing(gazetteer: Gazetteer) -> None:
    with pytest.raises(SeveralPlacesError) as asked:
        gazetteer.find("Springfield")
    assert "springfield" not in str(asked.value).lower()


@given(st.text(max_size=200))
def test_whatever_is_typed_is_answered_or_refused(text: str) -> None:
    with Gazetteer() as gazetteer:
        candidates = gazetteer.candidates(text)
        if len(candidates) == 1:
            assert gazetteer.find(text) == candidates[0]
        else:
            with pytest.raises((UnknownTermError, SeveralPlacesError)):
                gazetteer.find(text)


def test_every_city_is_found_by_its_own_label(gazetteer: Gazetteer, rows: sqlite3.Connection) -> None:
    cities = "SELECT name, region, country, lat, lon FROM place WHERE kind = 'city' AND country IN ('US', 'CA')"
    for name, region, country, lat, lon in rows.execute(f"{cities} AND id % 40 = 7").fetchall():
        found = gazetteer.candidates(f"{name}, {region}, {country}")
        # A namesake in the same state may be the larger one, and a nearby one may stand for both.
        near = [distance_km((place.lat, place.lon), (lat / 1e4, lon / 1e4)) for place in found]
        assert near, name
        assert min(near) < 25 or len(found) == 1, name


def test_every_zip_and_sortation_area_lies_in_one_area_of_its_own_state(rows: sqlite3.Connection) -> None:
    count = 0
    for code, country, region in rows.execute("SELECT code, country, region FROM postal").fetchall():
        area = area_of("CA" if country == "CA" else "US", None, code)
        assert area is not None, code
        assert (area.country, area.region) == (country, region), code
        count += 1
    assert count > 43_000


def test_every_state_territory_and_province_has_a_point_in_itself(
    gazetteer: Gazetteer, rows: sqlite3.Connection
) -> None:
    from directory.places.regions import regions

    for part in regions():
        place = gazetteer.region(part.code, part.country)
        assert place is not None, part
        at = round(place.lat * STEPS_PER_DEGREE), round(place.lon * STEPS_PER_DEGREE), part.code
        table = "place" if part.country == "MX" else "postal"
        assert rows.execute(f"SELECT 1 FROM {table} WHERE lat = ? AND lon = ? AND region = ?", at).fetchone(), part


def test_a_county_is_found_by_its_code(gazetteer: Gazetteer) -> None:
    county = gazetteer.county("25025")
    assert county is not None
    assert county.label == "Suffolk County, MA"
    assert gazetteer.county("99999") is None


def test_a_postal_code_that_is_not_known_is_none(gazetteer: Gazetteer) -> None:
    assert gazetteer.postal("00000") is None
    assert gazetteer.postal("") is None
    assert gazetteer.postal("02114x") is None
    assert gazetteer.postal("9" * 100_000) is None
    assert gazetteer.postal("02114", "CA") is None
    assert gazetteer.postal("K1A 0A1", "CA") is not None


def test_the_state_of_a_zip_is_known_even_where_its_point_is_not(gazetteer: Gazetteer) -> None:
    assert gazetteer.region_of_postal("33999") == "FL"
    assert gazetteer.region_of_postal("96799") == "AS"
    assert gazetteer.region_of_postal("06390-0001") == "NY"
    assert gazetteer.region_of_postal("96940") is None
    assert gazetteer.region_of_postal("00000") is None


def test_a_place_keeps_the_clock_of_its_postal_code_else_of_its_state(gazetteer: Gazetteer) -> None:
    assert gazetteer.zone_for("FL", "32501") == "America/Chicago"
    assert gazetteer.zone_for("FL", None) == "America/New_York"
    assert gazetteer.zone_for("IN", "47901") == "America/Indiana/Indianapolis"
    assert gazetteer.zone_for("AZ", "00000") == "America/Phoenix"
    assert gazetteer.zone_for("ON", "M5V 2T6", "CA") == "America/Toronto"
    assert gazetteer.zone_for(None, None, "GT") == "America/Guatemala"
    assert gazetteer.zone_for(None, None) is None


def area_points(rows: sqlite3.Connection) -> dict[int, list[tuple[float, float, float]]]:
    stored = {number: array("f", blob) for number, blob in rows.execute("SELECT number, points FROM area")}
    return {number: list(zip(flat[0::3], flat[1::3], flat[2::3], strict=True)) for number, flat in stored.items()}


def test_every_postal_code_is_a_point_of_its_area(rows: sqlite3.Connection) -> None:
    points = {number: set(found) for number, found in area_points(rows).items()}
    for lat, lon, country, region, code in rows.execute("SELECT lat, lon, country, region, code FROM postal"):
        area = area_of(country, region, code)
        assert area is not None
        vector = unit_vector(lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE)
        assert tuple(array("f", vector)) in points[area.number], code


def test_a_circle_touches_exactly_the_areas_with_a_point_in_it(gazetteer: Gazetteer, rows: sqlite3.Connection) -> None:
    points = area_points(rows)
    centres = rows.execute("SELECT lat, lon FROM postal").fetchall()
    for lat, lon in random.Random(7).sample(centres, 5):  # noqa: S311 - a sample, no secret
        x, y, z = unit_vector(lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE)
        nearest = {
            number: min((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2 for a, b, c in found)
            for number, found in points.items()
        }
        for km in (0, 15, 80, 500):
            finest = {number for number, apart in nearest.items() if apart <= chord_squared(km + 0.001)}
            areas = [area for area in map(area_by_number, finest) if area is not None]
            assert len(areas) == len(finest)
            touched = gazetteer.areas_within(lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE, km)
            assert touched == {wide.number for area in areas for wide in (area, *coarser(area))}


def test_a_circle_holds_exactly_the_areas_of_which_every_point_is_in_it(
    gazetteer: Gazetteer, rows: sqlite3.Connection
) -> None:
    points = area_points(rows)
    around: dict[int, set[int]] = {}
    for number in points:
        area = area_by_number(number)
        assert area is not None
        for wide in (area, *coarser(area)):
            around.setdefault(wide.number, set()).add(number)
    centres = rows.execute("SELECT lat, lon FROM postal").fetchall()
    found: set[int] = set()
    for lat, lon in random.Random(7).sample(centres, 5):  # noqa: S311 - a sample, no secret
        x, y, z = unit_vector(lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE)
        farthest = {
            number: max((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2 for a, b, c in own) for number, own in points.items()
        }
        for km in (0, 15, 80, 500, 3_000):
            finest = {number for number, apart in farthest.items() if apart <= chord_squared(max(km - 0.001, 0))}
            held = gazetteer.areas_held(lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE, km)
            assert held == {number for number, parts in around.items() if parts <= finest}
            found |= held
    assert len(found) > 100


def test_wherever_a_search_starts_it_touches_its_own_state(gazetteer: Gazetteer, rows: sqlite3.Connection) -> None:
    at_home = "SELECT lat, lon, country, region FROM place WHERE country IN ('US', 'CA') AND kind <> 'nation'"
    for lat, lon, country, region in rows.execute(f"{at_home} AND id % 50 = 3").fetchall():
        area = area_of(country, region, None)
        assert area is not None
        assert area.number in gazetteer.areas_within(lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE, 0)


def test_a_circle_touches_states_and_countries_too(gazetteer: Gazetteer) -> None:
    assert gazetteer.areas_within(*MIAMI, 40) == {330, 331, 333, 1012, 2840}
    assert gazetteer.areas_within(0, -140, 100) == frozenset()
    tijuana = gazetteer.find("Tijuana")
    assert {1202, 2484} <= gazetteer.areas_within(tijuana.lat, tijuana.lon, 5)


def test_a_circle_across_the_date_line_touches_both_sides(gazetteer: Gazetteer) -> None:
    adak = gazetteer.find("99546")
    assert 995 in gazetteer.areas_within(52.0, 179.9, 300)
    assert adak.lon < 0


def test_threads_may_share_one_gazetteer(gazetteer: Gazetteer) -> None:
    wrong: list[str] = []

    def ask(code: str, name: str) -> None:
        wrong.extend(code for _ in range(300) if gazetteer.find(code).name != name)

    asked = [("02114", "Boston"), ("33130", "Miami"), ("96799", "Pago Pago"), ("60601", "Chicago")]
    threads = [threading.Thread(target=ask, args=pair) for pair in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_nothing_is_read_before_the_first_question_and_it_opens_again_after_closing() -> None:
    gazetteer = Gazetteer()
    assert gazetteer._database is None
    assert gazetteer.find("02114").name == "Boston"
    gazetteer.close()
    assert gazetteer.find("02114").name == "Boston"
    gazetteer.close()


def test_the_file_cannot_be_written_through_it(gazetteer: Gazetteer) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        gazetteer._rows("DELETE FROM place")


def test_the_zones_of_a_state_come_with_that_of_most_postal_codes_first(gazetteer: Gazetteer) -> None:
    texas, county = gazetteer.find("Texas"), gazetteer.find("Malheur County, OR")
    assert gazetteer.zones(texas) == ["America/Chicago", "America/Denver"]
    assert gazetteer.zones(county)[0] == "America/Boise"
    assert gazetteer.zones(gazetteer.find("Massachusetts")) == ["America/New_York"]
    assert "America/Goose_Bay" in gazetteer.zones(gazetteer.find("Newfoundland and Labrador"))
