"""Languages as cells have them: staff, interpreters and paper are told apart, and nothing is guessed."""

import pytest

from importers.language_cells import LanguagesRead, read_languages

_ALIASES = {"Creole": "ht"}


def _read(*cells: str) -> LanguagesRead:
    return read_languages(cells, aliases=_ALIASES)


def _slots(*cells: str) -> set[str]:
    return {slot for slot, _ in _read(*cells).facts}


@pytest.mark.parametrize(
    ("cell", "slots"),
    [
        ("Spanish", {"es:staff"}),
        ("Creole", {"ht:staff"}),
        ("ASL", {"ase:staff"}),
        ("English and Spanish", {"en:staff", "es:staff"}),
        ("English/Spanish", {"en:staff", "es:staff"}),
        ("English; Spanish", {"en:staff", "es:staff"}),
        ("English, Spanish, and Haitian Creole", {"en:staff", "es:staff", "ht:staff"}),
        ("inglés y español", {"en:staff", "es:staff"}),
        ("K'iche', Mam", {"quc:staff", "mam:staff"}),
        ("* English", {"en:staff"}),
        ("and Hindi", {"hi:staff"}),
        ("English\nSpanish", {"en:staff", "es:staff"}),
        ("Group Counseling: English", {"en:staff"}),
        ("The staff speaks English and Spanish.", {"en:staff", "es:staff"}),
        ("Spanish (website)", {"es:website"}),
        ("Materials available in: English", {"en:website"}),
        ("Spanish (Portuguese - publications only)", {"es:staff", "pt:website"}),
        ("Interpreters available in 150 languages", {"any:interpreter"}),
        ("Other languages available upon request", {"any:interpreter"}),
        ("Language line available", {"any:interpreter"}),
        ("170 other languages", {"any:interpreter"}),
        ("All languages except sign language", {"any:interpreter"}),
        ("All languages via language line, except ASL", {"any:interpreter"}),
        ("Creole with translators available upon request", {"ht:interpreter"}),
        ("translation services provided for Spanish", {"es:interpreter"}),
        ("French, other languages upon request", {"fr:staff", "any:interpreter"}),
        ("Haitian Creole. Interpretation is also available for other languages.", {"ht:staff", "any:interpreter"}),
        ("Interpreters for hearing-impaired clients", {"ase:interpreter"}),
    ],
)
def test_a_cell_says_who_speaks_what(cell: str, slots: set[str]) -> None:
    read = _read(cell)
    assert {slot for slot, _ in read.facts} == slots
    assert read.unknown == ()


@pytest.mark.parametrize(
    "cell",
    [
        "Languages vary by consulate",
        "Lesotho",
        "Si",
        "Bilingual staff",
        "as needed for the family",
        "and can be arranged if a client brings a personal interpreter",
        "resources available in 13 additional languages",
        "x" * 600,
    ],
)
def test_what_is_not_understood_stays_a_question(cell: str) -> None:
    read = _read(cell)
    assert read.facts == ()
    assert read.unknown == (cell,)


@pytest.mark.parametrize(
    "cell", ["Spanish (limited)", "limited Spanish", "some Spanish", "Spanish (limited availability)"]
)
def test_limited_is_kept_as_the_proficiency(cell: str) -> None:
    read = _read(cell)
    assert read.facts[0][1].proficiency == "limited"
    assert "language-limited" in read.rules


def test_whoever_speaks_it_needs_no_interpreter_for_it() -> None:
    assert _slots("Spanish", "Spanish interpreters available") == {"es:staff"}


def test_a_name_of_this_source_is_named_as_such() -> None:
    assert "source-language-name" in _read("Creole").rules
    assert read_languages(["Creole"], aliases={}).unknown == ("Creole",)


def test_interpreters_for_anything_set_no_language_of_their_own() -> None:
    facts = dict(_read("Interpreters available in 150 languages").facts)
    assert facts["any:interpreter"].tag == "any"
    assert "150" in facts["any:interpreter"].note
