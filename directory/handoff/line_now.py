"""The line to call about somebody at an hour: who takes new people, who else answers, when they do next. Pure.

Zones, nights on which clocks change, hours over midnight and days on which it is closed are all told by
``values.hours``; which number answers by which hours, by ``cards.lines``. Here is only decided which of them is called.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from directory.cards.card import Card, CardPhone
from directory.cards.lines import CRISIS_LINE, NAMED, OWN, is_unplaced, lines_of, offered, schedules
from directory.values.hours import closes_at, days_of_week, is_always_open, is_open, next_opening

INTAKE = "intake"

# open: whoever takes new people answers. beside: they do not, somebody else of the program does. which: somebody
# answers, and nobody says on which number. closed: nobody does. unknown: no hours are known.
State = Literal["open", "beside", "which", "closed", "unknown"]


class LineNow(msgspec.Struct, frozen=True, kw_only=True):
    """Which line is called at an instant, as codes and instants.

    Attributes:
        state: who answers.
        phone: the line; None where the listing has none to speak on, or nobody says which it is.
        slot: the schedule by which it answers, or answers next; empty where none is known.
        until: when it closes (UTC); None while it is open means at any hour.
        opens: when whoever takes new people answers next (UTC); None where that is not known, or they answer now.
        zone: the IANA zone in which these times are told.
        names_zone: whether the clocks there differ from those where the search started, so that the zone is said.
        written: the hours as the source wrote them, where nobody could read them.
        is_doubted: whether the line did not work when it was last tried.
    """

    state: State
    phone: CardPhone | None = None
    slot: str = ""
    until: dt.datetime | None = None
    opens: dt.datetime | None = None
    zone: str = ""
    names_zone: bool = False
    written: str = ""
    is_doubted: bool = False

    @property
    def role(self) -> str:
        """What the line is for: ``intake``, ``office``, ``crisis-line``; empty where nobody says."""
        return _role(self.slot, [self.phone] if self.phone else [])

    @property
    def needs_another(self) -> bool:
        """Whether a line that answers at any hour belongs beside it."""
        return self.state != "open" or self.is_doubted


def line_now(card: Card, now: dt.datetime, *, here: Sequence[str] = ()) -> LineNow:
    """The line of a listing to call about somebody.

    Args:
        card: the listing. Of a confidential one its zone is that of its area, so nothing finer decides.
        now: the instant.
        here: the zones that the place of the search lies in; empty where it is not known.
    """
    found = _found(card, now, here)
    # What was found out is about the line that is usually called.
    is_first = found.phone is not None and found.phone.slot == card.phones[0].slot
    return msgspec.structs.replace(found, is_doubted=card.may_not_work and is_first)


def _found(card: Card, now: dt.datetime, here: Sequence[str]) -> LineNow:
    hours = _Hours(card, now)
    if not card.zone or not hours.weeks:
        phone = _first(card, "")
        written = next((card.hours_text[slot] for slot in sorted(card.hours_text, key=_order)), "")
        return LineNow(state="unknown", phone=phone, zone=card.zone, written=(phone and phone.hours) or written)
    found = hours.found()
    differs = _differs(card, found.opens or found.until or now, here)
    return msgspec.structs.replace(found, names_zone=differs, written=card.hours_text.get(INTAKE, ""))


class _Hours:
    """The schedules of a card at an instant."""

    def __init__(self, card: Card, now: dt.datetime) -> None:
        self._card, self._now = card, now
        self.weeks = {slot: days_of_week(week) for slot, week in schedules(card).items()}
        self._roles = {slot: _role(slot, card.phones) for slot in self.weeks}

    def found(self) -> LineNow:
        """The line, with when whoever takes new people answers next if they do not now."""
        card = self._card
        taking = _taking(card, self._roles)
        answering = [
            slot for slot, days in self.weeks.items() if is_open(days, card.zone, self._closed(slot), self._now)
        ]  # fmt: skip
        takes = [slot for slot in answering if slot in taking]
        found = self._answers(answering, takes) if answering else LineNow(state="closed", zone=card.zone)
        return found if takes else self._with_next(found, taking)

    def _answers(self, answering: Sequence[str], takes: Sequence[str]) -> LineNow:
        """Of what answers, whoever takes new people first; a line that is known before one that nobody can tell."""
        card, weeks = self._card, self.weeks
        slot = min(
            answering,
            key=lambda one: (
                is_unplaced(card, one), one not in takes, not is_always_open(weeks[one]), _order(self._roles[one]),
            ),
        )  # fmt: skip
        is_always = is_always_open(weeks[slot])
        until = None if is_always else closes_at(weeks[slot], card.zone, self._closed(slot), self._now)
        if is_unplaced(card, slot):
            return LineNow(state="which", slot=slot, until=until, zone=card.zone)
        state: State = "open" if takes else "beside"
        return LineNow(state=state, phone=_first(card, slot), slot=slot, until=until, zone=card.zone)

    def _with_next(self, found: LineNow, taking: Collection[str]) -> LineNow:
        """With when whoever takes new people answers next; where nobody answers now, with that line."""
        card = self._card
        coming = [
            (is_unplaced(card, slot), at, _order(self._roles[slot]), slot)
            for slot in taking
            if (at := next_opening(self.weeks[slot], card.zone, self._closed(slot), self._now))
        ]
        if not coming:
            return found if found.slot else msgspec.structs.replace(found, phone=_first(card, ""))
        unplaced, at, _, slot = min(coming)
        if found.state != "closed":
            return msgspec.structs.replace(found, opens=at)
        return msgspec.structs.replace(found, opens=at, slot=slot, phone=None if unplaced else _first(card, slot))

    def _closed(self, slot: str) -> Sequence[int]:
        return self._card.closed.get(slot, ())


def _taking(card: Card, roles: Mapping[str, str]) -> frozenset[str]:
    """The schedules of whoever takes new people: intake's; without one all that are no crisis line's, or else all."""
    if INTAKE in roles.values():
        return frozenset(slot for slot, role in roles.items() if role == INTAKE)
    if INTAKE in card.hours_text:
        return frozenset(roles)
    return frozenset(slot for slot, role in roles.items() if role != CRISIS_LINE) or frozenset(roles)


def _role(slot: str, phones: Sequence[CardPhone]) -> str:
    """Whose hours these are; of a line's own hours by what its label says."""
    if not slot.startswith(OWN):
        return slot if slot in NAMED else ""
    named = [role for phone in phones if OWN + phone.slot == slot for role in phone.roles]
    return min(named, key=_order, default="")


def _order(role: str) -> int:
    """Who is called first about somebody: intake, whoever it is, the office, the crisis line."""
    return {INTAKE: 0, "office": 2, CRISIS_LINE: 3}.get(role, 1)


def _first(card: Card, slot: str) -> CardPhone | None:
    """The line of a schedule; with none, the first to speak on."""
    lines = lines_of(card, slot) if slot else tuple(phone for phone in offered(card) if phone.kind == "voice")
    return lines[0] if lines else None


def _differs(card: Card, at: dt.datetime, here: Sequence[str]) -> bool:
    """Whether clocks there show another time than here; where nobody knows what here is, a whole area may be wide."""
    if not card.zone:
        return False
    if not here:
        return card.block == "area"
    there = at.astimezone(ZoneInfo(card.zone)).utcoffset()
    return any(at.astimezone(ZoneInfo(zone)).utcoffset() != there for zone in here)
