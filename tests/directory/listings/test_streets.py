"""However people write a street, it is one street."""

import itertools

import pytest

from directory.listings.screen import without_mentions
from directory.listings.streets import building_words, spelled, street_name, street_spellings, street_words

_ONE_STREET = [
    ("48155 NW 7th Avenue", "48155 N.W. Seventh Ave.", "48155 7 AV", "48155 northwest 7th", "48155-A 7th Avenue"),
    ("12 US Highway 1", "12 U.S. Hwy 1", "12 US-1", "12 Highway 1", "12 Route 1"),
    ("12 State Road 7", "12 SR 7", "12 S.R. 7", "12 State Rd. #7"),
    ("4815 NW Quincewater Hollow Road", "4815 Quince Water Hollow Rd", "4815 Quincewater", "4815a Quince-Water Hollow"),
    ("77 Riverview Drive", "77 River view Dr", "Seventy-Seven River View Dr., Suite 5"),
    ("5 Saint Mark's Place", "5 St. Marks Pl", "5 St Mark's Place, 2nd floor"),
    ("124 West One Hundred Twenty-Fifth Street", "124 W 125th St"),
    ("77 Forty-Second Street", "77 42nd Street", "77 42 St"),
    ("48-15 Quincewater Road", "4815 Quincewater Road"),
    ("1907-1911 NW 38th Street", "1911 38th Street"),
    ("1907-1911 NW 38th Street", "Harbor Center - 1907 NW 38 St Miami"),
    ("100 Dr. Martin Luther King Jr. Blvd", "100 Martin Luther King Boulevard"),
    ("5 1/2 Quincewater Road", "5 Quincewater Road"),
    ("100 Avenue A", "100 Ave. A"),
    ("4815 Quincewater Road", "12 Harbor Plaza, 4815 Quincewater Rd", "Harbor Plaza (4815 Quincewater)"),
]


@pytest.mark.parametrize(("one", "other"), [pair for row in _ONE_STREET for pair in itertools.combinations(row, 2)])
def test_two_spellings_of_a_street_have_one_in_common(one: str, other: str) -> None:
    assert street_spellings(one) & street_spellings(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100 Main Street", "101 Main Street"),
        ("100 Main Street", "100 Elm Street"),
        ("12 US Highway 1", "12 US Highway 7"),
        ("1907 NW 38th Street", "1907 NW 39th Street"),
        ("100 La Rosa Drive", "100 La Palma Drive"),
        ("PO Box 12", "12 Main Street"),
        ("Suite 4, 123 Main St", "4 Main Street"),
    ],
)
def test_two_streets_have_none_in_common(one: str, other: str) -> None:
    assert not street_spellings(one) & street_spellings(other)


@pytest.mark.parametrize("written", [row[1] for row in _ONE_STREET])
@pytest.mark.parametrize("ending", [".", ", years ago."])
def test_a_text_names_a_street_however_both_are_written(written: str, ending: str) -> None:
    secret = next(row[0] for row in _ONE_STREET if row[1] == written)
    text = f"Hello.\nWe moved from {written}{ending}\nCall us."
    assert without_mentions(text, street_spellings(secret)).text == "Hello.\nCall us."


def test_a_text_that_names_other_numbers_stays() -> None:
    text = "Open 7 days. Call 48155 for the seventh time.\nWe serve 148155 people on 7th Avenue."
    assert without_mentions(text, street_spellings("48155 NW 7th Avenue")).text == text


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("4815 NW Quince Water Hollow Road", "quincewaterhollow"),
        ("Quincewater Hollow Rd.", "quincewaterhollow"),
        ("Quincewater House, Unit 3", "quincewaterhouse"),
        ("2nd floor, Quincewater House", "quincewaterhouse"),
        ("Quincewater House #3", "quincewaterhouse"),
        ("P.O. Box 12", "box12"),
        ("3rd floor", ""),
        ("", ""),
    ],
)
def test_a_street_or_building_has_a_name_without_numbers(address: str, name: str) -> None:
    assert street_name(address) == name


def test_only_an_address_without_a_house_number_is_told_by_its_building() -> None:
    assert building_words("Quincewater House, Unit 3") == "quincewater house"
    assert building_words("4815 Quincewater House") == ""


def test_words_for_numbers_become_numbers() -> None:
    assert spelled("Twenty-First and one hundred fifth, then seven eleven") == "21 and 105 then 7 11"


def test_the_short_form_is_one_of_the_spellings() -> None:
    for address in itertools.chain.from_iterable(_ONE_STREET):
        number, name = street_words(address).split(" ", 1)
        assert f"{number.rstrip('a')} {name.replace(' ', '')}" in street_spellings(address)
