"""What one card says to one question: yes, ask or no to each need, whether it is open now, and why it fits. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from directory.cards.card import Card
from directory.cards.lines import Week, answering, offered, schedules
from directory.freshness.belief import State, state_on
from directory.places.areas import area_by_id
from directory.search.answer import Child, NeedAnswer, Question
from directory.search.postings import ABROAD, INTAKE, origin_code, origin_codes, wider_origins
from directory.search.wall_clocks import WallClocks, Window
from directory.vocabulary.terms import trauma_level

TRAUMA_INFORMED = "trauma-informed"
GROUP = "group"
ACCEPTS_FROM = "accepts-from"
AWAY_FROM = "away-from"
MINORS = "minors"
WITH_CHILDREN = "with-children"
_LANGUAGE = "language:"
_OPEN = "open:"


def need_of_language(tag: str) -> str:
    """How a language is named among needs."""
    return _LANGUAGE + tag


def need_answers(
    card: Card, question: Question, clocks: WallClocks, *, may_be_near: Collection[int] = ()
) -> tuple[NeedAnswer, ...]:
    """Each need of the question against what the card says.

    ``may_be_near`` are the numbers of confidential areas that reach into the distance to keep away from.
    """
    return tuple(_answers(card, question, clocks, may_be_near))


def freshness(card: Card, day: int) -> State:
    """The state of a listing on a day, by what is stored on its card."""
    return state_on(card, day)


def last_confirmed(card: Card, by: str = "") -> str | None:
    """When the line that is shown first, by a schedule or as the card has them, was last found right (ISO date)."""
    first = next(iter(offered(card, by)), None)
    return (first.confirmed or None) if first else None


def open_by(card: Card, clocks: WallClocks) -> str | None:
    """The schedule by which somebody answers now, as ``values.hours.is_open`` has it.

    That of a known line before others (``cards.lines.answering``); empty if none is open, None when none is known.
    """
    return _open_slot(card, schedules(card), clocks.this_minute(card.zone))


def open_now(card: Card, clocks: WallClocks) -> bool | None:
    """Whether any of its schedules is open; None when none is known."""
    slot = open_by(card, clocks)
    return slot if slot is None else bool(slot)


def shown_by(card: Card, question: Question, clocks: WallClocks) -> str:
    """The schedule whose line is shown first: that of the intake that was asked for, else the one that is open now."""
    if question.open == "tonight" and _open_slot(card, _intake(card), clocks.tonight(card.zone)):
        return INTAKE
    return open_by(card, clocks) or ""


def _intake(card: Card) -> dict[str, Week]:
    return {slot: week for slot, week in card.weeks.items() if slot == INTAKE}


def _open_slot(card: Card, weeks: Mapping[str, Week], windows: Sequence[Window]) -> str | None:
    """Of these schedules the one to go by that is open in some of the windows."""
    is_known = any(weeks.values()) and bool(windows)
    found = [slot for slot, week in weeks.items() if _is_open(week, card.closed.get(slot, ()), windows)]
    return answering(card, found) if is_known else None


def _is_open(week: Week, closed: Collection[int], windows: Sequence[Window]) -> bool:
    return any(
        begin < stop and end > start and day not in closed for start, stop, day in windows for begin, end in week
    )


def _answers(card: Card, question: Question, clocks: WallClocks, may_be_near: Collection[int]) -> Iterator[NeedAnswer]:
    yield from _of_a_person(card, question)
    yield from _of_a_place(card, question, clocks, may_be_near)


def _of_a_person(card: Card, question: Question) -> Iterator[NeedAnswer]:
    for slug in question.who:
        if slug == MINORS and question.minor_age is not None:
            yield _minor(card, question.minor_age)
        elif slug == WITH_CHILDREN and question.children:
            yield _children(card, question.children)
        else:
            yield _stated(card, slug, "eligibility")
    for slug in question.barriers:
        yield _stated(card, slug, "barrier")
    for tag in question.languages:
        yield _language(card, tag)
    if question.trauma_informed:
        yield _trauma_informed(card, question.trauma_informed)


def _of_a_place(
    card: Card, question: Question, clocks: WallClocks, may_be_near: Collection[int]
) -> Iterator[NeedAnswer]:
    if question.open:
        yield _open(card, question, clocks)
    if question.group is not None:
        yield _group(card, question.group)
    if question.accepts_from is not None:
        yield _accepts_from(card, question.accepts_from)
    if question.away_from is not None and card.block == "confidential":
        area = area_by_id(card.place)
        if area is None or area.number in may_be_near:
            yield NeedAnswer(need=AWAY_FROM, state="ask")


def _minor(card: Card, age: int) -> NeedAnswer:
    """Whether a minor of this age is taken: only stated ages can say yes to it."""
    lowest, highest = card.age or (None, None)
    is_taken = _stated(card, MINORS, "eligibility")
    if is_taken.state == "no":
        return is_taken
    if lowest is None and highest is None:
        return msgspec.structs.replace(is_taken, state="ask", as_of=None, verified=False)
    fits = (lowest or 0) <= age <= (age if highest is None else highest)
    return _answer(card, MINORS, "yes" if fits else "no", "age", is_taken.how if fits else None)


def _children(card: Card, children: Sequence[Child]) -> NeedAnswer:
    """Whether these children may come along: where more than that is asked, how many may, and boys up to what age."""
    most, boys_to = card.children or (None, None)
    boys, unknown = boys_and_others(children)
    is_taken = _stated(card, WITH_CHILDREN, "eligibility")
    if is_taken.state == "no":
        return is_taken
    if (most is not None and most < len(children)) or (boys_to is not None and boys > boys_to):
        return _answer(card, WITH_CHILDREN, "no", "children", None)
    is_open = (most is None and len(children) > 1) or (
        max(boys, unknown) >= 0 if boys_to is None else unknown > boys_to
    )
    if is_taken.state == "yes" and is_open:
        return msgspec.structs.replace(is_taken, state="ask", as_of=None, verified=False)
    return is_taken


def boys_and_others(children: Sequence[Child]) -> tuple[int, int]:
    """The age of the oldest boy, and of the oldest child that may be one; -1 where there is none."""
    boys = max((child.age for child in children if child.sex == "m"), default=-1)
    return boys, max((child.age for child in children if not child.sex), default=-1)


def _open(card: Card, question: Question, clocks: WallClocks) -> NeedAnswer:
    """By the schedule that says so, whose date is shown; a no is what all of them say together."""
    need = _OPEN + question.open
    is_now = question.open == "now"
    weeks = schedules(card) if is_now else _intake(card)
    slot = _open_slot(card, weeks, clocks.this_minute(card.zone) if is_now else clocks.tonight(card.zone))
    if slot is None:
        return NeedAnswer(need=need, state="ask")
    says_so = slot or (next(iter(weeks)) if len(weeks) == 1 else "")
    return _answer(card, need, "yes" if slot else "no", f"schedule/{says_so}", None)


def _group(card: Card, people: int) -> NeedAnswer:
    if card.group is None:
        return NeedAnswer(need=GROUP, state="ask")
    return _answer(card, GROUP, "yes" if people <= card.group else "no", "group_size", None)


def _accepts_from(card: Card, code: str) -> NeedAnswer:
    """Whether people from an area are taken; a listing that takes them from a part of it has to be asked."""
    if not card.accepts_from:
        return NeedAnswer(need=ACCEPTS_FROM, state="ask")
    stated, here = origin_codes(card), wider_origins(code)
    is_foreign = f" {ABROAD}:" in stated and f" {ABROAD}:{here[-1]} " not in stated
    if is_foreign or any(f" {wider} " in stated for wider in here):
        fact = next((f"accepts_from/{one}" for one in card.accepts_from if f"accepts_from/{one}" in card.confirmed), "")
        return _answer(card, ACCEPTS_FROM, "yes", fact, None)
    if f" {origin_code(code)}-" in stated:
        return NeedAnswer(need=ACCEPTS_FROM, state="ask")
    return _answer(card, ACCEPTS_FROM, "no", "accepts_from", None)


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
