"""Who answers when, in words: from the weekly hours on a card and the instant at which it is read."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from directory.cards.card import Card, CardPhone
from directory.cards.lines import NAMED, OWN, Week, answering, hours_of_lines, is_unplaced, rank
from directory.cards.lines import schedules as schedules_of
from directory.values.hours import (
    DAY_MINUTES,
    WEEKDAYS,
    closes_at,
    days_of_week,
    is_always_open,
    is_open,
    next_opening,
)
from web.pages.term_words import term_words
from web.wording import Wording

Days = dict[str, list[tuple[int, int]]]


class Opening(msgspec.Struct, frozen=True):
    """Whether somebody answers: ``lead`` says so, ``detail`` until or from when, ``slot`` by which hours.

    Where nobody states which number these hours are that of, ``lead`` says that and the state is unknown.
    """

    state: Literal["open", "closed", "unknown"]
    lead: str
    detail: str = ""
    slot: str = ""


def opening(card: Card, *, now: dt.datetime, t: Wording, by: str = "", line: CardPhone | None = None) -> Opening:
    """Who answers now, by the schedule that is open, else by the one that opens next; a known line's before others.

    Hours that the source only wrote as text are quoted as such: nobody has read them as times.

    Args:
        card: the listing.
        now: when it is read.
        t: the language.
        by: the schedule that was asked about; empty for all of them.
        line: the line that is spoken of; None for all of them.
    """
    weeks = _weeks(card, by, line)
    schedules = {slot: days_of_week(weeks[slot]) for slot in sorted(weeks, key=rank)}
    if not card.zone or not schedules:
        return _unknown(card, t, line)
    open_slots = [slot for slot in schedules if is_open(schedules[slot], card.zone, _closed(card, slot), now)]
    if open_slots:
        slot = answering(card, open_slots)
        until = _of_slot(slot, _until(slot, schedules[slot], card, now, t), schedules, t)
        if line is None and is_unplaced(card, slot):
            return Opening("unknown", t("open.which"), until, slot)
        return Opening("open", t("open.now"), until, slot)
    coming = {slot: next_opening(days, card.zone, _closed(card, slot), now) for slot, days in schedules.items()}
    opens = min(((is_unplaced(card, slot), at, rank(slot), slot) for slot, at in coming.items() if at), default=None)
    if opens is None:
        return Opening("closed", t("closed.now"), t("closed.unknown"))
    _, at, _, slot = opens
    return Opening("closed", t("closed.now"), _of_slot(slot, _opens(at, card, now, t), schedules, t), slot)


def hours_of_each(card: Card, t: Wording) -> dict[str, str]:
    """Slot of a line -> when it is answered, whatever hour it is; the names of schedules are told where it has several.

    Lines of which nobody says so are absent. What a source wrote of a line's own hours stands with the line itself.
    """
    found, weeks = {}, {OWN + phone.slot: phone.week for phone in card.phones}
    for line, slots in hours_of_lines(card).items():
        hours = [
            (slot, week_in_words(days_of_week(weeks[slot]), t) if slot in weeks else _hours_of(card, slot, t))
            for slot in slots
        ]
        named = [t("hours.of", slot=t(f"slot.{slot}"), text=text) if slot in NAMED else text for slot, text in hours]
        found[line] = "; ".join(named) if len(hours) > 1 else hours[0][1]
    return found


def _weeks(card: Card, by: str, line: CardPhone | None) -> dict[str, Week]:
    if line is not None:
        known = {**card.weeks, OWN + line.slot: line.week}
        return {slot: known[slot] for slot in hours_of_lines(card).get(line.slot, ()) if known.get(slot)}
    weeks = schedules_of(card)
    return {by: weeks[by]} if by in weeks else weeks


def weekly(card: Card, t: Wording) -> tuple[tuple[str, str], ...]:
    """Every schedule of a card with its weekly hours, whatever hour it is: what stays true on paper."""
    slots = sorted({*card.weeks, *card.hours_text}, key=rank)
    said = ((term_words("schedule-kind", slot, t), _hours_of(card, slot, t)) for slot in slots)
    return tuple((schedule, hours) for schedule, hours in said if hours)


def _hours_of(card: Card, slot: str, t: Wording) -> str:
    if slot in card.weeks:
        return week_in_words(days_of_week(card.weeks[slot]), t)
    return t("hours.quoted", text=card.hours_text[slot])


def week_in_words(days: Mapping[str, Sequence[Sequence[int]]], t: Wording) -> str:
    """Weekly hours as people say them: "Monday to Friday, 9 a.m. to 5 p.m.; Saturday, 9 a.m. to noon"."""
    if is_always_open(days):
        return t("hours.always")
    spans = [_spans_in_words(days, index, t) for index in range(7)]
    groups: list[tuple[int, int, str]] = []
    for index, written in enumerate(spans):
        if groups and groups[-1][2] == written and groups[-1][1] == index - 1:
            groups[-1] = (groups[-1][0], index, written)
        elif written:
            groups.append((index, index, written))
    if len(groups) == 1 and groups[0][:2] == (0, 6):
        return t("hours.daily", hours=groups[0][2])
    return "; ".join(
        t("hours.day", day=t.weekday(first), hours=written)
        if first == last
        else t("hours.days", first=t.weekday(first), last=t.weekday(last), hours=written)
        for first, last, written in groups
    )


def _spans_in_words(days: Mapping[str, Sequence[Sequence[int]]], index: int, t: Wording) -> str:
    """The spans that begin on a day; one that runs over midnight is said whole, on the day it begins."""
    today = [tuple(span) for span in days.get(WEEKDAYS[index], ())]
    tomorrow = [tuple(span) for span in days.get(WEEKDAYS[(index + 1) % 7], ())]
    yesterday = [tuple(span) for span in days.get(WEEKDAYS[(index - 1) % 7], ())]
    if today == [(0, DAY_MINUTES)]:
        return t("hours.all_day")
    written = []
    for start, end in today:
        if start == 0 and any(span[1] == DAY_MINUTES and span[0] > 0 for span in yesterday):
            continue
        later = [span[1] for span in tomorrow if span[0] == 0 and span[1] < DAY_MINUTES] if end == DAY_MINUTES else []
        written.append(t("hours.span", start=t.clock(start), end=t.clock(later[0] if later else end)))
    return t.both(written)


def _unknown(card: Card, t: Wording, line: CardPhone | None) -> Opening:
    of_line = None if line is None else hours_of_lines(card).get(line.slot, ())
    written = "" if line is None else line.hours
    slots = (slot for slot in sorted(card.hours_text, key=rank) if of_line is None or slot in of_line)
    written = written or next((card.hours_text[slot] for slot in slots), "")
    if written:
        return Opening("unknown", t("hours.as_written"), written)
    return Opening("unknown", t("hours.unknown"))


def _of_slot(slot: str, text: str, schedules: Mapping[str, Days], t: Wording) -> str:
    """Office hours need no name while they are the only ones."""
    if slot not in NAMED or (slot == "office" and len(schedules) == 1):
        return t.sentence(text)
    return t.sentence(t("hours.of", slot=t(f"slot.{slot}"), text=text))


def _closed(card: Card, slot: str) -> Sequence[int]:
    """The days on which one schedule does not hold; a line for emergencies may be answered while the office is not."""
    return card.closed.get(slot, ())


def until_in_words(closes: dt.datetime, now: dt.datetime, t: Wording, *, zone: str, zone_name: str = "") -> str:
    """Until when somebody answers: "until 5 p.m.", "until Friday at 5 p.m."; on the clocks of an IANA ``zone``.

    ``zone_name`` is said with the time, where the reader may be in another zone.
    """
    here, there = now.astimezone(ZoneInfo(zone)), closes.astimezone(ZoneInfo(zone))
    minute = there.hour * 60 + there.minute
    if closes - now < dt.timedelta(hours=20):
        return t.until(minute, zone=zone_name)
    # "Until Friday" said on a Friday would be read as today.
    is_near = (there.date() - here.date()).days < 7
    day = t.weekday(there.weekday()) if is_near else t.day(there.date(), today=here.date())
    return t("open.until_day", day=day, at=t.at(minute, zone=zone_name))


def opens_in_words(at: dt.datetime, now: dt.datetime, t: Wording, *, zone: str, zone_name: str = "") -> str:
    """From when on somebody answers: "opens today at 9 a.m.", "opens Monday at 9 a.m."; as ``until_in_words``."""
    here, there = now.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone))
    days = (there.date() - here.date()).days
    time = t.at(there.hour * 60 + there.minute, zone=zone_name)
    wait = at - now
    if wait < dt.timedelta(hours=1):
        return t.count("closed.opens_minutes", max(1, round(wait.total_seconds() / 60)), at=time)
    if wait < dt.timedelta(hours=12):
        return t.count("closed.opens_hours", round(wait.total_seconds() / 3600), at=time)
    if days < 2:
        return t("closed.opens_tomorrow" if days else "closed.opens_today", at=time)
    if days < 7:
        return t("closed.opens_day", day=t.weekday(there.weekday()), at=time)
    return t("closed.opens_day", day=t.day(there.date(), today=here.date()), at=time)


def _until(slot: str, days: Days, card: Card, now: dt.datetime, t: Wording) -> str:
    closes = None if is_always_open(days) else closes_at(days, card.zone, _closed(card, slot), now)
    if closes is None:
        return t("hours.always")
    return until_in_words(closes, now, t, zone=card.zone, zone_name=_zone(closes, card))


def _opens(at: dt.datetime, card: Card, now: dt.datetime, t: Wording) -> str:
    return opens_in_words(at, now, t, zone=card.zone, zone_name=_zone(at, card))


def _zone(at: dt.datetime, card: Card) -> str:
    """The zone of a time, where the reader may be in another one: a line for the whole country."""
    return (at.astimezone(ZoneInfo(card.zone)).tzname() or "") if card.block == "area" else ""
