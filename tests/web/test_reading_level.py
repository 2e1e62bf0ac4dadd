"""Words that people can read in a hurry, and that promise nothing which nobody can keep.

Levels are textstat's. In English two measures are taken that count letters and need no dictionary of sounds, the
automated readability index and that of Coleman and Liau: both give years of school. In Spanish it is the scale of
Fernández Huerta, on which 90 is a text for the fourth grade, 80 for the fifth, 70 for the sixth and 60 for the eighth,
and Crawford's measure, which gives years of school.
"""

import re

import pytest
import textstat

from directory.settings import OWN_LANGUAGES, TELLING_WORDS
from web.wording import Wording, catalogue

# Words that are read by whoever is in need; and those for people who help them at work.
FOR_EVERYBODY = (
    "device.",
    "notice.",
    "safety.",
    "error.",
    "always.",
    "reported.",
    "wrong.",
    "nothing.",
    "finder.",
    "aloud.",
    "carry.",
    "entries.",
    "form.",
    "poster.",
)
FOR_HELPERS = (
    "beside.", "call.", "say.", "asks.", "remind.", "takes.", "exam.", "chart.", "interpreter.", "pack.", "sheet.",
)  # fmt: skip
# Nobody can keep these. The stems of both languages are looked for in both.
_PROMISES = re.compile(
    r"eras(?:e[sd]?|ing)\b|untrace|undetect|anonym|an[oó]nim|100 ?%|guarant|garanti|safe from|a salvo|impossible"
    r"|imposible|completely|totally|por completo|totalmente|no trace|(?:not?|never) (?:leave|left)"
    r"|(?:no|sin) (?:dej\w+ )?rastro|\bborra|(?<!not )\bclears? (?:your|the) (?:tracks|history)"
    r"|(?<!no )\blimpia (?:su|el)|cannot be (?:seen|traced)|nobody can (?:see|know|tell)|nadie puede (?:ver|saber)"
    r"|invisible|bulletproof|fully|always safe|siempre seguro|secret[oa]?\b",
    re.IGNORECASE,
)
# Headings of pages, groups and folds, and what can be pressed, by the ends of their ids.
_SEEN_FROM_AFAR = re.compile(
    r"^(?:bar\.|foot\.|tile\.|block\.\w+$|safety\.\w+$|beside\.\w+$|entries\.\w+$|notice\.|form\.|poster\.)"
    r"|\.(?:title|back|more|again|show)$"
)


def _read(language: str, prefixes: tuple[str, ...]) -> str:
    """All sentences under these ids, one after the other; what a sentence takes is a plain word."""
    sentences = [
        re.sub(r"\{\w+\}", "Leave", form)
        for text_id, text in catalogue(language).texts.items()
        if text_id.startswith(prefixes)
        for form in text
        if form.endswith((".", "?"))
    ]
    assert sum(len(sentence.split()) for sentence in sentences) > 150
    return " ".join(sentences)


@pytest.mark.parametrize(
    ("prefixes", "grade"),
    [(FOR_EVERYBODY, 6), (("safety.",), 6), (("entries.",), 6), (("form.", "poster."), 6), (FOR_HELPERS, 9)],
)
def test_english_is_read_after_six_years_of_school_and_by_helpers_after_nine(
    prefixes: tuple[str, ...], grade: int
) -> None:
    text = _read("en", prefixes)
    textstat.set_lang("en_US")
    assert textstat.automated_readability_index(text) <= grade
    assert textstat.coleman_liau_index(text) <= grade


@pytest.mark.parametrize(
    ("prefixes", "ease", "grade"),
    [
        (FOR_EVERYBODY, 80, 6),
        (("safety.",), 80, 6),
        (("entries.",), 80, 6),
        (("form.", "poster."), 80, 6),
        (FOR_HELPERS, 70, 9),
    ],
)
def test_spanish_is_as_easy_as_that(prefixes: tuple[str, ...], ease: int, grade: int) -> None:
    """Ten points above the scale, because the syllables that textstat counts in Spanish are some too few."""
    text = _read("es", prefixes)
    textstat.set_lang("es")
    assert textstat.fernandez_huerta(text) >= ease
    assert textstat.crawford(text) <= grade


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_no_sentence_is_longer_than_a_breath(language: str) -> None:
    long = [
        sentence
        for sentence in re.split(r"(?<=[.?!:])\s+", _read(language, FOR_EVERYBODY + FOR_HELPERS))
        if len(sentence.split()) > 25
    ]
    assert long == []


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_what_stays_on_the_device_is_named_in_sixty_words(language: str) -> None:
    """The name in the history, software, accounts, router, and what is safer: wherever the fold stands."""
    said = Wording(language)("device.text")
    assert 30 <= len(said.split()) <= 60
    named = {
        "en": ("name of this site", "history", "spy", "account", "router", "another device", "call"),
        "es": ("nombre de este sitio", "historial", "espía", "cuenta", "router", "otro aparato", "llamar"),
    }[language]
    assert [words for words in named if words not in said] == []


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_no_text_promises_what_nobody_can_keep(language: str) -> None:
    promising = {
        text_id: form for text_id, text in catalogue(language).texts.items() for form in text if _PROMISES.search(form)
    }
    assert promising == {}


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_no_heading_and_nothing_that_can_be_pressed_names_the_topic(language: str) -> None:
    seen = {
        text_id: form
        for text_id, text in catalogue(language).texts.items()
        if _SEEN_FROM_AFAR.search(text_id)
        for form in text
    }
    assert {"safety.title", "safety.seen", "beside.title", "foot.beside", "notice.more", "bar.leave"} <= seen.keys()
    telling = [text_id for text_id, form in seen.items() if any(word in form.casefold() for word in TELLING_WORDS)]
    assert telling == []
