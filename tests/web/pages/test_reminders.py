"""The notes beside a number, as they are read: reminders with their source, the record, interpreters."""

import re

import pytest

from directory.cards.card import Card
from directory.reporting.queries import READERS, every_reminder
from directory.settings import OWN_LANGUAGES, TELLING_WORDS
from directory.vocabulary import terms
from web.pages.reminders import interpreter_notes, readers, shown_chart, shown_reminders
from web.wording import Wording, catalogue

EN, ES = Wording("en"), Wording("es")
_VERDICTS = re.compile(
    r"\b(?:must|shall|required to|have a duty|illegal|against the law|legal advice)\b"
    r"|\b(?:debe|está obligad[oa]|tiene que|ilegal)\b|\byou (?:are to|have to)\b",
    re.IGNORECASE,
)


def _card(**fields: object) -> Card:
    return Card(id="1", service="1", name="Calle Nueva", **fields)  # type: ignore[arg-type]


def _notes(card: Card, language: str = "", t: Wording = EN) -> list[str]:
    return list(interpreter_notes(card, t, language=language))


def test_a_reminder_says_where_it_comes_from_and_as_of_when() -> None:
    found = {one.text[:10]: one.source for one in shown_reminders(EN, "clinician", country="US", about_minors=True)}
    assert found["An adult: "] == "45 CFR 164.512(c); as of Nov 26, 2026"
    assert found["Which woun"] == "45 CFR 164.512(f)(1)(i); state law; as of Nov 26, 2026"
    assert found["A call to "] == "Practice of this field; as of Nov 26, 2026"
    spanish = shown_reminders(ES, "advocate", country="US", about_minors=False)
    assert "Ley del estado; al 26 nov 2026" in [one.source for one in spanish]


def test_under_18_comes_first_where_minors_are_concerned_and_says_who_decides() -> None:
    first = shown_reminders(EN, "", country="US", about_minors=True)[0]
    assert first.text.startswith(
        "Under 18: your state\N{RIGHT SINGLE QUOTATION MARK}s law decides if, when and to whom you"
    )
    assert shown_reminders(ES, "", country="CA", about_minors=True)[0].text.startswith("Menores de 18 años: la ley")


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_no_reminder_is_a_verdict(language: str) -> None:
    """They say who decides; nobody is told here that they must."""
    texts = catalogue(language).texts
    said = {text_id: forms[0] for text_id, forms in texts.items() if text_id.startswith("remind.")}
    assert {text_id: text for text_id, text in said.items() if _VERDICTS.search(text)} == {}


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_every_reminder_is_one_short_line_and_none_is_without_one(language: str) -> None:
    t = Wording(language)
    for one in every_reminder():
        text = t(f"remind.{one.id}")
        assert text.endswith(".")
        assert len(text.split()) <= 32, one.id
    assert all(f"remind.{one.id}" in catalogue("en").prose for one in every_reminder())
    labels = {"source", "practice", "state_law", *(f"reader.{one}" for one in ("none", *READERS))}
    words = {text_id for text_id in catalogue(language).texts if text_id.startswith("remind.")}
    assert words == {f"remind.{one.id}" for one in every_reminder()} | {f"remind.{label}" for label in labels}


def test_the_roles_of_a_reader_begin_with_none() -> None:
    assert [(one.value, one.label) for one in readers(EN)][:2] == [("", "Not said"), ("clinician", "Clinician")]
    assert [one.value for one in readers(ES)] == ["", *READERS]


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_a_phrase_for_the_record_tells_nothing(language: str) -> None:
    t = Wording(language)
    chart = shown_chart(t)
    assert len(chart.phrases) == 4
    kinds = {terms.label("kind", term.code, language).casefold() for term in terms.terms("kind")}
    for phrase in chart.phrases:
        assert not any(character.isdigit() for character in phrase)
        assert not any(word in phrase.casefold() for word in (*TELLING_WORDS, *kinds))
    assert chart.never
    assert chart.why


def test_a_listing_of_interpreters_says_how_they_are_there_and_what_to_ask() -> None:
    notes = _notes(_card(kinds=["interpretation-phone", "interpretation-video"]))
    assert notes[:2] == ["By phone and by video.", "Not stated, ask: in person."]
    assert any("Never a companion, a relative or a child." in note for note in notes)
    assert any("which language they want" in note and "a woman or a man" in note for note in notes)
    assert any("ties" in note and "phone or video first" in note for note in notes)
    assert _notes(_card(kinds=["interpretation"]))[0] == "Not stated, ask: by phone, by video and in person."
    every = ["interpretation-in-person", "interpretation-phone", "interpretation-video"]
    assert not any(note.startswith("Not stated") for note in _notes(_card(kinds=every)))
    assert _notes(_card(kinds=every), t=ES)[0] == "Por teléfono, por video y en persona."


@pytest.mark.parametrize(
    ("languages", "language", "needed"),
    [
        ({"es": "staff"}, "es", False),
        ({"es": "interpreter"}, "es", True),
        ({"any": "interpreter"}, "es", True),
        ({"ht": "staff"}, "es", True),
        ({}, "es", True),
        ({}, "", False),
        ({"any": "interpreter"}, "", False),
        ({}, "en", False),
    ],
)
def test_another_listing_has_notes_only_where_an_interpreter_is_needed(
    languages: dict[str, str], language: str, *, needed: bool
) -> None:
    notes = _notes(_card(kinds=["emergency-shelter"], languages=languages), language)
    assert bool(notes) is needed
    assert not any("in person" in note for note in notes)


def test_an_indigenous_language_asks_for_variety_and_town_relay_and_time() -> None:
    plain, mam = _notes(_card(), "es"), _notes(_card(), "mam")
    assert mam[: len(plain)] == plain
    variety, relay, ahead = mam[len(plain) :]
    assert variety.startswith("Mam: note the variety and the home town.")
    assert "through Spanish" in relay
    assert "how many days" in ahead
    assert not any("through Spanish" in note for note in _notes(_card(), "iu"))
    assert any(note.startswith("Inuktitut: note the variety") for note in _notes(_card(), "iu"))


def test_interpreters_of_indigenous_languages_are_asked_for_the_town_whatever_was_asked_for() -> None:
    def spoken(*tags: str) -> list[str]:
        return _notes(_card(kinds=["interpretation"], languages=dict.fromkeys(tags, "staff")))

    assert any(note.startswith("K'iche' and Mam: note") for note in spoken("quc", "mam", "es"))
    assert any(note.startswith("Indigenous languages: note") for note in spoken("quc", "mam", "kjb", "mix"))
    assert not any("home town" in note for note in spoken("es", "fr"))
