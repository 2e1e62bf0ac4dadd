"""Codes as words, also codes that this version does not know."""

from web.pages.term_words import language_words, term_words
from web.wording import Wording

T, ES = Wording("en"), Wording("es")


def test_names_of_languages_keep_their_capital_in_english_sentences() -> None:
    assert language_words("es", T, inside=True) == "Spanish"
    assert language_words("es", ES, inside=True) == "español"


def test_a_line_begins_with_a_capital() -> None:
    assert language_words("es", ES) == "Español"
    assert term_words("population", "with-children", ES) == "Con hijas o hijos"


def test_a_code_that_nobody_knows_is_shown_as_it_is() -> None:
    assert term_words("house-rule", "shoes-off", T) == "Shoes off"
    assert language_words("qaa", T) == "Qaa"
    assert language_words("any", T) == "any language"
