"""Every language says everything, in its own plurals, dates and times."""

import datetime as dt
import re
from pathlib import Path

import pytest
from markupsafe import escape

from directory.settings import OWN_LANGUAGES
from directory.vocabulary import terms
from tests.services import ROOT
from web.wording import DRAFTED, LANGUAGES, Borrowed, Wording, catalogue, km_of_radius

TODAY = dt.date(2026, 11, 14)
_PLACE = re.compile(r"\{(\w+)\}")
# Their last part is a code: of a kind, a level, a status, a method ...
_MADE_OF_PARTS = (
    "tile.", "level.", "how.", "noted.", "slot.", "tell.", "field.", "error.", "number.", "number_word.", "fact.",
    "at.", "until.", "need.", "opening.", "sex.", "child.", "which.", "finder.unknown.",
    "digit.", "call.whom.", "say.", "asks.", "rule.",
    "remind.", "reason.", "entries.reason.", "aloud.mind.", "card_label.", "card_size.",
    "went.", "missing.", "reliability.usual.",
)  # fmt: skip


def _sources() -> str:
    files = [*(ROOT / "web").rglob("*.py"), *(ROOT / "web/templates").rglob("*.html")]
    return "\n".join(Path(file).read_text(encoding="utf-8") for file in files)


def _places(text: str) -> set[str]:
    """The values that a text takes; a time is told by twelve hours or by twenty-four."""
    return {name.removesuffix("_24") for name in _PLACE.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_everything_that_english_says_with_the_same_values(language: str) -> None:
    english, other = catalogue("en").texts, catalogue(language).texts
    assert {text_id for text_id in other if not text_id.startswith("term.")} == set(english)
    for text_id, forms in english.items():
        assert (len(other[text_id]) > 1) <= (len(forms) > 1), text_id
        assert [form for form in other[text_id] if not form or _places(form) != _places(forms[-1])] == [], text_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_finds_its_form_in_each_language(language: str) -> None:
    t = Wording(language, lent="")
    counted = [text_id for text_id, forms in catalogue("en").texts.items() if len(forms) > 1]
    values = dict.fromkeys({name for text_id in counted for name in _places(catalogue("en").texts[text_id][-1])}, "x")
    values.pop("n")
    forms = {text_id: {t.count(text_id, n, **values) for n in range(1, 130)} for text_id in counted}
    assert all(forms.values())
    assert t.count("age.days", 3) != t.count("age.days", 4)


@pytest.mark.parametrize("language", DRAFTED)
def test_a_draft_names_every_term_and_marks_exactly_what_is_prose(language: str) -> None:
    found = catalogue(language)
    terms_of_it = {text_id for text_id in found.texts if text_id.startswith("term.")}
    assert terms_of_it == {f"term.{scheme}.{term.code}" for scheme in terms.schemes() for term in terms.terms(scheme)}
    assert found.drafts == catalogue("en").prose
    assert len(found.drafts) > 90


@pytest.mark.parametrize("language", DRAFTED)
def test_a_draft_is_no_copy_of_english(language: str) -> None:
    """Short words may be the same by chance or by right ("TTY", "km"); sentences never are."""
    english, other = catalogue("en").texts, catalogue(language).texts
    sentences = {text_id: forms[-1] for text_id, forms in english.items() if len(_PLACE.sub("", forms[-1]).split()) > 2}
    assert len(sentences) > 200
    assert [text_id for text_id, text in sentences.items() if other[text_id][-1] == text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_months_and_weekdays(language: str) -> None:
    t = Wording(language)
    assert len({t.month(dt.date(2026, month, 1)) for month in range(1, 13)}) == 12
    assert len({t.weekday(index) for index in range(7)}) == 7


def test_prose_that_nobody_has_read_is_lent_with_its_language_and_labels_are_not() -> None:
    lent, read = Wording("ar", lent="es"), Wording("ar", lent="")
    assert lent("device.text") == Wording("es")("device.text")
    assert str(escape(lent("device.text"))).startswith('<span lang="es" dir="ltr">El nombre')
    assert read("device.text") not in {Wording("es")("device.text"), Wording("en")("device.text")}
    assert str(escape(read("device.text"))) == read("device.text")
    assert lent("bar.leave") == read("bar.leave") != Wording("en")("bar.leave")
    assert lent("abandoned", day=TODAY) == Wording("es")("abandoned", day=TODAY)
    assert read("abandoned", day=TODAY) == read("abandoned", day=read.day(TODAY)) != lent("abandoned", day=TODAY)
    assert str(escape(Borrowed("<b>", "en"))) == '<span lang="en" dir="ltr">&lt;b&gt;</span>'
    assert lent.is_partial
    assert not read.is_partial


def test_every_text_is_used_and_every_used_text_exists() -> None:
    sources, texts = _sources(), set(catalogue("en").texts)
    used = set(re.findall(r"""\b(?:_?t|self)(?:\.count)?\(\s*["']([a-z_.-]+)["'][,)]""", sources))
    assert len(used) > 100
    assert used - texts == set()
    unused = {text_id for text_id in texts if f'"{text_id}"' not in sources and f"'{text_id}'" not in sources}
    assert {text_id for text_id in unused if not text_id.startswith(_MADE_OF_PARTS)} == set()


def test_what_stays_behind_is_said_in_sixty_words() -> None:
    for language in OWN_LANGUAGES:
        said = Wording(language)("device.text")
        assert 20 < len(said.split()) <= 60, language
        assert not re.search(r"erase|borra (?:todo|sus)", said), language


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        (TODAY, "today, Nov 14", "hoy, 14 nov"),
        (TODAY - dt.timedelta(1), "yesterday, Nov 13", "ayer, 13 nov"),
        (TODAY - dt.timedelta(12), "12 days ago, Nov 2", "hace 12 días, el 2 nov"),
        (TODAY - dt.timedelta(42), "6 weeks ago, Oct 3", "hace 6 semanas, el 3 oct"),
        (TODAY - dt.timedelta(156), "5 months ago, Jun 11", "hace 5 meses, el 11 jun"),
        (TODAY - dt.timedelta(420), "14 months ago, Sep 20, 2025", "hace 14 meses, el 20 sep 2025"),
        (TODAY - dt.timedelta(800), "2 years ago, Sep 5, 2024", "hace 2 años, el 5 sep 2024"),
        (TODAY + dt.timedelta(1), "today, Nov 15", "hoy, 15 nov"),
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
