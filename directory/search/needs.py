"""What one card says to one question: yes, ask or no to each need, whether it is open now, and why it fits. Pure."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from directory.cards.card import Card
from directory.search.answer import NeedAnswer, Question
from directory.values.hours import DAY_MINUTES
from directory.vocabulary.terms import trauma_level

TRAUMA_INFORMED = "trauma-informed"
_LANGUAGE = "language:"


def need_of_language(tag: str) -> str:
    """How a language is named among needs."""
    return _LANGUAGE + tag


def asked_needs(question: Question) -> list[str]:
    """The needs of a question that may be unknown, in the order of their answers. Kind and place are not among them."""
    needs = [*question.who, *question.barriers, *map(need_of_language, question.languages)]
    return [*needs, TRAUMA_INFORMED] if question.trauma_informed else needs


def need_answers(card: Card, question: Question) -> tuple[NeedAnswer, ...]:
    """Each need of the question against what the card says."""
    return tuple(_answers(card, question))


def freshness(card: Card) -> Literal["unverified", "verified"]:
    """Whether anybody ever found the first line of the listing to be right."""
    return "verified" if card.phones and card.phones[0].confirmed else "unverified"


def last_confirmed(card: Card) -> str | None:
    """When its first line was last found to be right (ISO date)."""
    return (card.phones[0].confirmed or None) if card.phones else None


class WallClocks:
    """What the clocks on the wall show at one instant, zone by zone."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now
        self._shown: dict[str, tuple[int, int] | None] = {"": None}

    def shown(self, zone: str) -> tuple[int, int] | None:
        """The day number and the minute of the week there; None for a zone that is not known."""
        if zone not in self._shown:
            self._shown[zone] = self._read(zone)
        return self._shown[zone]

    def _read(self, zone: str) -> tuple[int, int] | None:
        try:
            local = self._now.astimezone(ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError):
            # Better no hours than wrong ones.
            return None
        return local.toordinal(), local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute


def open_now(card: Card, clocks: WallClocks) -> bool | None:
    """Whether any of its schedules is open, as ``values.hours.is_open`` has it; None when none is known."""
    shown = clocks.shown(card.zone) if card.weeks else None
    if shown is None:
        return None
    day, minute = shown
    if day in card.closed:
        return False
    for spans in card.weeks.values():
        for start, end in spans:
            if start <= minute < end:
                return True
    return False


def _answers(card: Card, question: Question) -> Iterator[NeedAnswer]:
    for slug in question.who:
        yield _stated(card, slug, "eligibility")
    for slug in question.barriers:
        yield _stated(card, slug, "barrier")
    for tag in question.languages:
        yield _language(card, tag)
    if question.trauma_informed:
        yield _trauma_informed(card, question.trauma_informed)


def _stated(card: Card, slug: str, field: str) -> NeedAnswer:
    how = card.yes.get(slug)
    if how is None and slug not in card.no:
        return NeedAnswer(need=slug, state="ask")
    return _answer(card, slug, "no" if how is None else "yes", f"{field}/{slug}", how)


def _language(card: Card, tag: str) -> NeedAnswer:
    need = need_of_language(tag)
    if how := card.languages.get(tag):
        return _answer(card, need, "yes", f"language/{tag}:{how}", how)
    if card.languages.get("any") == "interpreter":
        return _answer(card, need, "yes", "language/any:interpreter", "interpreter")
    if not card.languages:
        return NeedAnswer(need=need, state="ask")
    return _answer(card, need, "no", "language", None)


def _trauma_informed(card: Card, least: str) -> NeedAnswer:
    evidence = card.trauma_informed
    if evidence is None:
        return NeedAnswer(need=TRAUMA_INFORMED, state="ask")
    if trauma_level(evidence.level) < trauma_level(least):
        return NeedAnswer(need=TRAUMA_INFORMED, state="ask", how=evidence.level)
    issued = f"trauma_informed/{evidence.level}:"
    fact = next((key for key in card.confirmed if key.startswith(issued)), issued)
    found = _answer(card, TRAUMA_INFORMED, "yes", fact, evidence.level)
    return found if found.verified else msgspec.structs.replace(found, as_of=evidence.on or None)


def _answer(card: Card, need: str, state: Literal["yes", "no"], fact: str, how: str | None) -> NeedAnswer:
    confirmed = card.confirmed.get(fact)
    return NeedAnswer(
        need=need,
        state=state,
        how=how or None,
        as_of=(confirmed.on if confirmed else card.said) or None,
        verified=confirmed is not None,
    )
