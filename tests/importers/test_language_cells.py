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
        ("Sign language interpreter upon request", {"ase:interpreter"}),
        ("English, Spanish (translators are available as needed)", {"en:staff", "es:interpreter"}),
        ("English, Spanish, interpreters available", {"en:staff", "es:staff", "any:interpreter"}),
        ("English (interpreters for other languages)", {"en:staff", "any:interpreter"}),
        ("English, French (and language line for others)", {"en:staff", "fr:staff", "any:interpreter"}),
        ("English, American Sign Language by contract", {"en:staff", "ase:interpreter"}),
        ("Spanish, French and Creole interpreters", {"es:interpreter", "fr:interpreter", "ht:interpreter"}),
        ("Interpreters for Spanish and French", {"es:interpreter", "fr:interpreter"}),
        ("ASL; Arabic, Dutch, available by appointment", {"ase:staff", "ar:interpreter", "nl:interpreter"}),
        ("English, Offers written materials in Spanish", {"en:staff", "es:website"}),
        ("Website in Spanish, French", {"es:website", "fr:website"}),
        ("English; literature in Spanish is offered", {"en:staff", "es:website"}),
        ("Spanish, Chinese (Mandarin), Russian", {"es:staff", "cmn:staff", "ru:staff"}),
        ("Khmer (Cambodian), Lao", {"km:staff", "lo:staff"}),
        ("Chinese: Mandarin, Cantonese", {"zh:staff", "cmn:staff", "yue:staff"}),
        ("Bilingual (English/Spanish)", {"en:staff", "es:staff"}),
        ("Spanish - English - Creole", {"es:staff", "en:staff", "ht:staff"}),
        ("English; Spanish; TDD", {"en:staff", "es:staff"}),
        ("Espa+\u00a6ol", {"es:staff"}),
        ("Se habla espa\u00f1ol", {"es:staff"}),
        ("Int\u00e9rpretes disponibles en m\u00e1s de 200 idiomas", {"any:interpreter"}),
        ("140 Languages through the AT&T Language Line", {"any:interpreter"}),
        ("Spanish 24/7, Russian M-F", {"es:staff", "ru:staff"}),
        ("English only", {"en:staff"}),
        ("English, no Spanish", {"en:staff"}),
        ("no Spanish", set()),
        ("Spanish not available", set()),
        ("Spanish (not available)", set()),
        ("We do not offer services in Spanish", set()),
        ("Staff does not speak Creole", set()),
        ("sin espa\u00f1ol", set()),
        ("No interpreters", set()),
        ("none", set()),
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
        "Sign Language",
        "Fujianese",
        "Toisan interpreters available",
        "Karem",
        "Non-English speaking referrals reviewed",
        "Please call to see if someone speaks Polish",
        "Special needs are accommodated, as needed",
        "all levels of English proficiency welcome in every one of our programs",
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


@pytest.mark.parametrize(
    ("cell", "slots", "unknown"),
    [
        ("Spanish, Ethiopian, French", {"es:staff", "fr:staff"}, "Ethiopian"),
        (
            "English; Spanish speaking men are directed to Casa",
            {"en:staff"},
            "Spanish speaking men are directed to Casa",
        ),
        ("English (Spanish speakers are referred to Casa)", {"en:staff"}, "Spanish speakers are referred to Casa"),
        ("English, Spanish (contact Ana Ruiz)", {"en:staff", "es:staff"}, "contact Ana Ruiz"),
        ("English; open to students from all languages", {"en:staff"}, "open to students from all languages"),
        ("ASL, ask whoever answers about other languages", {"ase:staff"}, "ask whoever answers about other languages"),
    ],
)
def test_what_is_understood_of_a_cell_counts_and_the_rest_is_asked(cell: str, slots: set[str], unknown: str) -> None:
    read = _read(cell)
    assert {slot for slot, _ in read.facts} == slots
    assert read.unknown == (unknown,)


@pytest.mark.parametrize(
    ("cell", "limited", "not_limited"),
    [
        ("English, Spanish (limited)", {"es"}, {"en"}),
        ("English / Spanish / limited French", {"fr"}, {"en", "es"}),
        ("English, some French, some Spanish", {"fr", "es"}, {"en"}),
        ("Spanish, French (limited)", {"fr"}, {"es"}),
        # Here it may mean both, and the lesser claim is the safe one.
        ("Spanish & Creole (limited)", {"es", "ht"}, set()),
        ("Creole - not always available", {"ht"}, set()),
    ],
)
def test_limited_is_said_of_the_language_it_stands_beside(cell: str, limited: set[str], not_limited: set[str]) -> None:
    facts = [value for _, value in _read(cell).facts]
    assert {value.tag for value in facts if value.proficiency == "limited"} == limited
    assert {value.tag for value in facts if not value.proficiency} == not_limited


def test_what_is_denied_is_named_as_such_and_is_no_question() -> None:
    for cell in ("no Spanish", "Spanish not available", "Staff does not speak Spanish"):
        read = _read(cell)
        assert (read.facts, read.unknown) == ((), ())
        assert "language-denied" in read.rules
    assert _read("Interpreters not available").rules == ("interpreter-denied",)


@pytest.mark.parametrize(
    ("cell", "tag", "note"),
    [
        ("Mixteco (San Juan Mixtepec)", "mix", "San Juan Mixtepec"),
        ("Mixteco Alto (Tlaxiaco)", "mix", "Mixteco Alto (Tlaxiaco)"),
        ("Mixteco Bajo", "mix", "Mixteco Bajo"),
        ("Triqui de Copala", "trc", "Triqui de Copala"),
        ("Mam de Todos Santos", "mam", "Mam de Todos Santos"),
    ],
)
def test_the_variety_and_the_home_town_are_noted(cell: str, tag: str, note: str) -> None:
    fact = _read(cell).facts[0][1]
    assert (fact.tag, fact.how) == (tag, "staff")
    assert note in fact.note


@pytest.mark.parametrize(
    "cell",
    ["Mam via Spanish", "Mam (via Spanish)", "Mam, relay via Spanish", "Mam interpreter by relay through Spanish"],
)
def test_a_relay_is_an_interpreter_and_its_bridge_is_no_language_of_the_staff(cell: str) -> None:
    read = _read(cell)
    assert [slot for slot, _ in read.facts] == ["mam:interpreter"]
    assert "Spanish" in read.facts[0][1].note
    assert "language-by-relay" in read.rules


def test_a_misspelled_language_is_a_named_repair() -> None:
    read = _read("English, Itallian")
    assert [slot for slot, _ in read.facts] == ["en:staff", "it:staff"]
    assert read.rules == ("language-spelling",)


def test_equipment_is_no_language_and_no_question() -> None:
    read = _read("TDD")
    assert (read.facts, read.unknown, read.rules) == ((), (), ("equipment-named-among-languages",))


def test_words_of_a_sentence_that_are_codes_name_no_language() -> None:
    assert _slots("Spanish (request to speak to Spanish speaking person on duty)") == {"es:staff"}


def test_a_condition_stays_with_its_language() -> None:
    facts = dict(_read("Spanish, Hebrew (as needed)").facts)
    assert facts["he:staff"].note == "as needed"
    assert facts["es:staff"].note == ""


def test_what_is_said_twice_keeps_the_words_of_both() -> None:
    read = _read("Language line available", "Interpreters by phone")
    assert dict(read.facts)["any:interpreter"].note == "Language line available; Interpreters by phone"
