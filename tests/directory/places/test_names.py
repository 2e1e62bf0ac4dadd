import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.places.names import fold_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Louis", "SAINT  LOUIS"),
        ("Ft. Myers", "Fort Myers"),
        ("Mt Pleasant", "Mount Pleasant"),
        ("Sault Ste. Marie", "Sault Sainte Marie"),
        ("Saint-Jérôme", "saint jerome"),
        ("O'Fallon", "O Fallon"),
        ("Coeur d\u2019Alene", "coeur d alene"),
        ("Mc Allen", "McAllen"),
        ("La Grange", "LaGrange"),
        ("N. Miami", "North Miami"),
        ("No Little Rock", "North Little Rock"),
        ("E. St. Louis", "East Saint Louis"),
        ("The Bronx", "Bronx"),
        ("City of Boston", "boston"),
        ("D.C.", "dc"),
        ("Nu\u2018uuli", "Nuuuli"),
        ("Palm Spgs", "Palm Springs"),
    ],
)
def test_ways_to_write_one_name_are_the_same(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("Newport", "Newton"), ("North Miami", "Miami"), ("Lake Wales", "Wales")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@given(st.text(max_size=80))
def test_a_folded_name_is_lower_case_without_doubled_blanks(text: str) -> None:
    folded = fold_name(text)
    assert folded == " ".join(folded.split())
    assert folded == folded.casefold()
