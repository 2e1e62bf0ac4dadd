"""Whose hours are whose: which number answers by which schedule of a card. Pure.

The one place that ties the two together. Whatever says that somebody answers, now or tonight, says it of the line whose
hours these are, and shows that line first: a closed office's number never stands beside "open".
"""

import datetime as dt
from collections.abc import Collection, Sequence

from directory.cards.card import Card, CardPhone
from directory.freshness.reasons import Reason
from directory.values.line_words import roles_of_line

Week = Sequence[tuple[int, int]]

OWN = "line:"
OFFICE = "office"
CRISIS_LINE = "crisis-line"
# The schedules that have a name, in the order in which they are told: the line that somebody answers at night comes
# before the desk that somebody sits at.
NAMED = (CRISIS_LINE, "intake", OFFICE)
# Reasons about the number that is usually called.
_OF_CALLED_LINE = frozenset({"confirmed", "never-confirmed", "not-working", "lookup-disconnected", "no-answer"})
_WHOLE_WEEK = [(0, 7 * 24 * 60)]


def schedules(card: Card) -> dict[str, Week]:
    """Every schedule by which somebody can be spoken to, by slot: those of the listing, and voice lines' own."""
    return {**card.weeks, **{OWN + phone.slot: phone.week for phone in _spoken(card) if phone.week}}


def lines_of(card: Card, slot: str) -> tuple[CardPhone, ...]:
    """The voice lines that a schedule's hours are those of; empty where nobody states which."""
    spoken = _spoken(card)
    if slot.startswith(OWN):
        return tuple([phone for phone in spoken if OWN + phone.slot == slot])
    # A line that has hours of its own is answered by those.
    shared = [phone for phone in spoken if not phone.week and not phone.hours]
    labelled = tuple(phone for phone in shared if slot in _roles(phone))
    if labelled:
        return labelled
    unlabelled = tuple(phone for phone in shared if not _roles(phone))
    others = [
        other
        for other in {*card.weeks, *card.hours_text} - {slot}
        if not any(other in _roles(phone) for phone in shared)
    ]
    if unlabelled and (len(spoken) == 1 or slot == OFFICE or not others):
        return unlabelled
    if {*card.weeks, *card.hours_text} - {slot} or slot == CRISIS_LINE:
        return ()
    # The only hours that there are: they name no line, or intake, which has none of its own.
    return tuple(shared) if slot == OFFICE or len(shared) == 1 else ()


def is_unplaced(card: Card, slot: str) -> bool:
    """Whether nobody states which of the numbers to speak on a schedule's hours are those of."""
    return bool(slot and _spoken(card)) and not lines_of(card, slot)


def hours_of_lines(card: Card) -> dict[str, tuple[str, ...]]:
    """Slot of a line -> the schedules that say when it is answered, in order; lines of which nobody says so are absent.

    Of a line that is not spoken on (text, TTY ...) only its own hours are known.
    """
    found: dict[str, tuple[str, ...]] = {phone.slot: (OWN + phone.slot,) for phone in card.phones if phone.week}
    for slot in sorted({*card.weeks, *card.hours_text}, key=rank):
        for phone in lines_of(card, slot):
            found[phone.slot] = (*found.get(phone.slot, ()), slot)
    return found


def answering(card: Card, open_slots: Collection[str]) -> str:
    """Of the schedules that are open the one to go by: of a known line, else any; empty if none is open.

    One that never closes comes first, then the crisis line.
    """
    weeks = schedules(card)
    return min(
        open_slots,
        key=lambda slot: (not lines_of(card, slot), list(weeks[slot]) != _WHOLE_WEEK, rank(slot), slot),
        default="",
    )


def offered(card: Card, slot: str = "") -> list[CardPhone]:
    """The lines in the order in which they are offered: those of a schedule, then as the card has them.

    Where nobody states which number the schedule is that of, numbers that another schedule is known to be that of come
    last.
    """
    if not slot:
        return list(card.phones)
    first = {phone.slot for phone in lines_of(card, slot)}
    last: set[str] = set()
    if not first:
        elsewhere = [other for other in schedules(card) if other != slot]
        last = {phone.slot for other in elsewhere for phone in lines_of(card, other)}
        last |= {phone.slot for phone in _spoken(card) if _roles(phone)}
    return sorted(card.phones, key=lambda phone: (phone.slot not in first, phone.kind != "voice" or phone.slot in last))


def reasons_of_line(card: Card, line: CardPhone | None) -> list[Reason]:
    """The reasons on a card as they hold beside a line.

    What was found out about the line that is usually called is not said of another one, of which its own day is.
    """
    if line is None or line.slot == card.phones[0].slot:
        return list(card.reasons)
    others = [one for one in card.reasons if one.code not in _OF_CALLED_LINE]
    if not line.confirmed:
        return [*others, Reason("never-confirmed")]
    day = dt.date.fromisoformat(line.confirmed).toordinal()
    return [*others, Reason("confirmed", day, "phone", line.method)]


def rank(slot: str) -> int:
    """The order in which schedules are named."""
    return NAMED.index(slot) if slot in NAMED else len(NAMED)


def _roles(phone: CardPhone) -> Sequence[str]:
    return phone.roles or roles_of_line(phone.slot, "")


def _spoken(card: Card) -> list[CardPhone]:
    return [phone for phone in card.phones if phone.kind == "voice"]
