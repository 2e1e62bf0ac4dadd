"""Short notes beside a number: what to remember before acting, what to write in a record, and about interpreters."""

from collections.abc import Iterator

import msgspec

from directory.cards.card import Card
from directory.reporting.policy import concerns_minors
from directory.reporting.queries import READERS, Reminder, has_varieties, is_relayed_through_spanish, reminders
from web.pages.asking import Asked
from web.pages.choices import Choice
from web.pages.term_words import language_words
from web.wording import Wording, upper_first

_INTERPRETATION = "interpretation"
# Ways in which an interpreter is there, by the kind of service that says so; those from far away first.
_WAYS = {
    "interpretation-phone": "interpreter.phone",
    "interpretation-video": "interpreter.video",
    "interpretation-in-person": "interpreter.in_person",
}
# So many languages are named in a note; more are called by what they have in common.
_MOST_NAMED = 3


class ShownReminder(msgspec.Struct, frozen=True):
    """One line to remember, and where it comes from ("45 CFR 164.512(c); as of Nov 26, 2026")."""

    text: str
    source: str


class ShownNotes(msgspec.Struct, frozen=True):
    """What a reader should remember: the roles to choose from, the one that was chosen, and the lines."""

    readers: tuple[Choice, ...]
    reader: str
    lines: tuple[ShownReminder, ...]


class ShownChart(msgspec.Struct, frozen=True):
    """What may stand in a record, what never does, and why not."""

    phrases: tuple[str, ...]
    never: str
    why: str


def readers(t: Wording) -> tuple[Choice, ...]:
    """The roles of a reader, as choices; first that it is not said."""
    return tuple(Choice(reader, t(f"remind.reader.{reader or 'none'}")) for reader in ("", *READERS))


def notes_for(t: Wording, asked: Asked, card: Card | None, *, country: str) -> ShownNotes:
    """What whoever asked should remember before a call.

    Args:
        t: the language.
        asked: the question, which knows who reads.
        card: the listing; None for a pinned line.
        country: of the deployment.
    """
    about_minors = "minors" in asked.who or (card is not None and concerns_minors(card))
    lines = shown_reminders(t, asked.reader, country=country, about_minors=about_minors)
    return ShownNotes(tuple(choice for choice in readers(t) if choice.value), asked.reader, lines)


def shown_reminders(t: Wording, reader: str, *, country: str, about_minors: bool) -> tuple[ShownReminder, ...]:
    """What a reader should remember, in words; see ``directory.reporting.queries.reminders``."""
    found = reminders(reader, country=country, about_minors=about_minors)
    return tuple(ShownReminder(t(f"remind.{one.id}"), _source(one, t)) for one in found)


def _source(one: Reminder, t: Wording) -> str:
    named = [*one.citations, *([t("remind.state_law")] if one.is_state_law else [])]
    return t("remind.source", source=upper_first("; ".join(named)) or t("remind.practice"), date=one.as_of)


def shown_chart(t: Wording) -> ShownChart:
    """Phrases that tell nothing to whoever else reads the record."""
    phrases = (t("chart.discussed"), t("chart.declined"), t("chart.alone"), t("chart.return"))
    return ShownChart(phrases, t("chart.never"), t("chart.why"))


def interpreter_notes(card: Card, t: Wording, *, language: str) -> tuple[str, ...]:
    """What to heed with an interpreter, in the order in which it is needed.

    Always for a listing of interpreters. For another listing only where an interpreter would be needed: nobody there
    is known to speak the ``language``.

    Args:
        card: the listing.
        t: the language of the page.
        language: the tag of the language that was asked for; empty if none was.
    """
    is_of_interpreters = any(kind.startswith(_INTERPRETATION) for kind in card.kinds)
    # Services here work in English, and what their staff speak needs nobody in between.
    if not is_of_interpreters and (language in ("", "en") or card.languages.get(language) == "staff"):
        return ()
    ways = _ways(card, t) if is_of_interpreters else ()
    notes = (t("interpreter.professional"), t("interpreter.ask"), t("interpreter.ties"))
    return (*ways, *notes, *_varieties([language] if language else list(card.languages), t))


def _ways(card: Card, t: Wording) -> Iterator[str]:
    """How the interpreter is there, as far as the listing says so; what it does not say is to be asked."""
    known = [t(words) for kind, words in _WAYS.items() if kind in card.kinds]
    asked = [t(words) for kind, words in _WAYS.items() if kind not in card.kinds]
    if known:
        yield t.sentence(t.both(known))
    if asked:
        yield t("interpreter.ask_ways", ways=t.both(asked))


def _varieties(languages: list[str], t: Wording) -> Iterator[str]:
    named = [tag for tag in languages if has_varieties(tag)]
    if not named:
        return
    few = len(named) <= _MOST_NAMED
    names = t.both([language_words(tag, t) for tag in named]) if few else t("interpreter.indigenous")
    yield t("interpreter.variety", languages=names)
    if any(is_relayed_through_spanish(tag) for tag in named):
        yield t("interpreter.relay")
    yield t("interpreter.ahead")
