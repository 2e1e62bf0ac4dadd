"""What holds for every language cell, whatever stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.values.language import all_languages, bit_of, closest_language, find_language
from importers.language_cells import LanguagesRead, read_languages
from tests.effort import effort

_NAMES = [entry.labels["en"] for entry in all_languages()]
_WORDS = [
    "limited", "(limited)", "interpreters", "available", "upon request", "(website)", "no", "not", "only", "and", ",",
    ";", "/", "-", "(", ")", ":", "\n", "all languages", "except", "via", "sign language", "TDD", "staff speaks", "y",
    "Creole", "150 languages", "Qxzyw", "\ue000", "&", "some", "referred to", "call", "materials in",
]  # fmt: skip
_cells = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from([*_WORDS, *_NAMES]), max_size=8).map(" ".join),
    st.lists(st.sampled_from(_WORDS), max_size=10).map("".join),
)


def _read(*cells: str) -> LanguagesRead:
    return read_languages(cells, aliases={"Creole": "ht"})


@given(_cells)
def test_every_fact_is_of_a_language_of_the_table(cell: str) -> None:
    for slot, fact in _read(cell).facts:
        assert slot == f"{fact.tag}:{fact.how}"
        assert bit_of(fact.tag) is not None or (fact.tag == "any" and fact.how == "interpreter")
        assert len(fact.note) <= 200
        assert len(fact.channel) <= 200


@given(_cells)
def test_a_cell_with_letters_gives_a_fact_a_question_or_a_rule_that_says_why_not(cell: str) -> None:
    read = _read(cell)
    if any(map(str.isalnum, cell)):
        assert read.facts or read.unknown or read.rules


@given(_cells)
def test_a_word_that_nobody_knows_is_asked_about_or_kept_in_a_note(cell: str) -> None:
    # The parenthesis ends what may be a remark on something left out, such as a website in what the staff speaks.
    read = _read(f"Spanish, {cell}), Qxzyw")
    kept = [fact.note + fact.channel for _, fact in read.facts]
    assert any("Qxzyw" in text for text in (*read.unknown, *kept))


@given(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=8, unique=True), st.sampled_from([", ", "; ", "\n"]))
def test_a_list_of_names_is_all_of_them_whatever_parts_it(names: list[str], between: str) -> None:
    cell = between.join(names)
    read = _read(cell)
    named = {find_language(name) for name in names}
    # "Kurdish, Kurmanji" is one name, written the other way round.
    is_one_name = between == ", " and len(named) == 2 and len(read.facts) == 1
    assert read.unknown == ()
    assert {fact.tag for _, fact in read.facts} == ({find_language(cell)} if is_one_name else named)
    assert all(fact.how == "staff" for _, fact in read.facts)


@given(st.sampled_from(_NAMES))
def test_nothing_denied_or_only_written_is_spoken(name: str) -> None:
    for cell in (f"no {name}", f"{name} not available", f"{name} (website)", f"All languages except {name}"):
        assert all(fact.how != "staff" for _, fact in _read(cell).facts)


@given(_cells)
def test_reading_twice_is_reading_once(cell: str) -> None:
    assert _read(cell, cell).facts == _read(cell).facts


@given(st.text(max_size=60))
def test_a_misspelling_leads_to_a_language_of_the_table_or_nowhere(text: str) -> None:
    tag = closest_language(text)
    assert tag is None or bit_of(tag) is not None


@pytest.mark.parametrize(
    "piece", ["(", "a (", "and ", ", ", "Spanish and ", "via ", "all 10 ", "no ", "- ", ":", "\ue000", "x"]
)
def test_long_cells_take_no_longer_than_a_glance(piece: str) -> None:
    for length in (499, 32 * 1024):
        cell = (piece * (length // len(piece) + 1))[:length]
        with effort() as spent:
            _read(cell)
        # Fifty milliseconds at rest; a busy machine may need a few times as long.
        assert spent.seconds < 0.25
