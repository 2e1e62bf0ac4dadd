"""The free-text screen finds what would lead someone to a place, and leaves the rest alone."""

import csv
from pathlib import Path

import pytest

from directory.listings.screen import holds_location, screen
from directory.listings.streets import street_words
from directory.values.plain_text import plain
from tests.directory.listings.sentence_families import HARMLESS_FAMILIES, TELLING_FAMILIES
from tests.directory.listings.sentences import HARMLESS, TELLING
from tests.effort import effort

_CELL = 32 * 1024
_HOSTILE = {
    "numbers and words": "1 a ",
    "long streets": "1 aa aa aa aa street ",
    "streets": "street ",
    "digits": "1",
    "single digits": "1 ",
    "capitals": "A ",
    "named streets": "on Abc Abc Abc Street ",
    "decimals": "1.111,",
    "plus codes": "2345+",
    "three words": "///aa.aa.",
    "lower-case streets": "12 oak oak oak ",
    "blocks": "a blocks ",
    "calles": "calle a a a a ",
    "postal codes": "12345-",
    "landmarks": "near the aaaa aaaa ",
    "full stops": ". ",
    "abbreviations": "st. ",
    "line ends": "\n",
    "degrees": "1°",
    "directions": "12 North Oak Elm Ash Fir ",
    "quotes": "'" * 3 + ")",
    "capital prepositions": "AT ",
    "prepositions and names": "on Aa ",
    "names after a number": "at 12 Aa ",
    "lines of numbers": "123 Aa Aa\n",
    "numbers and short words": "12 aa ",
    "crossings": "SW 8 y ",
    "between names": "between Aa and ",
    "in French": "près de la ",
    "in Haitian Creole": "bò yon ",
    "spelled out": "a b ",
    "number words": "two two ",
    "colors": "red and red ",
}


def test_it_finds_nearly_every_telling_sentence() -> None:
    assert len(set(TELLING)) == 100
    missed = [sentence for sentence in TELLING if not holds_location(sentence)]
    assert len(missed) <= 5, missed


def test_it_leaves_nearly_every_harmless_sentence() -> None:
    assert len(set(HARMLESS)) == 100
    caught = [sentence for sentence in HARMLESS if holds_location(sentence)]
    assert len(caught) <= 10, caught


def test_capitals_do_not_hide_a_place() -> None:
    missed = [sentence for sentence in TELLING if not holds_location(sentence.upper())]
    assert len(missed) <= 5, missed


@pytest.mark.parametrize("family", TELLING_FAMILIES)
def test_a_place_is_found_in_every_way_and_language_it_is_told(family: str) -> None:
    sentences = TELLING_FAMILIES[family]
    missed = [sentence for sentence in sentences if not holds_location(sentence)]
    hidden_by_capitals = [sentence for sentence in sentences if not holds_location(sentence.upper())]
    assert len(missed) <= 0.05 * len(sentences), missed
    assert len(hidden_by_capitals) <= 0.1 * len(sentences), hidden_by_capitals


@pytest.mark.parametrize("family", HARMLESS_FAMILIES)
def test_the_same_words_are_left_where_they_place_nothing(family: str) -> None:
    sentences = HARMLESS_FAMILIES[family]
    caught = [sentence for sentence in sentences if holds_location(sentence)]
    assert len(caught) <= 0.1 * len(sentences), caught


def test_most_of_a_real_directory_is_left(shared: Path) -> None:
    # A measure of harm, not of truth: about half of what goes there does name a place.
    with (shared / "data/miami211_hsds11/services.csv").open(encoding="utf-8", newline="") as file:
        texts = {plain(row["description"], 100_000) for row in csv.DictReader(file)}
    sentences = [line for text in sorted(texts) for line in text.split("\n") if line]
    removed = sum(bool(holds_location(sentence)) for sentence in sentences)
    assert len(sentences) > 5_000
    assert removed <= 0.03 * len(sentences)


def test_only_the_telling_sentence_goes() -> None:
    text = "We are open all night.\nThe house is at 77 N. Main St. in Springfield. Bring an ID."
    screened = screen(text)
    assert screened.text == "We are open all night.\nBring an ID."
    assert screened.rules == ("street-address",)


def test_an_address_over_two_lines_goes_with_both() -> None:
    screened = screen("Write to us:\n4500 W Flagler\nStreet, Miami\nThank you.")
    assert "Flagler" not in screened.text
    assert "Street" not in screened.text
    assert screened.text.endswith("Thank you.")


def test_a_harmless_text_comes_back_as_it_was() -> None:
    text = "\n\n".join(HARMLESS[:20])
    assert screen(text).text == text


@pytest.mark.parametrize(
    "written", ["1907 NW 38th Street", "1907 N.W. 38 St.", "1907 northwest 38th", "1907\nNW 38th St"]
)
def test_a_secret_street_is_found_however_it_is_written(written: str) -> None:
    secret = street_words("1907 N.W. 38th Street, Suite 2")
    screened = screen(f"Hello.\nWe moved from {written}, years ago.\nCall us.", secrets=[secret])
    assert "1907" not in screened.text
    assert screened.text.startswith("Hello.")
    assert screened.text.endswith("Call us.")


def test_a_secret_postal_code_is_found_by_itself() -> None:
    assert screen("We serve 33142 first. Call us.", secrets=["33142"]).text == "Call us."
    assert screen("We serve 33142 first. Call us.").rules == ()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("100 Main Street", "100 main"),
        ("100 W. Main St, Apt 4", "100 main"),
        ("1907-1911 NW 38th Street", "1907 38"),
        ("One Columbus Circle, NE", "1 columbus"),
        ("Health Center - 2520 NW 75th Street", "2520 75"),
        ("Suite 4, 123 Main St", "123 main"),
        ("100 Martin Luther King Blvd", "100 martin"),
        ("100 La Rosa Drive", "100 la rosa"),
        ("PO Box 540947", ""),
        ("Confidential", ""),
        ("", ""),
    ],
)
def test_a_street_has_one_spelling(address: str, words: str) -> None:
    assert street_words(address) == words


@pytest.mark.parametrize("piece", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_hostile_text_is_screened_in_time(piece: str) -> None:
    text = (piece * (_CELL // len(piece) + 1))[:_CELL]
    assert _fastest_ms(text) < 50


def test_the_time_grows_with_the_length_alone() -> None:
    piece = "1 Oak 42nd street near the St a block from bus 2345+67 12.345, # \n"
    text = (piece * 600)[:_CELL]
    assert _fastest_ms(text) < 12 * max(_fastest_ms(text[: _CELL // 4]), 1)


def _fastest_ms(text: str) -> float:
    took = []
    for _ in range(5):
        with effort() as spent:
            screen(text, secrets=["1907 38"])
        took.append(spent.seconds * 1_000)
    return min(took)
