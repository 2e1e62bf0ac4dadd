"""Phrases of rule files are found in sentences, in time that grows with the length of the text alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import BadInputError
from importers.accepted_from import read_accepted_from
from importers.address_cells import mend_address
from importers.age_words import read_ages, whole_years
from importers.kind_words import shipped_kind_words
from importers.need_words import shipped_need_words
from importers.phrases import LONGEST_READ, Found, Phrases, longest, sentences
from importers.web_cells import read_web
from tests.effort import effort

_LONGEST_CELL = 32_768
_SECONDS = 1.0


def _found(phrase: str, text: str) -> bool:
    phrases = Phrases([(phrase, True)])
    return any(True for sentence in sentences(text) for _ in phrases.find(sentence.words))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("walk-in", "Walk in, please"),
        ("child*", "for children"),
        ("child*", "a child"),
        ("no|not required", "It is not required"),
        ("no .. required", "No photo ID is required"),
        ("=women", "Women."),
        ("niños", "NINOS"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert _found(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("child", "children"),
        ("=women", "women and men"),
        ("no .. required", "no one two three four five required"),
        ("no .. required", "No. ID required"),
    ],
)
def test_a_phrase_is_not_found_in_other_words(phrase: str, text: str) -> None:
    assert not _found(phrase, text)


@pytest.mark.parametrize(
    "phrase", ["", "=", ".. women", "women ..", "no .. .. men", "a|", "walk-in|drop-in", "x " * 13]
)
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(BadInputError):
        Phrases([(phrase, True)])


def test_lines_points_and_initials_are_told_apart() -> None:
    assert [one.text for one in sentences("Must be a U.S. citizen. Bring:\n* I.D.\n- a bill")] == [
        "Must be a US citizen.",
        "Bring:",
        "ID",
        "a bill",
    ]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8)), max_size=30))
def test_of_phrases_within_one_another_the_longest_stays(spans: list[tuple[int, int]]) -> None:
    found = [Found("x", start, start + length) for start, length in spans]
    kept = longest(found)
    for one in found:
        assert any(other.start <= one.start and other.end >= one.end for other in kept)
    for one in kept:
        holders = [other for other in found if other.start <= one.start and other.end >= one.end]
        assert all((other.start, other.end) == (one.start, one.end) for other in holders)


@given(st.text(max_size=300))
def test_no_text_breaks_the_readers_of_words(text: str) -> None:
    shipped_kind_words().read(text, taxonomy=[text], texts=[text])
    shipped_need_words().read([("eligibility", text), ("description", text)])
    read_ages([("eligibility", text)], is_one_program=True)
    read_accepted_from([("eligibility", text)], lambda _: None)


@pytest.mark.parametrize(
    "scrap",
    [
        *("no ", "women and ", "12-", "18 to ", "ages 12 ", "under the age of ", "boys up to ", "children children "),
        *(
            "must be a resident of A ",
            "Residents of A, ",
            "free .. ",
            "not ",
            "( ",
            "\n",
            "* ",
            "a",
            "1",
            " ",
            "é",
            "-",
        ),
        *(
            "at ",
            "www.",
            "http://",
            "a@",
            "PO Box ",
            "A, ",
            "people 1 and ",
            "groups of up to ",
            "for .. for ",
            "U.S. ",
        ),
    ],
)
def test_the_longest_cell_is_read_in_bounded_time(scrap: str) -> None:
    cell = (scrap * (_LONGEST_CELL // len(scrap) + 1))[:_LONGEST_CELL]
    with effort() as spent:
        shipped_kind_words().read(cell[:200], taxonomy=[cell[:200]], texts=[cell])
        shipped_need_words().read([("eligibility", cell), ("description", cell)])
        read_ages([("eligibility", cell)], is_one_program=True)
        read_accepted_from([("eligibility", cell)], lambda _: None)
        whole_years(cell)
        read_web(cell, cell)
        mend_address({"address_1": cell, "city": cell, "state_province": cell, "postal_code": cell, "country": cell})
    assert spent.seconds < _SECONDS
    assert sum(len(sentence.text) for sentence in sentences(cell)) <= LONGEST_READ
