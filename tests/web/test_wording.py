"""Every language says everything, in its own plurals, dates and times."""

import datetime as dt
import re
from pathlib import Path

import pytest

from tests.services import ROOT
from web.wording import LANGUAGES, Plural, Wording, catalogue, km_of_radius

TODAY = dt.date(2026, 11, 14)
_PLACE = re.compile(r"\{(\w+)\}")
# Their last part is a code: of a kind, a level, a status, a method ...
_MADE_OF_PARTS = (
    "tile.", "level.", "how.", "noted.", "slot.", "tell.", "field.", "error.", "number.", "number_word.", "fact.",
    "at.", "until.", "need.", "opening.", "sex.", "child.", "which.", "finder.unknown.",
)  # fmt: skip


def _forms(text: str | Plural) -> list[str]:
    return [text.one, text.other] if isinstance(text, Plural) else [text]


def _sources() -> str:
    files = [*(ROOT / "web").rglob("*.py"), *(ROOT / "web/templates").rglob("*.html")]
    return "\n".join(Path(file).read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_language_has_the_ids_and_places_of_english(language: str) -> None:
    english, other = catalogue("en").texts, catalogue(language).texts
    assert set(other) == set(english)
    for text_id, text in english.items():
        assert isinstance(other[text_id], Plural) == isinstance(text, Plural), text_id
        wanted = set(_PLACE.findall(_forms(text)[-1]))
        assert all(set(_PLACE.findall(form)) == wanted for form in _forms(other[text_id])), text_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_months_weekdays_and_no_empty_text(language: str) -> None:
    found = catalogue(language)
    assert len(set(found.months)) == 12
    assert len(set(found.weekdays)) == 7
    assert [text_id for text_id, text in found.texts.items() if not all(_forms(text))] == []


def test_every_text_is_used_and_every_used_text_exists() -> None:
    sources, texts = _sources(), set(catalogue("en").texts)
    used = set(re.findall(r"""\b(?:_?t|self)(?:\.count)?\(\s*["']([a-z_.-]+)["'][,)]""", sources))
    assert len(used) > 100
    assert used - texts == set()
    unused = {text_id for text_id in texts if f'"{text_id}"' not in sources and f"'{text_id}'" not in sources}
    assert {text_id for text_id in unused if not text_id.startswith(_MADE_OF_PARTS)} == set()


def test_what_stays_behind_is_said_in_sixty_words() -> None:
    for language in LANGUAGES:
        said = Wording(language)("device.text")
        assert 20 < len(said.split()) <= 60, language
        assert not re.search(r"erase|borra (?:todo|sus)", said), language


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        (TODAY, "today, 14 Nov", "hoy, 14 nov"),
        (TODAY - dt.timedelta(1), "yesterday, 13 Nov", "ayer, 13 nov"),
        (TODAY - dt.timedelta(12), "12 days ago, 2 Nov", "hace 12 días, el 2 nov"),
        (TODAY - dt.timedelta(42), "6 weeks ago, 3 Oct", "hace 6 semanas, el 3 oct"),
        (TODAY - dt.timedelta(156), "5 months ago, 11 Jun", "hace 5 meses, el 11 jun"),
        (TODAY - dt.timedelta(420), "14 months ago, 20 Sep 2025", "hace 14 meses, el 20 sep 2025"),
        (TODAY - dt.timedelta(800), "2 years ago, 5 Sep 2024", "hace 2 años, el 5 sep 2024"),
        (TODAY + dt.timedelta(1), "today, 15 Nov", "hoy, 15 nov"),
    ],
)
def test_a_day_is_said_with_its_age(day: dt.date, english: str, spanish: str) -> None:
    assert Wording("en").ago(day, today=TODAY) == english
    assert Wording("es").ago(day, today=TODAY) == spanish


@pytest.mark.parametrize(
    ("minute", "english", "spanish"),
    [
        (0, "midnight", "hasta la medianoche"),
        (60, "1 a.m.", "hasta la 1 a. m."),
        (420, "7 a.m.", "hasta las 7 a. m."),
        (720, "noon", "hasta el mediodía"),
        (795, "1:15 p.m.", "hasta la 1:15 p. m."),
        (1050, "5:30 p.m.", "hasta las 5:30 p. m."),
        (1440, "midnight", "hasta la medianoche"),
    ],
)
def test_a_time_is_said_as_people_say_it(minute: int, english: str, spanish: str) -> None:
    assert Wording("en").clock(minute) == english
    assert Wording("es").until(minute) == spanish


def test_a_distance_is_in_the_unit_people_think_in() -> None:
    t = Wording("en")
    assert t.distance(2.25, "US") == "1.4 miles"
    assert t.distance(2.25, "CA") == "2.2 km"
    assert t.distance(40, "US") == "25 miles"
    assert t.distance(0.01, "US") == "0.1 miles"
    assert km_of_radius(25, "US") == pytest.approx(40.2, abs=0.1)
    assert km_of_radius(25, "CA") == 25


def test_lists_are_said_as_sentences() -> None:
    t, es = Wording("en"), Wording("es")
    assert [t.both(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert es.both(["español", "inglés"]) == "español e inglés"
    assert es.both(["agua", "hielo"]) == "agua y hielo"


def test_a_sentence_ends_in_one_full_stop() -> None:
    t = Wording("en")
    assert t.sentence("until 5 p.m.") == "Until 5 p.m."
    assert t.sentence("24 hours a day") == "24 hours a day."


def test_one_has_a_form_of_its_own() -> None:
    assert Wording("en").count("age.days", 1) == "1 day"
    assert Wording("es").count("age.months", 1) == "1 mes"
